/// Parts of a shard as they are stored, one after another.
package struct StoredParts: Sendable {
  /// What the seek table says of one.
  struct Entry: Sendable {
    var storedSize: Int
    var count: Int
    var kind: UInt8
    var hash: UInt64
  }

  var bytes: [UInt8] = []
  var entries: [Entry] = []
}

/// Compresses parts of shards. One for each thread.
package struct PartPacker: ~Copyable {
  private var compressor = ZstdCompressor(level: 3)
  private var frames: FrameEncoder

  /// Writes plain ids.
  package init() { self.init(nil) }

  /// - Parameter successors: of the codec table that the shards name.
  init(_ successors: SuccessorEncoder?) { frames = FrameEncoder(successors) }

  mutating func pack(_ part: ShardPart, to output: inout StoredParts) {
    switch part {
    case .frame(let ids, let count):
      let (size, codec) = frames.encode(ids, width: ids.count / count, appendingTo: &output.bytes)
      output.entries.append(
        StoredParts.Entry(storedSize: size, count: count, kind: codec, hash: XXH64.hash(ids.span)))
    case .block(let content, let count):
      var frame: [UInt8] = []
      compressor.compress(content.span, appendingTo: &frame)
      output.bytes.append(littleEndian: ShardFormat.FrameMagic.documentBlock)
      output.bytes.append(littleEndian: UInt32(frame.count))
      output.bytes += frame
      output.entries.append(
        StoredParts.Entry(
          storedSize: ShardFormat.frameHeaderSize + frame.count, count: count,
          kind: SeekTable.documentBlock, hash: XXH64.hash(content.span)))
    }
  }
}
