internal import Basics
internal import Commands
internal import Pipeline

/// Measures each of the pipeline's steps.
struct StepsBenchmark: Command {
  static let name = "steps"
  static let summary = "Measure the steps between reading and encoding, one JSON object for each"
  static let example =
    "benchmarks steps text.txt --document-bytes 4000 --threads 2 --evaluation questions.jsonl"
  static var options: [Option<Self>] {
    [
      .argument("FILE", \.file, "Text to work on"),
      .option("--document-bytes", \.documentBytes, "N", "About how long a document is: it ends with a line"),
      .option("--threads", \.threads, "N", "Threads that work"),
      .option("--runs", \.runs, "N", "Passes over the text, of which the median counts"),
      .option("--evaluation", \.evaluation, "FILE", "Texts to look for"),
    ]
  }

  var file = ""
  var documentBytes = 4_000
  var threads = ThreadPool.availableCores
  var runs = 5
  var evaluation: String?

  func run() throws {
    guard threads >= 1, runs >= 1, documentBytes >= 1 else {
      throw UsageError("--threads, --runs and --document-bytes are 1 or more")
    }
    let documents = documents(try File.contents(file))
    let pool = ThreadPool(threads: threads)
    for (name, options) in steps { try measure(name, options, documents, pool) }
  }

  private var steps: [(String, StepOptions)] {
    var all: [(String, StepOptions)] = []
    func add(_ name: String, _ change: (inout StepOptions) -> Void) {
      var options = StepOptions()
      change(&options)
      all.append((name, options))
    }
    add("newlines") { $0.newlines = true }
    add("normalize nfc") { $0.normalize = .nfc }
    add("normalize nfkc") { $0.normalize = .nfkc }
    add("strip-gutenberg") { $0.stripGutenberg = true }
    add("max-line") { $0.maxLine = 1_000_000 }
    add("quality") { $0.quality = true }
    if let evaluation { add("decontaminate") { $0.decontaminate = evaluation } }
    add("drop-duplicates") { $0.dropDuplicates = true }
    add("drop-near-duplicates") { $0.dropNearDuplicates = true }
    return all
  }

  private func documents(_ text: [UInt8]) -> [[UInt8]] {
    var documents: [[UInt8]] = []
    var start = 0
    while start < text.count {
      let least = min(start + documentBytes, text.count)
      let end = text[least...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
      documents.append(Array(text[start..<end]))
      start = end
    }
    return documents
  }

  private func measure(
    _ name: String, _ options: StepOptions, _ documents: [[UInt8]], _ pool: ThreadPool
  ) throws {
    let workers = try (0..<pool.threads).map { _ in Worker(try StepTrial(options)) }
    let times = (0..<runs).map { _ in
      Meter.time {
        pool.run(parts: pool.threads) { part in
          workers[part].dropped = 0
          for place in stride(from: part, to: documents.count, by: pool.threads) {
            workers[part].run(documents[place])
          }
        }
      }
    }
    let bytes = documents.reduce(0) { $0 + $1.count }
    let result: JSON = [
      "step": .string(name), "threads": .integer(pool.threads), "documents": .integer(documents.count),
      "text_bytes": .integer(bytes), "dropped": .integer(workers.reduce(0) { $0 + $1.dropped }),
      "mb_per_second": Meter.rounded(Double(bytes) / Meter.median(times) / 1e6, 1),
    ]
    Console.out(result.text)
  }
}

/// What one thread works with.
private final class Worker {
  private var trial: StepTrial
  var dropped = 0

  init(_ trial: StepTrial) { self.trial = trial }

  func run(_ document: [UInt8]) {
    if case .dropped = trial.run(document.span) { dropped += 1 }
  }
}
