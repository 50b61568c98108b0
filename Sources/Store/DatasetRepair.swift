public import Basics
internal import Synchronization

/// A dataset opened to mend its shards, while nobody else may write it.
///
///     let repair = try DatasetRepair("shards")
///     let survey = try repair.survey()
///     let segment = repair.beginSegment(7, splits: [.train])   // its documents again, from the sources
///     try segment.append(tokens.span, document: entry, split: .train)
///     try segment.commit()
///
/// The content digest in the manifest is what counts: a shard gets its name only where it has it, however its bytes are
/// compressed. Killed at any instant, a rerun ends the same.
public final class DatasetRepair: Sendable {
  /// The dataset as the manifest describes it.
  public let dataset: Dataset
  /// What the dataset was made from, and how.
  public let plan: DatasetPlan
  /// Codec tables that are damaged or missing. Shards that use them cannot be read before they are back.
  public let lostTables: [LostTable]
  /// How many of the segments there were at the end of each run: where the dataset grew, also what it was made from at first.
  public let segmentsAfterRuns: [Int]
  private let state: Mutex<State>

  private struct State: ~Copyable {
    let manifest: Manifest
    /// Nil where the manifest's own lock serves.
    let lock: FolderLock?
    var segments: [SegmentRecord]
  }

  /// Opens the dataset in `folder`, and clears away what a killed repair left half-written.
  ///
  /// - Throws: ``StoreError/inUse(folder:)`` where another process is writing it; what ``Dataset/open(_:)`` throws; the
  ///   first fault of the manifest, in any row: nothing can be mended by it then.
  public init(_ folder: String) throws(StoreError) {
    let isThere = try StoreError.filing { () throws(FileError) in
      guard try Folder.hasFile(Path.join(folder, ManifestSchema.fileName)) else { return false }
      try Folder.requireCreatable(folder)
      return true
    }
    guard isThere else { throw .notADataset(folder: folder) }
    let lock = try DatasetWriter.lock(folder)
    guard let manifest = try Manifest.edit(folder, isLocked: lock != nil) else {
      throw .notADataset(folder: folder)
    }
    (dataset, plan) = try Dataset.open(folder, manifest)
    var verifier = Verifier(dataset)
    let lost = try dataset.codecTables.lost()
    lostTables = lost
    try verifier.checkManifest(manifest)
    let faults = verifier.report.faults
    if let fault = faults.first(where: { fault in !lost.contains { $0.fault == fault } }) { throw fault }
    segmentsAfterRuns = try manifest.segmentsAfterRuns()
    try StoreError.filing { () throws(FileError) in
      try Folder.removeUnfinished(folder, where: { ShardRecord.isShard($0) || CodecTableRecord.isTable($0) })
    }
    state = Mutex(State(manifest: manifest, lock: lock, segments: dataset.segments))
  }

  /// A codec table that cannot be trusted, or is not there.
  public struct LostTable: Sendable, Equatable {
    /// The table's path.
    public var path: String
    /// SHA-256 of the file that it was.
    public var digest: Digest
    /// What is wrong with it.
    public var fault: StoreError
  }

  /// Puts a table in the place of a lost one; false, and nothing is written, where it is another than that was.
  package func restore(_ table: CodecTable, as lost: LostTable) throws(StoreError) -> Bool {
    guard table.digest == lost.digest else { return false }
    let bytes = table.bytes
    try StoreError.filing { () throws(FileError) in try AtomicFile.write(bytes.span, to: lost.path) }
    return true
  }

  /// What a look at all shards found.
  public struct Survey: Sendable, Equatable {
    /// Shards whose content is lost, in order.
    public var damaged: [Damage] = []
    /// Paths of shards that held the recorded content, but in other bytes than recorded: the manifest now has these.
    public var adopted: [String] = []
    /// Whether it was broken off, so that the rest is not known.
    public var wasCancelled = false
  }

  /// A shard that cannot be trusted, or is not there.
  public struct Damage: Sendable, Equatable {
    /// The shard's path.
    public var path: String
    /// Which split it is of.
    public var split: Split
    /// The number of its segment.
    public var segment: Int
    /// The first thing that is wrong with it.
    public var fault: StoreError
  }

