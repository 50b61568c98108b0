public import Basics

/// A finished dataset, open for reading.
///
///     let dataset = try Dataset.open("shards")
///     var reader = try dataset.reader(.train)
///     try reader.read(0..<1_024, into: &tokens)
public struct Dataset: Sendable {
  /// The folder it lies in.
  public let folder: String
  /// Names exactly this content.
  public let rootHash: Digest
  /// What made the ids.
  public let tokenizer: TokenizerRecord
  /// The options that decided the content.
  public let configuration: JSON
  /// The files that text came from.
  public let sources: [SourceRecord]
  /// The splits that have documents, in the order train, val, test.
  public let splits: [SplitSummary]

  let segments: [SegmentRecord]
  let codecTables: CodecTables

  /// Opens the dataset in `folder`. The manifest is checked against its digests; the shards when they are read.
  ///
  /// - Throws: ``StoreError/incomplete(folder:segments:of:)`` where the work that makes it is not finished.
  public static func open(_ folder: String) throws(StoreError) -> Dataset {
    try open(folder, Manifest.open(folder)).dataset
  }

  /// The dataset that `manifest` describes, and what it was planned as.
  static func open(
    _ folder: String, _ manifest: borrowing Manifest
  ) throws(StoreError) -> (dataset: Dataset, plan: DatasetPlan) {
    let contents = try manifest.read()
    let segments = contents.segments.compactMap(\.self)
    guard contents.state == .complete, let rootHash = contents.rootHash else {
      throw .incomplete(folder: folder, segments: segments.count, of: contents.segments.count)
    }
    let dataset = Dataset(
      folder: folder, rootHash: rootHash, tokenizer: contents.plan.tokenizer,
      configuration: contents.plan.configuration, sources: contents.plan.sources,
      splits: try SplitSummary.of(segments, manifest), segments: segments,
      codecTables: CodecTables(
        folder: folder, vocabularySize: contents.plan.tokenizer.vocabularySize, contents.codecTables))
    return (dataset, contents.plan)
  }

  /// All that decided the content: what was read, how it was cut into segments, and with which options.
  ///
  /// - Throws: ``StoreError/replaced(folder:)`` where another dataset has taken this one's place.
  public func plan() throws(StoreError) -> DatasetPlan {
    let (now, plan) = try Self.open(folder, Manifest.open(folder))
    guard now.rootHash == rootHash else { throw .replaced(folder: folder) }
    return plan
  }

  /// A reader of one split.
  ///
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where the split has no documents.
  public func reader(_ split: Split) throws(StoreError) -> SplitReader {
    try reader(split, cachedFrames: SplitReader.standardCachedFrames)
  }

  /// A reader that keeps so many frames, about 45 KiB each, and so many shards open, at most ``SplitReader/mostOpenShards``.
  package func reader(
    _ split: Split, cachedFrames: Int, openShards: Int = SplitReader.mostOpenShards
  ) throws(StoreError) -> SplitReader {
    guard splits.contains(where: { $0.split == split }) else { throw .emptySplit(split, folder: folder) }
    return SplitReader(self, split, cachedFrames: cachedFrames, openShards: openShards)
  }

  /// Tokens in a split; 0 where there is none such.
  public func tokenCount(_ split: Split) -> Int { splits.first { $0.split == split }?.tokens ?? 0 }

  /// The documents that were left out, in the order of the segments.
  public func rejects() throws(StoreError) -> [RejectedDocument] {
    let manifest = try Manifest.open(folder)
    var rejects: [RejectedDocument] = []
    for segment in segments { try manifest.forEachReject(segment) { rejects.append($0) } }
    return rejects
  }

  /// The documents that one segment left out, in its order.
  public func rejects(segment: Int) throws(StoreError) -> [RejectedDocument] {
    var rejects: [RejectedDocument] = []
    try Manifest.open(folder).forEachReject(segments[segment]) { rejects.append($0) }
    return rejects
  }

  /// The shards of one split, or of all, in order.
  func shards(_ split: Split? = nil) -> [ShardRecord] {
    segments.flatMap(\.shards).filter { split == nil || $0.split == split }
  }
}
