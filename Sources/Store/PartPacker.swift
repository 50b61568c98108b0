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
    let start = output.bytes.count
    let (count, kind) = packBytes(of: part, to: &output.bytes)
    let stored = start..<output.bytes.count
    output.entries.append(
      StoredParts.Entry(
        storedSize: stored.count, count: count, kind: kind,
        hash: XXH64.hash(output.bytes.span.extracting(stored))))
  }

  /// Appends the part as it is stored; returns what it counts and its kind.
  private mutating func packBytes(of part: ShardPart, to output: inout [UInt8]) -> (count: Int, kind: UInt8) {
    switch part {
    case .frame(let ids, let count):
      return (count, frames.encode(ids, width: ids.count / count, appendingTo: &output).codec)
    case .block(let content, let count):
      var frame: [UInt8] = []
      compressor.compress(content.span, appendingTo: &frame)
      output.append(littleEndian: ShardFormat.FrameMagic.documentBlock)
      output.append(littleEndian: UInt32(frame.count))
      output += frame
      return (count, SeekTable.documentBlock)
    }
  }
}
