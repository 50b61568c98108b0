internal import Basics

/// Writes one segment. Nothing of it exists in the dataset until ``commit()`` returns.
public struct SegmentWriter: ~Copyable {
  private let work: SegmentWork

  init(_ writer: DatasetWriter, _ index: Int, isDeferred: Bool) {
    work = SegmentWork(writer, index, isDeferred: isDeferred)
  }

  /// Adds a document. `tokens` has all its tokens, the `<|endoftext|>` after it too.
  ///
  /// - Precondition: the document's source is in the plan, and its offset, size and label are not negative.
  public mutating func append(
    _ tokens: Span<UInt32>, document: DocumentEntry, split: Split
  ) throws(StoreError) { try work.append(tokens, document, split) }

  /// Adds tokens of a document that goes on: those that follow, up to the next ``append(_:document:split:)``, are of the
  /// same document. So a document of any length can be written without being held in memory.
  public mutating func append(part tokens: Span<UInt32>, split: Split) throws(StoreError) {
    try work.append(part: tokens, split)
  }

  /// Notes that a document was left out. Some five bytes are kept for each; where they are so many that this takes more than 4 MiB, they
  /// go to a file, and what keeps them from there is an error of ``commit()``.
  ///
  /// - Precondition: its source is in the plan, and its offset is not negative.
  public mutating func reject(source: Int, byteOffset: Int, reason: String) {
    work.reject(RejectedDocument(source: source, byteOffset: byteOffset, reason: reason))
  }

  /// Puts the segment into the dataset: its shards under their names, then one transaction.
  public consuming func commit() throws(StoreError) { try work.commit() }

  /// What was appended since the last call, to be compressed by any thread and then written in order.
  ///
  /// - Precondition: the segment was begun by ``DatasetWriter/beginDeferredSegment(_:)``.
  package mutating func takeParts() -> SegmentParts { SegmentParts(work, isLast: false) }

  /// The last parts; once they are written, and those before them, the segment is committed.
  package consuming func takeLastParts() -> SegmentParts { SegmentParts(work, isLast: true) }

  /// The first half of ``commit()``: the shards have their names, and the manifest does not know.
  package consuming func publishOnly() throws(StoreError) { _ = try work.publish() }
}

/// Parts of a segment's shards on their way to the files.
///
///     var parts = segment.takeParts()   // in order, by one thread at a time
///     parts.pack(&packer)               // by any thread, with a packer of its own
///     try parts.write()                 // in order again
package struct SegmentParts {
  private let work: SegmentWork
  private let isLast: Bool
  private var cut: [(shard: ShardWriter, parts: [ShardPart])]
  private var stored: [StoredParts] = []

  fileprivate init(_ work: SegmentWork, isLast: Bool) {
    self.work = work
    self.isLast = isLast
    cut = work.takeParts(closing: isLast)
  }

  /// Compresses the parts.
  package mutating func pack(_ packer: inout PartPacker) {
    for (_, parts) in cut {
      var stored = StoredParts()
      for part in parts { packer.pack(part, to: &stored) }
      self.stored.append(stored)
    }
  }

  /// Writes the parts, and commits the segment behind the last.
  ///
  /// - Precondition: they are packed.
  package func write() throws(StoreError) {
    for (place, stored) in stored.enumerated() { try cut[place].shard.output.add(stored) }
    if isLast { try work.commit() }
  }
}

/// What a segment's writer works on.
private final class SegmentWork {
  private let writer: DatasetWriter
  private let index: Int
  private var shards: [Split: ShardWriter] = [:]
  private var lineage: [Split: [LineageRow]] = [:]
  private let rejects: RejectList
  private let codecTable: CodecTable?
  /// Whether what is appended waits to be taken.
  private let isDeferred: Bool

  init(_ writer: DatasetWriter, _ index: Int, isDeferred: Bool) {
    self.isDeferred = isDeferred
    self.writer = writer
    self.index = index
    codecTable = writer.codecTable
    rejects = RejectList(folder: writer.folder)
  }

  deinit { writer.end(index) }

  func append(_ tokens: Span<UInt32>, _ document: DocumentEntry, _ split: Split) throws(StoreError) {
    precondition(
      writer.plan.sources.indices.contains(document.source), "the plan has no source \(document.source)")
    precondition(
      document.byteOffset >= 0 && document.byteCount >= 0 && document.label ?? 0 >= 0,
      "a document's place, size and label cannot be negative")
    let shard = try shard(split)
    lineage[split, default: []].append(
      isDeferred ? try shard.cutter.append(tokens, document) : try shard.append(tokens, document))
  }

  func append(part tokens: Span<UInt32>, _ split: Split) throws(StoreError) {
    let shard = try shard(split)
    if isDeferred { try shard.cutter.append(part: tokens) } else { try shard.append(part: tokens) }
  }

  func takeParts(closing isLast: Bool) -> [(shard: ShardWriter, parts: [ShardPart])] {
    precondition(isDeferred, "the parts of this segment are written as they come")
    var parts: [(shard: ShardWriter, parts: [ShardPart])] = []
    for split in Split.allCases {
      guard let shard = shards[split] else { continue }
      if isLast { shard.close() }
      parts.append((shard, shard.cutter.takeParts()))
    }
    return parts
  }

  func commit() throws(StoreError) {
    let (segment, rows) = try publish()
    try record(segment, rows)
  }

  private func shard(_ split: Split) throws(StoreError) -> ShardWriter {
    if let shard = shards[split] { return shard }
    let tokenizer = writer.plan.tokenizer
    var header = ShardHeader(
      split: split, segment: index, vocabularySize: tokenizer.vocabularySize,
      tokenizerDigest: tokenizer.digest)
    if let codecTable { header.codecTableDigest = codecTable.digest }
    let shard = try ShardWriter(folder: writer.folder, header: header, codecTable?.encoder)
    shards[split] = shard
    return shard
  }

  func reject(_ document: RejectedDocument) {
    precondition(
      writer.plan.sources.indices.contains(document.source) && document.byteOffset >= 0,
      "a document that is left out is somewhere in the plan's sources")
    rejects.append(document)
  }

  /// All bytes are written before the first file gets its name, so that a full disk is met in time.
  func publish() throws(StoreError) -> (SegmentRecord, SegmentRows) {
    var records: [ShardRecord] = []
    for split in Split.allCases {
      if let shard = shards[split] { records.append(try shard.finish()) }
    }
    let rows = SegmentRows(segment: index, lineage: lineage, rejects: rejects)
    let segment = try rows.record(records)
    do {
      for record in records { try shards[record.split]!.publish() }
    } catch {
      unpublish(records)
      throw error
    }
    return (segment, rows)
  }

  func record(_ segment: SegmentRecord, _ rows: SegmentRows) throws(StoreError) {
    do {
      try writer.record(segment, rows)
    } catch {
      // A failure that leaves the outcome unknown is possible: then the next run decides.
      if writer.isSurelyMissing(index) { unpublish(segment.shards) }
      throw error
    }
  }

  /// Takes the names away again from shards that no transaction mentions.
  private func unpublish(_ records: [ShardRecord]) {
    for record in records { try? Folder.remove(Path.join(writer.folder, record.fileName)) }
  }
}
