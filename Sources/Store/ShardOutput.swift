internal import Basics

/// The file of a shard, written front to back. It exists under its name only once ``publish()`` returned.
final class ShardOutput {
  private let header: ShardHeader
  /// Nil where only the shard's size is wanted.
  private var file: AtomicFile?
  private var seekTable = SeekTable()
  private var stored = SHA256()
  /// Bytes of the file not written yet.
  private var output: [UInt8]

  init(folder: String, header: ShardHeader) throws(StoreError) {
    self.header = header
    file = try StoreError.filing { () throws(FileError) in
      try AtomicFile(Path.join(folder, ShardRecord.fileName(header.split, segment: header.segment)))
    }
    output = header.bytes
  }

  /// A shard that is written nowhere.
  init(measuring header: ShardHeader) {
    self.header = header
    output = header.bytes
  }

  func add(_ parts: StoredParts) throws(StoreError) {
    output += parts.bytes
    for entry in parts.entries {
      seekTable.append(
        storedSize: entry.storedSize, count: entry.count, kind: entry.kind, hash: entry.hash)
    }
    try flush(over: 1 << 18)
  }

  /// Writes what has gathered, where it is more than `limit` bytes.
  private func flush(over limit: Int) throws(StoreError) {
    guard output.count > limit else { return }
    var bytes: [UInt8] = []
    swap(&bytes, &output)
    stored.update(bytes.span)
    do { try file?.write(bytes.span) } catch { throw .file(error) }
    bytes.removeAll(keepingCapacity: true)
    swap(&bytes, &output)
  }

  /// Writes the rest of the file, still under its temporary name.
  func finish(_ end: ShardEnd) throws(StoreError) -> ShardRecord {
    let table = seekTable.bytes
    output += table
    try flush(over: 0)
    let footer = ShardFooter(
      tokenCount: end.tokenCount, documentCount: end.documentCount, partCount: seekTable.partCount,
      seekTableHash: XXH64.hash(table.span), contentDigest: end.contentDigest, storedDigest: stored.finish())
    do { try file?.write(footer.bytes.span) } catch { throw .file(error) }
    return ShardRecord(
      split: header.split, segment: header.segment, tokens: end.tokenCount, documents: end.documentCount,
      storedBytes: seekTable.end + table.count + ShardFooter.size, contentDigest: end.contentDigest,
      storedDigest: footer.storedDigest)
  }

  /// Gives the finished file its name, and waits until it is on the disk.
  func publish() throws(StoreError) {
    do { try file.take()!.commit() } catch { throw .file(error) }
  }
}
