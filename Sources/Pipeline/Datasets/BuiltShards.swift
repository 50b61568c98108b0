internal import Basics
internal import Store
internal import Tokenizer

/// A text that a builder made, and the bytes of its file that it comes from.
struct BuiltDocument {
  let text: [UInt8]
  let place: Range<Int>
  var label: Int?
  let split: Split
}

/// Writes the shards of a dataset that is built from one file: one segment, for the file is in memory anyway.
struct BuiltShards: ~Copyable {
  private let tokenizer: Tokenizer
  private let endOfText: TokenID
  private let file: String
  private let writer: DatasetWriter
  let wasComplete: Bool

  /// - Parameter configuration: the options that decide the content.
  init(
    _ source: SourceRecord, _ configuration: JSON, _ tokenizer: TokenizerFolder, folder: String,
    replacing: Bool, isCancelled: () -> Bool
  ) throws {
    let record = try tokenizer.record()
    let plan = DatasetPlan(
      tokenizer: record, configuration: configuration, sources: [source],
      segments: [SegmentPlan(ranges: [SourceRange(source: 0)])])
    let opened =
      replacing
      ? try DatasetWriter.opening(folder, plan: plan, isCancelled: isCancelled)
      : try DatasetWriter(folder: folder, plan: plan)
    guard let opened else { throw DatasetsError.cancelled }
    writer = opened
    wasComplete = writer.isComplete
    endOfText = record.endOfText
    file = source.path
    self.tokenizer = tokenizer.tokenizer
  }

  /// Writes what is missing of them.
  func write(_ documents: some Sequence<BuiltDocument>, isCancelled: () -> Bool) throws -> DatasetSummary {
    if !wasComplete, !writer.committedSegments.contains(0) {
      try writeSegment(documents, isCancelled: isCancelled)
    }
    return try writer.finish()
  }

  private func writeSegment(_ documents: some Sequence<BuiltDocument>, isCancelled: () -> Bool) throws {
    var segment = try writer.beginSegment(0)
    var encoder = BuiltEncoder(tokenizer, endOfText: endOfText, file: file, source: 0)
    var tokens: [TokenID] = []
    for document in documents {
      guard !isCancelled() else { throw DatasetsError.cancelled }
      tokens.removeAll(keepingCapacity: true)
      let entry = try encoder.encode(document, into: &tokens)
      try segment.append(tokens.span, document: entry, split: document.split)
    }
    try segment.commit()
  }
}
