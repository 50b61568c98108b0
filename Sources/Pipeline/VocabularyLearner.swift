internal import Basics
public import Tokenizer

/// Learns a vocabulary from a corpus.
///
///     let corpus = try Corpus(["corpora/"])
///     let result = try VocabularyLearner(corpus, vocabularySize: 4_096).run(threads: 2)
///     result.tokenizer.size   // 4096, or fewer where the corpus has no more pairs to merge
///
/// Neither the number of threads nor the order of the documents matters for what is learned.
public struct VocabularyLearner: Sendable {
  /// What to learn from.
  public let corpus: Corpus
  /// All tokens: the 256 bytes, the merges and `<|endoftext|>`, or those of ``base`` and the new ones.
  public let vocabularySize: Int
  /// How to read text. The names of special tokens are text like any other here.
  public var text = TextOptions()
  /// How text is cut into pretokens, which no token goes beyond.
  public var pattern = Pretokenizer.Pattern.gpt2
  /// Which of two pairs seen equally often is merged first.
  public var ties = TieOrder.gpt2
  /// Pairs seen less often are not merged.
  public var minimumCount = 1
  /// A tokenizer to go on from, whose ids stay what they are.
  public var base: Tokenizer?
  /// The most memory, in bytes, that counting may take; nil for as much as it takes. Counts that it has no room for go to a
  /// temporary file, and what is learned is the same.
  ///
  /// It bounds the tables of counts: while they grow, are sorted, merged and read back. Beside them are the text under way, a few MiB for each
  /// thread, and afterwards the merging itself, which needs up to 10 bytes for each byte of the different pretokens:
  /// 4 for these, the others for the places of pairs. Rare pretokens cannot be left out of that: pairs are counted over all.
  public var memoryLimit: Int?
  /// Where that temporary file goes.
  public var temporaryFolder = "."

  /// Learning from `corpus` with the default options.
  public init(_ corpus: Corpus, vocabularySize: Int) {
    self.corpus = corpus
    self.vocabularySize = vocabularySize
  }

  /// How far it has come.
  public enum Progress: Sendable, Equatable {
    /// Pretokens are counted: bytes of the sources read, of how many.
    case counting(bytes: Int, of: Int)
    /// Pairs are merged: how many were, of how many.
    case merging(merges: Int, of: Int)
  }

  /// What was learned, and from what.
  public struct Result: Sendable {
    /// The vocabulary.
    public let tokenizer: Tokenizer
    /// Documents read.
    public let documents: Int
    /// Bytes of their text.
    public let textBytes: Int
    /// Different pretokens in it.
    public let pretokens: Int
  }

  /// Counts on `threads` threads, then merges.
  public func run(
    threads: Int, report: (Progress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> Result {
    let trainer = try trainer()
    let size = corpus.sources.reduce(0) { $0 + $1.byteCount }
    let counter = try CorpusCounter(
      corpus.sources, text, base?.pattern ?? pattern, threads: threads,
      memory: memoryLimit.map { CountingMemory(limit: $0, folder: temporaryFolder) },
      report: { report(.counting(bytes: $0, of: size)) }, isCancelled: isCancelled)
    return try learn(trainer, counter, report, isCancelled)
  }

  /// Made first of all, so that a bad size is refused before an hour of counting.
  private func trainer() throws(PipelineError) -> BytePairTrainer {
    try learning { () throws(TokenizerError) in
      guard let base else {
        return try BytePairTrainer(
          vocabularySize: vocabularySize, pattern: pattern, ties: ties, minimumCount: minimumCount)
      }
      return try BytePairTrainer(
        extending: base, vocabularySize: vocabularySize, ties: ties, minimumCount: minimumCount)
    }
  }

  private func learn(
    _ trainer: BytePairTrainer, _ counter: consuming CorpusCounter, _ report: (Progress) -> Void,
    _ isCancelled: () -> Bool
  ) throws(PipelineError) -> Result {
    let (documents, bytes) = (counter.documents, counter.bytes)
    var layout = WordLayout()
    try counter.pretokens.forEach(isCancelled: isCancelled) { layout.add(length: $0.count, weight: $1) }
    let pretokens = layout.words
    var words = try learning { () throws(TokenizerError) in try trainer.words(layout) }
    try counter.pretokens.forEach(isCancelled: isCancelled) { words.add($0, weight: $1) }
    _ = consume counter
    let tokenizer = try train(trainer, words, report, isCancelled)
    return Result(tokenizer: tokenizer, documents: documents, textBytes: bytes, pretokens: pretokens)
  }

  private func train(
    _ trainer: BytePairTrainer, _ words: consuming TrainingWords, _ report: (Progress) -> Void,
    _ isCancelled: () -> Bool
  ) throws(PipelineError) -> Tokenizer {
    do {
      return try trainer.train(
        words, report: { report(.merging(merges: $0.merges, of: $0.goal)) }, isCancelled: isCancelled)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .learning(error)
    }
  }

  private func learning<Value: ~Copyable>(
    _ body: () throws(TokenizerError) -> Value
  ) throws(PipelineError) -> Value {
    do {
      return try body()
    } catch {
      throw .learning(error)
    }
  }
}
