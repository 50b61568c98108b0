internal import Basics
internal import Store

/// How much text a corpus has, in documents, bytes and tokens.
public struct CorpusCount: Sendable, Equatable {
  /// Tokens of the text. A dataset has one more for each document, its `<|endoftext|>`.
  public internal(set) var tokens = 0
  /// Documents that are not left out.
  public internal(set) var documents = 0
  /// Bytes of their text, as it is encoded.
  public internal(set) var textBytes = 0
  /// Documents that are left out.
  public internal(set) var rejects = 0
  /// What the steps did, one after another.
  public internal(set) var steps: [StepCount] = []
}

extension DatasetEncoder {
  /// Counts what ``run(folder:threads:replacing:report:isCancelled:)`` would encode, and writes nothing.
  public func count(
    threads: Int, report: @escaping @Sendable (Progress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> CorpusCount {
    let ranges = corpus.sources.indices.map { SourceRange(source: $0) }
    let plan = DatasetPlan(
      tokenizer: try tokenizer.record(), configuration: [:],
      sources: corpus.sources.map { SourceRecord(path: $0.name, byteCount: $0.byteCount, digest: .none) },
      segments: [SegmentPlan(ranges: ranges)])
    var whole = try prepared(isCancelled)
    // A tail would cut documents in two.
    (whole.split.method, whole.split.fraction) = (.hash, 0)
    let sink = MeasuringSink()
    let meter = Meter(totalBytes: corpus.sources.reduce(0) { $0 + $1.byteCount }, report)
    meter.update { $0.isHashing = false }
    try whole.encode(plan, into: sink, threads: threads, meter: meter, isCancelled: isCancelled)
    return CorpusCount(
      tokens: sink.tokens - sink.documents, documents: sink.documents, textBytes: meter.progress.textBytes,
      rejects: sink.rejects, steps: meter.progress.steps)
  }
}
