internal import Basics

/// Writes one shard, front to back: what is appended is cut into parts, those are compressed, and the file takes them.
final class ShardWriter {
  let cutter: ShardCutter
  let output: ShardOutput
  private var packer: PartPacker
  /// Nil until all is appended.
  private var end: ShardEnd?

  /// - Parameter successors: of the codec table that the header names.
  init(folder: String, header: ShardHeader, _ successors: SuccessorEncoder?) throws(StoreError) {
    cutter = ShardCutter(header)
    output = try ShardOutput(folder: folder, header: header)
    packer = PartPacker(successors)
  }

  /// A writer that writes nothing: ``finish()`` says what the shard would be.
  init(measuring header: ShardHeader, _ successors: SuccessorEncoder?) {
    cutter = ShardCutter(header)
    output = ShardOutput(measuring: header)
    packer = PartPacker(successors)
  }

  /// Adds tokens of a document that goes on.
  func append(part tokens: Span<UInt32>) throws(StoreError) {
    try cutter.append(part: tokens)
    try writeParts()
  }

  /// Adds a document's last tokens, and says where all of them came from; returns the entry with their number.
  func append(_ tokens: Span<UInt32>, _ document: DocumentEntry) throws(StoreError) -> DocumentEntry {
    let document = try cutter.append(tokens, document)
    try writeParts()
    return document
  }

  /// Compresses and writes what was cut.
  private func writeParts() throws(StoreError) {
    var stored = StoredParts()
    for part in cutter.takeParts() { packer.pack(part, to: &stored) }
    if !stored.entries.isEmpty { try output.add(stored) }
  }

  /// Cuts off what is left. Nothing can be appended any more.
  func close() { if end == nil { end = cutter.end() } }

  /// Writes the rest of the file, still under its temporary name.
  func finish() throws(StoreError) -> ShardRecord {
    close()
    try writeParts()
    return try output.finish(end!)
  }

  /// Gives the finished file its name, and waits until it is on the disk.
  func publish() throws(StoreError) { try output.publish() }
}