  /// Reads every shard to its end, as ``verify(_:report:isCancelled:)`` does.
  public func survey(
    report: (VerifyProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(StoreError) -> Survey {
    var verifier = Verifier(dataset)
    var survey = Survey()
    var segment: Int?
    for record in dataset.shards() {
      if isCancelled() || verifier.report.wasCancelled {
        survey.wasCancelled = true
        break
      }
      if segment != record.segment {
        verifier.lineage = try lineage(record.segment)
        segment = record.segment
      }
      verifier.report.faults = []
      verifier.check(record, report, isCancelled)
      // Then it was not read to its end, and nothing is known of it.
      survey.wasCancelled = verifier.report.wasCancelled
      guard !survey.wasCancelled, let fault = verifier.report.faults.first else { continue }
      let path = Path.join(dataset.folder, record.fileName)
      if try adopt(record, path, &verifier, isCancelled) {
        survey.adopted.append(path)
      } else if verifier.report.wasCancelled {
        survey.wasCancelled = true
      } else {
        survey.damaged.append(
          Damage(path: path, split: record.split, segment: record.segment, fault: fault))
      }
    }
    return survey
  }

  /// Where the documents of each shard of a segment came from.
  private func lineage(_ segment: Int) throws(StoreError) -> [Int: [LineageRow]] {
    try state.withLock { state throws(StoreError) in try state.manifest.lineage(dataset.segments[segment]) }
  }

  /// Takes over a whole shard of the recorded content whose bytes are others than those recorded, as a repair leaves it
  /// that was killed before its last step; false where it is not that.
  private func adopt(
    _ record: ShardRecord, _ path: String, _ verifier: inout Verifier, _ isCancelled: () -> Bool
  ) throws(StoreError) -> Bool {
    guard let file = try? File.openFile(path), let size = try? file.size(), size >= ShardFooter.size else {
      return false
    }
    var bytes: [UInt8] = []
    guard (try? file.read(at: size - ShardFooter.size, count: ShardFooter.size, into: &bytes)) != nil,
      let footer = try? ShardFooter(bytes.span), footer.contentDigest == record.contentDigest,
      footer.storedDigest != record.storedDigest || size != record.storedBytes
    else { return false }
    var stored = record
    stored.storedBytes = size
    stored.storedDigest = footer.storedDigest
    verifier.report.faults = []
    verifier.check(stored, { _ in }, isCancelled)
    guard verifier.report.faults.isEmpty, !verifier.report.wasCancelled else { return false }
    try self.record([stored])
    return true
  }

  /// Starts to write shards of a segment again. Documents of other splits are passed over.
  ///
  /// - Precondition: the segment has a shard for each of `splits`.
  public func beginSegment(_ number: Int, splits: Set<Split>) -> SegmentRepair {
    SegmentRepair(self, dataset.segments[number].shards.filter { splits.contains($0.split) })
  }

  /// What new shards are written with: any table that the dataset has.
  func codecTable() throws(StoreError) -> CodecTable? {
    guard let table = dataset.codecTables.records.last else { return nil }
    return try dataset.codecTables.table(table.digest)
  }

  /// Records how shards are stored now, where that has changed.
  func record(_ shards: [ShardRecord]) throws(StoreError) {
    try state.withLock { state throws(StoreError) in
      var segments = state.segments
      var changed: [ShardRecord] = []
      for shard in shards {
        let place = segments[shard.segment].shards.firstIndex { $0.split == shard.split }!
        guard segments[shard.segment].shards[place] != shard else { continue }
        segments[shard.segment].shards[place] = shard
        changed.append(shard)
      }
      guard !changed.isEmpty else { return }
      try state.manifest.restore(
        changed,
        storedDigest: plan.storedDigest(dataset.codecTables.records, segments, rootHash: dataset.rootHash))
      state.segments = segments
    }
  }
}

/// Writes lost shards of one segment again. Their old files stay until ``commit()``.
public final class SegmentRepair {
  private let repair: DatasetRepair
  private let records: [ShardRecord]
  private var writers: [Split: ShardWriter] = [:]

  init(_ repair: DatasetRepair, _ records: [ShardRecord]) {
    self.repair = repair
    self.records = records
  }

  /// Adds a document, the last tokens of one that goes on.
  public func append(
    _ tokens: Span<UInt32>, document: DocumentEntry, split: Split
  ) throws(StoreError) { _ = try writer(split)?.append(tokens, document) }

  /// Adds tokens of a document that goes on.
  public func append(part tokens: Span<UInt32>, split: Split) throws(StoreError) {
    try writer(split)?.append(part: tokens)
  }

  private func writer(_ split: Split) throws(StoreError) -> ShardWriter? {
    if let writer = writers[split] { return writer }
    guard let record = records.first(where: { $0.split == split }) else { return nil }
    let tokenizer = repair.dataset.tokenizer
    var header = ShardHeader(
      split: split, segment: record.segment, vocabularySize: tokenizer.vocabularySize,
      tokenizerDigest: tokenizer.digest)
    let table = try repair.codecTable()
    if let table { header.codecTableDigest = table.digest }
    let writer = try ShardWriter(folder: repair.dataset.folder, header: header, table?.encoder)
    writers[split] = writer
    return writer
  }

  /// Gives the shards their names, where all have the recorded content, and records how they are stored. Returns their
  /// paths.
  ///
  /// - Throws: ``StoreError/otherContent(path:expected:found:)``; then the old files are as they were.
  public func commit() throws(StoreError) -> [String] {
    var shards: [ShardRecord] = []
    for record in records {
      let path = Path.join(repair.dataset.folder, record.fileName)
      guard let writer = writers[record.split] else {
        throw .otherContent(path: path, expected: record.contentDigest, found: nil)
      }
      let shard = try writer.finish()
      guard shard.contentDigest == record.contentDigest else {
        throw .otherContent(path: path, expected: record.contentDigest, found: shard.contentDigest)
      }
      shards.append(shard)
    }
    for record in records { try writers[record.split]!.publish() }
    try repair.record(shards)
    return records.map { Path.join(repair.dataset.folder, $0.fileName) }
  }
}
