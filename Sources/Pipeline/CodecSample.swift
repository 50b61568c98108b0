internal import Basics
internal import Store
internal import Tokenizer

/// How shards write their ids. It does not change what a dataset holds, nor its root hash.
public enum CodecChoice: Sendable, Equatable {
  /// Whichever is smallest: successor ranks with a table made from a sample of the corpus where that pays for itself.
  case auto
  /// The ids themselves.
  case plain
  /// Successor ranks with the codec table in this file, such as another dataset's.
  case table(String)
}

/// Encodes a sample of a corpus, from which a codec table is made.
///
/// A corpus of up to ``budget`` bytes is taken whole; ``CorpusSample`` says what is taken of a larger one.
final class CodecSample {
  private let options: DatasetEncoder
  private let tokenizer: TokenizerRecord
  private let sample: CorpusSample
  /// Bytes of text that were read.
  private var readBytes = 0
  private var tokens: [[TokenID]] = []
  private var tokenCount = 0
  /// Bytes of the sources that were sampled, packed ones as they lie on the disk.
  private var sampledBytes = 0

  /// About how many bytes of the sources are read, and at most twice as many of unpacked text encoded.
  static let budget = 32 << 20
  private static let maximumTokens = 1 << 24
  /// Less memory to clear than a whole corpus is worth.
  private static let cacheBytes = 16 << 20

  /// - Parameter segments: the corpus', which a large one's sample does not depend on.
  init(
    _ options: DatasetEncoder, _ tokenizer: TokenizerRecord, segments: [SegmentPlan],
    isCancelled: @escaping () -> Bool
  ) {
    let (budget, sources) = (options.sampleBytes, options.corpus.sources)
    self.options = options
    self.tokenizer = tokenizer
    let pieces =
      !Self.isLarge(options)
      ? segments.flatMap(\.ranges).map { CorpusSample.Piece(ranges: [$0], bytes: .max) }
      : CorpusSample.spread(over: sources, budget: budget)
    sample = CorpusSample(
      pieces, of: sources, CorpusSample.options(options.text), options.tokenizer.tokenizer.pattern,
      length: max(1, budget / CorpusSample.mostPieces), isCancelled: isCancelled)
  }

  /// Whether only pieces of the corpus are taken.
  static func isLarge(_ options: DatasetEncoder) -> Bool {
    options.corpus.sources.reduce(0) { $0 + $1.byteCount } > options.sampleBytes
  }

  /// Whether all of the corpus is encoded before a table is made from it, and not encoded again: about 64 MiB of it, of packed sources less, as
  /// nobody knows what they become.
  static func takesAll(_ options: DatasetEncoder) -> Bool {
    let bytes = options.corpus.sources.reduce(0) {
      $0 + ($1.isSeekable ? 1 : 4) * $1.byteCount
    }
    return bytes <= 2 * options.sampleBytes
  }

  /// The codec table that makes the dataset smallest; nil where plain ids do.
  func table(threads: Int) throws(PipelineError) -> CodecTable? {
    let text = CorpusSample.options(options.text)
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count }, next: { () throws(PipelineError) in try next() },
      state: {
        BatchEncoder(
          options.corpus.sources, options.tokenizer.tokenizer, endOfText: tokenizer.endOfText, text,
          rule: .hash(0), cacheBytes: Self.cacheBytes)
      },
      work: { encoder, batch throws(PipelineError) in (try? encoder.encode(batch)) ?? EncodedBatch() },
      emit: { batch in
        guard tokenCount < Self.maximumTokens else { return }
        tokens.append(batch.tokens)
        tokenCount += batch.tokens.count
        sampledBytes += batch.progress
      })
    let total = options.corpus.sources.reduce(0) { $0 + $1.byteCount }
    return CodecTable.make(
      from: tokens, vocabularySize: tokenizer.vocabularySize,
      growth: max(1, Double(total) / Double(max(sampledBytes, 1))), threads: threads)
  }

  /// The next text of the sample.
  private func next() throws(PipelineError) -> Batch? {
    guard readBytes < 2 * options.sampleBytes, let batch = try sample.nextBatch() else { return nil }
    readBytes += batch.bytes.count
    return batch
  }
}
