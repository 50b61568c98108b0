internal import Basics
internal import Store
internal import Tokenizer

/// What encoding a corpus would read, and how large the dataset would become.
public struct DatasetForecast: Sendable, Equatable {
  /// A number that was counted or estimated.
  public struct Amount: Sendable, Equatable {
    /// The number.
    public let value: Int
    /// How far the true number may be from it, in parts of it, in 95 cases of 100; 0 where it was counted.
    public let error: Double

    package static func counted(_ value: Int) -> Amount { Amount(value: value, error: 0) }
  }

  /// How many files would be read.
  public let files: Int
  /// Their bytes as they lie on the disk.
  public let fileBytes: Int
  /// How many of these bytes were read for the forecast. All: everything is counted, and nothing is estimated.
  public let readBytes: Int
  /// Whether files that are packed, or no lines, were sampled from their start only, so that what follows may be otherwise.
  public let readsStarts: Bool
  /// Parts of the sample that could not be read: encoding will say what is wrong with them.
  public let unreadable: Int
  /// Documents that the dataset would have.
  public let documents: Amount
  /// Bytes of their text.
  public let textBytes: Amount
  /// Their tokens, one `<|endoftext|>` for each document counted.
  public let tokens: Amount
  /// What its shards would take on the disk.
  public let shardBytes: Amount
  /// What its codec table would.
  public let codecTableBytes: Int
  /// Documents that would be left out; nil where that was not counted.
  public let rejects: Int?
}

extension DatasetEncoder {
  /// Finds out what ``run(folder:threads:replacing:report:isCancelled:)`` would make, and writes nothing.
  ///
  /// A corpus of up to 32 MiB is encoded as a whole. Of a larger one two samples of as much are: one makes the codec table, the other
  /// is measured with it. The amounts are ratio estimates over pieces of about 256 KiB (W. Cochran, *Sampling Techniques*,
  /// chapter 6), by kinds of files. What duplicates would be left out of a larger corpus is not known from a sample.
  public func forecast(
    threads: Int, report: @escaping @Sendable (Progress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> DatasetForecast {
    try prepared(isCancelled).makeForecast(threads, report, isCancelled)
  }

  private func makeForecast(
    _ threads: Int, _ report: @escaping @Sendable (Progress) -> Void,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) -> DatasetForecast {
    try tokenizer.check(text.special)
    let total = corpus.sources.reduce(0) { $0 + $1.byteCount }
    let meter = Meter(totalBytes: total, report)
    meter.update { $0.isHashing = false }
    let isWhole = total <= sampleBytes
    let segments = isWhole ? try segments(meter, isCancelled) : []
    meter.endPlanning()
    let plan = DatasetPlan(
      tokenizer: try tokenizer.record(), configuration: [:],
      sources: corpus.sources.map { SourceRecord(path: $0.name, byteCount: $0.byteCount, digest: .none) },
      segments: segments)
    return isWhole
      ? try counted(plan, threads, meter, isCancelled) : try estimated(plan, threads, meter, isCancelled)
  }

  private func counted(
    _ plan: DatasetPlan, _ threads: Int, _ meter: Meter, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) -> DatasetForecast {
    let rule = try SplitRule(split, for: corpus.sources, text, isCancelled: isCancelled)
    let evaluation = try text.evaluation()
    let work = SegmentsWork(self, plan, rule, skipping: [], evaluation, isCancelled: isCancelled)
    let (table, encoded) = try codecTable(
      for: { work }, plan, threads: threads, meter: meter, isCancelled: isCancelled)
    let sink = MeasuringSink(ShardMeasure(plan.tokenizer, table))
    if let encoded {
      try work.write(encoded, into: sink, threads: threads)
    } else {
      try encode(plan, into: sink, threads: threads, meter: meter, isCancelled: isCancelled)
    }
    return DatasetForecast(
      files: plan.sources.count, fileBytes: meter.progress.totalBytes, readBytes: meter.progress.totalBytes,
      readsStarts: false, unreadable: 0, documents: .counted(sink.documents),
      textBytes: .counted(meter.progress.textBytes), tokens: .counted(sink.tokens),
      shardBytes: .counted(sink.bytes), codecTableBytes: table?.bytes.count ?? 0, rejects: sink.rejects)
  }

  /// Encodes all segments of `plan` as a run would, into `sink`.
  func encode(
    _ plan: DatasetPlan, into sink: any SegmentSink, threads: Int, meter: Meter,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) {
    let rule = try SplitRule(split, for: corpus.sources, text, isCancelled: isCancelled)
    let evaluation = try text.evaluation()
    let duplicates = try duplicates(
      plan, rule, evaluation, NamelessFile.systemFolder, threads, meter, isCancelled)
    let work = SegmentsWork(self, plan, rule, skipping: [], evaluation, duplicates, isCancelled: isCancelled)
    try work.run(into: sink, threads: threads, meter: meter)
  }

  private func estimated(
    _ plan: DatasetPlan, _ threads: Int, _ meter: Meter, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) -> DatasetForecast {
    let table = try codecTable(plan.tokenizer, plan.segments, threads: threads, isCancelled: isCancelled)
    let sample = try SizeSample(self, plan, table, isCancelled: isCancelled)
    try sample.run(threads: threads, meter: meter)
    let records = sample.estimate(\.documents, in: \.isRecords)
    let texts = try documentsOfTexts(sample.judgedTexts, isCancelled)
    return DatasetForecast(
      files: plan.sources.count, fileBytes: meter.progress.totalBytes, readBytes: sample.readBytes,
      readsStarts: sample.readsStarts, unreadable: sample.unreadable,
      documents: records + texts,
      textBytes: sample.estimate(\.textBytes), tokens: sample.estimate(\.tokens),
      shardBytes: sample.estimate(\.storedBytes), codecTableBytes: table?.bytes.count ?? 0, rejects: nil)
  }
}

/// Adds up what segments would take.
final class MeasuringSink: SegmentSink {
  /// Nil where sizes do not matter.
  private let measure: ShardMeasure?
  private(set) var documents = 0
  private(set) var tokens = 0
  private(set) var rejects = 0
  private(set) var bytes = 0

  init(_ measure: ShardMeasure? = nil) { self.measure = measure }

  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts? {
    documents += batch.texts.count { $0.entry != nil }
    tokens += batch.tokens.count
    rejects += batch.rejects.count
    guard let measure else { return nil }
    try storing { () throws(StoreError) in
      try measure.append(batch)
      if batch.endsSegment { bytes += try measure.finish() }
    }
    return nil
  }

  func abandon() {}
}

extension ShardMeasure {
  /// Adds the texts of a batch.
  ///
  /// - Parameter endingPieces: whether what goes on in another batch is taken as a document of its own, as that batch will not come.
  func append(_ batch: EncodedBatch, endingPieces: Bool = false) throws(StoreError) {
    let piece = DocumentEntry(source: 0, byteOffset: 0, byteCount: 0, textHash: 0)
    try batch.forEachText { text, tokens throws(StoreError) in
      if let entry = text.entry ?? (endingPieces ? piece : nil) {
        try append(tokens, document: entry, split: text.split)
      } else {
        try append(part: tokens, split: text.split)
      }
    }
  }
}
