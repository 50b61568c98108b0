internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// A corpus to vocab.json and merges.txt.
struct LearnVocabulary: Command {
  static let name = "bpe-train"
  static let summary = "Learn a byte-level BPE vocabulary from a corpus"
  static let example = "prep bpe-train corpora/ --vocab-size 4096 --out tokenizer/"
  static var options: [Option<Self>] {
    [
      .arguments("CORPUS...", \.corpora, "Files and folders of text, or names in the cache"),
      .option(
        "--vocab-size", \.vocabularySize, "N", "Tokens to learn: 256 bytes, the merges and <|endoftext|>"),
      .option("--out", \.out, "DIR", "Where vocab.json and merges.txt go"),
      .option("--pattern", \.pattern, "NAME", "How text is cut into pieces that no token goes beyond"),
      .option("--min-count", \.minimumCount, "N", "Merge no pair that is seen less often"),
      .option("--ties", \.ties, "ORDER", "Which of two pairs seen equally often is merged first"),
      .option("--text-field", \.textField, "NAME", "Field of a JSON line that holds the text"),
      .option(
        "--invalid", \.invalid, "HOW",
        "What to do about bytes that are not UTF-8: stop, or take them as they are"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--replace", \.replace, "Replace another tokenizer that is in --out"),
    ]
  }

  var corpora = ["corpora/"]
  var vocabularySize = 50_257
  var out = "tokenizer/"
  var pattern = Pretokenizer.Pattern.gpt2
  var minimumCount = 1
  var ties = TieOrder.gpt2
  var textField = TextOptions().textField
  var invalid = TextOptions().invalid
  var threadCount: Int?
  var replace = false

  func run() throws {
    let threads = try threads(threadCount)
    guard minimumCount >= 1 else { throw UsageError("--min-count wants 1 or more, not \(minimumCount)") }
    Interrupt.install()
    let start = ContinuousClock.now
    let (result, outcome) = try running { () throws(PipelineError) in
      try TokenizerFolder.check(writingTo: out, size: vocabularySize, replacing: replace)
      let corpus = try Corpus(corpora)
      note(corpus)
      let result = try learn(corpus, threads)
      return (result, try TokenizerFolder.write(result.tokenizer, to: out, replacing: replace))
    }
    report(result, outcome, seconds: (.now - start) / .seconds(1))
  }

  private func learn(_ corpus: Corpus, _ threads: Int) throws(PipelineError) -> VocabularyLearner.Result {
    var learner = VocabularyLearner(corpus, vocabularySize: vocabularySize)
    learner.text.textField = textField
    learner.text.invalid = invalid
    learner.pattern = pattern
    learner.ties = ties
    learner.minimumCount = minimumCount
    let counting = Progress("counting", total: corpus.sources.reduce(0) { $0 + $1.byteCount }, unit: "B")
    let merging = Progress("merging", total: max(257, vocabularySize) - 257, unit: "merges")
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

  private func report(_ result: VocabularyLearner.Result, _ outcome: TokenizerFolder.Outcome, seconds: Double)
  {
    let size = result.tokenizer.size
    Console.note(
      """
      learned \(size) tokens (\(counted(size - 257, "merge"))) \
      from \(counted(result.documents, "document")), \(Quantity.text(Double(result.textBytes), "B")), \
      in \(Quantity.fixed(seconds, 1)) s
      """)
    if size < vocabularySize {
      let reason =
        minimumCount > 1 ? "no other pair is seen \(minimumCount) times" : "no other pair is left to merge"
      Console.note("that is \(vocabularySize - size) fewer than asked for: \(reason)")
    }
    let whole = pattern == .gpt2 ? "" : "\(Path.join(out, "tokenizer.json")), "
    let files = "\(whole)\(Path.join(out, "vocab.json")) and \(Path.join(out, "merges.txt"))"
    Console.note(outcome == .written ? "wrote \(files)" : "\(files) hold just this tokenizer: unchanged")
  }
}
