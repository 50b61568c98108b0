internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// A corpus to vocab.json and merges.txt.
struct LearnVocabulary: ReadingCommand {
  static let name = "bpe-train"
  static let summary = "Learn a byte-level BPE vocabulary from a corpus"
  static let example = """
    prep bpe-train corpora/ --vocab-size 4096 --out tokenizer/
    prep bpe-train medicine/ --extend gpt2 --vocab-size 60000 --out medical-tokenizer/
    """
  static var options: [Option<Self>] { corpusOptions + learningOptions + textOptions + otherOptions }

  private static var learningOptions: [Option<Self>] {
    [
      .option(
        "--vocab-size", \.vocabularySize, "N", "Tokens in all: 256 bytes, the merges and <|endoftext|>"),
      .option(
        "--extend", \.extend, "T", "Go on from this tokenizer, a folder or a cached name, keeping its ids"),
      .option("--out", \.out, "DIR", "Where vocab.json and merges.txt go"),
      .option(
        "--pattern", \.pattern, "NAME",
        "How text is cut into pieces that no token goes beyond [default: gpt2, or that of --extend]"),
      .option("--min-count", \.minimumCount, "N", "Merge no pair that is seen less often"),
      .option("--ties", \.ties, "ORDER", "Which of two pairs seen equally often is merged first"),
      .option(
        "--max-memory", \.maximumMemory, "SIZE",
        "Memory for counting, such as 2GB; what it has no room for goes to a temporary file beside --out"),
    ]
  }

  private static var otherOptions: [Option<Self>] {
    [
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--replace", \.replace, "Replace another tokenizer that is in --out"),
    ]
  }

  var reading = Reading()
  var vocabularySize = 50_257
  var extend: String?
  var out = "tokenizer/"
  var pattern: Pretokenizer.Pattern?
  var maximumMemory: ByteSize?
  var minimumCount = 1
  var ties = TieOrder.gpt2
  var threadCount: Int?
  var replace = false

  private static let leastMemory = 1_000_000

  func run() throws {
    let threads = try threads(threadCount)
    guard minimumCount >= 1 else { throw UsageError("--min-count wants 1 or more, not \(minimumCount)") }
    if let maximumMemory, maximumMemory.bytes < Self.leastMemory {
      throw UsageError("--max-memory wants 1MB or more, not \(maximumMemory.optionText)")
    }
    try reading.check()
    Interrupt.install()
    let start = ContinuousClock.now
    let base = try running { () throws(PipelineError) -> TokenizerFolder? in try self.base() }
    if let base, vocabularySize <= base.tokenizer.size {
      throw UsageError(
        "--vocab-size counts all tokens: '\(base.path)' has \(base.tokenizer.size), so ask for more than \(vocabularySize)"
      )
    }
    if let base, let pattern, pattern != base.tokenizer.pattern {
      throw UsageError(
        "'\(base.path)' has the pattern \(base.tokenizer.pattern.name), which --extend keeps; leave --pattern out"
      )
    }
    let (result, outcome) = try running { () throws(PipelineError) in
      try check(writingBeyond: base)
      let corpus = try corpus(spoolIn: out)
      note(corpus)
      let result = try learn(corpus, base?.tokenizer, threads)
      return (result, try TokenizerFolder.write(result.tokenizer, to: out, replacing: replace))
    }
    report(result, base, outcome, seconds: (.now - start) / .seconds(1))
  }

  private func base() throws(PipelineError) -> TokenizerFolder? {
    guard let extend else { return nil }
    return try TokenizerFolder.resolve(extend)
  }

  /// Before long work: whether the result can go where it is to go.
  private func check(writingBeyond base: TokenizerFolder?) throws(PipelineError) {
    try TokenizerFolder.check(writingTo: out, size: vocabularySize, replacing: replace)
    try base?.checkWritable()
    guard !replace, let base, let there = try? TokenizerFolder(out) else { return }
    if there.tokenizer.digest == base.tokenizer.digest { throw .otherTokenizer(folder: out) }
  }

  private func learn(
    _ corpus: Corpus, _ base: Tokenizer?, _ threads: Int
  ) throws(PipelineError) -> VocabularyLearner.Result {
    var learner = VocabularyLearner(corpus, vocabularySize: vocabularySize)
    learner.base = base
    learner.memoryLimit = maximumMemory?.bytes
    learner.temporaryFolder = out
    learner.text = reading.text
    learner.pattern = pattern ?? .gpt2
    learner.ties = ties
    learner.minimumCount = minimumCount
    let least = base?.size ?? 257
    let counting = Progress("counting", total: corpus.sources.reduce(0) { $0 + $1.byteCount }, unit: "B")
    let merging = Progress("merging", total: max(least, vocabularySize) - least, unit: "merges")
    let result = try learner.run(
      threads: threads,
      report: { progress in
        switch progress {
        case .counting(let bytes, _): counting.reach(bytes)
        case .merging(let merges, _):
          counting.finish()
          merging.reach(merges)
        }
      }, isCancelled: { Interrupt.isRequested })
    merging.finish()
    return result
  }

  private func report(
    _ result: VocabularyLearner.Result, _ base: TokenizerFolder?, _ outcome: TokenizerFolder.Outcome,
    seconds: Double
  ) {
    let size = result.tokenizer.size
    let learned =
      base.map { "\(counted(size - $0.tokenizer.size, "token")) more than '\($0.path)' has, \(size) in all," }
      ?? "\(size) tokens (\(counted(size - 257, "merge")))"
    Console.note(
      """
      learned \(learned) \
      from \(counted(result.documents, "document")), \(Quantity.text(Double(result.textBytes), "B")), \
      in \(Quantity.fixed(seconds, 1)) s
      """)
    if size < vocabularySize {
      let reason =
        minimumCount > 1 ? "no other pair is seen \(minimumCount) times" : "no other pair is left to merge"
      Console.note("that is \(vocabularySize - size) fewer than asked for: \(reason)")
    }
    let whole =
      (try? result.tokenizer.vocabularyFiles()) != nil ? "" : "\(Path.join(out, "tokenizer.json")), "
    let files = "\(whole)\(Path.join(out, "vocab.json")) and \(Path.join(out, "merges.txt"))"
    Console.note(outcome == .written ? "wrote \(files)" : "\(files) hold just this tokenizer: unchanged")
  }
}
