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
  /// The 256 bytes, the merges and `<|endoftext|>`.
  public let vocabularySize: Int
  /// How to read text. The names of special tokens are text like any other here.
  public var text = TextOptions()
  /// How text is cut into pretokens, which no token goes beyond.
  public var pattern = Pretokenizer.Pattern.gpt2
  /// Which of two pairs seen equally often is merged first.
  public var ties = TieOrder.gpt2
  /// Pairs seen less often are not merged.
  public var minimumCount = 1

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
    threads: Int, report: (Progress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) -> Result {
    let trainer = try trainer()
    let size = corpus.sources.reduce(0) { $0 + $1.byteCount }
    let counter = try CorpusCounter(
      corpus.sources, text, pattern, threads: threads,
      report: { report(.counting(bytes: $0, of: size)) },
      isCancelled: isCancelled)
    return try learn(trainer, counter, report, isCancelled)
  }

  /// Made first of all, so that a bad size is refused before an hour of counting.
  private func trainer() throws(PipelineError) -> BytePairTrainer {
    do {
      return try BytePairTrainer(vocabularySize: vocabularySize, ties: ties, minimumCount: minimumCount)
    } catch {
      throw .learning(error)
    }
  }

  private func learn(
    _ trainer: BytePairTrainer, _ counter: consuming CorpusCounter, _ report: (Progress) -> Void,
    _ isCancelled: () -> Bool
  ) throws(PipelineError) -> Result {
    let (documents, bytes, pretokens) = (counter.documents, counter.bytes, counter.pretokens.distinctCount)
    do {
      let tokenizer = try trainer.train(
        counter.pretokens, report: { report(.merging(merges: $0.merges, of: $0.goal)) },
        isCancelled: isCancelled)
      return Result(tokenizer: tokenizer, documents: documents, textBytes: bytes, pretokens: pretokens)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .learning(error)
    }
  }
}
