internal import Basics
internal import Commands
internal import Pipeline
internal import Synchronization
internal import Tokenizer

/// Measures encoding of a text that lies in memory, cut into documents.
struct EncodeBenchmark: Command {
  static let name = "encode"
  static let summary = "Measure encoding, one JSON object a run"
  static let example = "benchmarks encode text.txt --tokenizer gpt2 --threads 1"
  static var options: [Option<Self>] {
    [
      .argument("FILE", \.file, "Text to encode"),
      .option("--tokenizer", \.tokenizer, "T", "Folder, file or cached name [default: tokenizer, else gpt2]"),
      .option("--threads", \.threads, "N", "Threads that encode"),
      .option("--passes", \.passes, "N", "Times the text is encoded; the first one is cold"),
      .option(
        "--document-bytes", \.documentBytes, "N", "Documents end at the first newline after so many bytes"),
      .flag("--whole", \.whole, "The whole file is one document"),
    ]
  }

  var file = ""
  var tokenizer: String?
  var threads = 1
  var passes = 5
  var documentBytes = 3_072
  var whole = false

  func run() throws {
    for (name, value, least) in [
      ("--threads", threads, 1), ("--passes", passes, 2), ("--document-bytes", documentBytes, 1),
    ] where value < least {
      throw UsageError("\(name) is \(least) or more, not \(value)")
    }
    let text = try File.contents(file)
    let documents = cut(text)
    var loaded: Tokenizer?
    let load = try Meter.time { loaded = try TokenizerFolder.resolve(tokenizer).tokenizer }
    let pool = ThreadPool(threads: threads)
    var workers: [Worker] = []
    let prepare = Meter.time { workers = (0..<threads).map { _ in Worker(loaded!) } }
    let all = workers, shares = shares(of: documents)
    var seconds: [Double] = []
    for _ in 0..<passes {
      let next = Atomic<Int>(0)
      seconds.append(
        Meter.time {
          pool.run(parts: threads) { all[$0].encode(text, shares, next) }
        })
    }
    report(workers, load: load, prepare: prepare, bytes: text.count, seconds: seconds)
  }

  private func cut(_ text: [UInt8]) -> [Range<Int>] {
    guard !whole else { return [0..<text.count] }
    var documents: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let newline = text[min(start + documentBytes, text.count)...].firstIndex(of: UInt8(ascii: "\n"))
      let end = newline.map { $0 + 1 } ?? text.count
      documents.append(start..<end)
      start = end
    }
    return documents
  }

  /// Documents in order, some of which a thread takes at a time: should it be held up, others do more.
  private func shares(of documents: [Range<Int>]) -> [ArraySlice<Range<Int>>] {
    let count = threads == 1 ? 1 : 64 * threads
    return (0..<count).map { documents[$0 * documents.count / count..<($0 + 1) * documents.count / count] }
  }

  private func report(_ workers: [Worker], load: Double, prepare: Double, bytes: Int, seconds: [Double]) {
    let shares = workers.flatMap { worker in worker.shares.map { (worker, $0) } }
    var ids: [UInt8] = []
    for (worker, share) in shares.sorted(by: { $0.1.number < $1.1.number }) {
      worker.appendIDs(share.tokens, to: &ids)
    }
    let speed = seconds.map { Double(bytes) / $0 / 1e6 }
    let result: JSON = [
      "peer": "tessera", "threads": .integer(threads), "load_s": Meter.rounded(load, 1_000),
      "prepare_s": Meter.rounded(prepare, 1_000),
      "cold": Meter.rounded(speed[0], 10), "warm": Meter.rounded(speed.dropFirst().max()!, 10),
      "warm_median": Meter.rounded(Meter.median(Array(speed.dropFirst())), 10),
      "tokens": .integer(workers.reduce(0) { $0 + $1.count }),
      "sha": .string(String(SHA256.hash(ids).description.prefix(16))),
      "peak_mb": .integer(Meter.peakMegabytes),
    ]
    Console.out(result.text)
  }
}

/// One thread's encoder and what it makes.
///
/// Unchecked: a pool gives each worker to one thread at a time.
private final class Worker: @unchecked Sendable {
  private var encoder: Encoder
  private var tokens = TokenBuffer()
  /// Where the tokens of each share are.
  private(set) var shares: [(number: Int, tokens: Range<Int>)] = []

  init(_ tokenizer: Tokenizer) {
    encoder = Encoder(tokenizer)
    encoder.prepare()
  }

  /// Takes shares until there are none.
  func encode(_ text: [UInt8], _ all: [ArraySlice<Range<Int>>], _ next: borrowing Atomic<Int>) {
    tokens.removeAll()
    shares.removeAll(keepingCapacity: true)
    while true {
      let number = next.add(1, ordering: .relaxed).oldValue
      guard number < all.count else { return }
      let start = tokens.count
      for document in all[number] {
        do {
          try encoder.encode(text.span.extracting(document), into: &tokens)
        } catch {
          preconditionFailure("ordinary text is never refused: \(error)")
        }
      }
      shares.append((number, start..<tokens.count))
    }
  }

  var count: Int { tokens.count }

  /// As little-endian numbers of 16 bits.
  func appendIDs(_ range: Range<Int>, to bytes: inout [UInt8]) {
    for index in range {
      bytes.append(UInt8(truncatingIfNeeded: tokens[index]))
      bytes.append(UInt8(truncatingIfNeeded: tokens[index] >> 8))
    }
  }
}
