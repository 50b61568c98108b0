internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// Measures learning a vocabulary, the reading of the files included.
struct LearnBenchmark: Command {
  static let name = "learn"
  static let summary = "Measure learning a vocabulary, one JSON object a run"
  static let example = "benchmarks learn text.txt --merges 50000 --threads 2"
  static var options: [Option<Self>] {
    [
      .arguments("CORPUS...", \.corpora, "Files and folders of text, or names in the cache"),
      .option("--merges", \.merges, "N", "Merges to learn"),
      .option("--ties", \.ties, "ORDER", "Which of two pairs seen equally often is merged first"),
      .option("--threads", \.threads, "N", "Threads that count"),
      .option(
        "--max-memory", \.maximumMemory, "SIZE",
        "Memory for counting; what it has no room for goes to a file in --temporary"),
      .option("--temporary", \.temporary, "DIR", "Where that file goes"),
    ]
  }

  var corpora = ["corpora/"]
  var merges = 50_000
  var ties = TieOrder.gpt2
  var threads = ThreadPool.availableCores
  var maximumMemory: ByteSize?
  var temporary = "/tmp"

  func run() throws {
    guard threads >= 1 else { throw UsageError("--threads is 1 or more, not \(threads)") }
    guard merges >= 0 else { throw UsageError("--merges is 0 or more, not \(merges)") }
    let before = Meter.peakMegabytes
    var learned: VocabularyLearner.Result?
    let seconds = try Meter.time {
      var learner = VocabularyLearner(try Corpus(corpora), vocabularySize: 257 + merges)
      learner.ties = ties
      learner.memoryLimit = maximumMemory?.bytes
      learner.temporaryFolder = temporary
      learned = try learner.run(threads: threads)
    }
    report(learned!, seconds: seconds, before: before)
  }

  private func report(_ learned: VocabularyLearner.Result, seconds: Double, before: Int) {
    let tokenizer = learned.tokenizer
    let merged = (256..<tokenizer.size - 1).map { tokenizer.bytes(of: TokenID($0)) ?? [] }
    let digest = SHA256.hash(Array(merged.joined(separator: [UInt8(ascii: "\n")])))
    let result: JSON = [
      "peer": "tessera", "threads": .integer(threads), "seconds": Meter.rounded(seconds, 1_000),
      "peak_mb": .integer(Meter.peakMegabytes), "before_mb": .integer(before),
      "text_bytes": .integer(learned.textBytes), "pretokens": .integer(learned.pretokens),
      "merges": .integer(tokenizer.size - 257), "sha": .string(String(digest.description.prefix(16))),
    ]
    Console.out(result.text)
  }
}

extension TieOrder: OptionValue {}
