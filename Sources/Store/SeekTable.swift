/// What a shard has between its header and its seek table, part by part.
struct SeekTable: Equatable {
  /// A token frame or a document block.
  struct Part: Equatable {
    /// Where it begins in the file.
    var offset: Int
    /// Bytes it takes in the file.
    var storedSize: Int
    /// Its tokens or documents.
    var count: Int
    /// A frame's codec, or ``SeekTable/documentBlock``.
    var kind: UInt8
    /// XXH64 of the part as it is stored.
    var hash: UInt64
  }

  static let documentBlock: UInt8 = 255
  static let entrySize = 16

  private(set) var frames: [Part] = []
  private(set) var blocks: [Part] = []
  /// Where the last part ends.
  private(set) var end = ShardHeader.size
  private(set) var tokenCount = 0
  private(set) var documentCount = 0
  /// The entries in the file's order.
  private var entries: [UInt8] = []

  var partCount: Int { frames.count + blocks.count }

  init() {}

  /// Adds the part that was written last.
  mutating func append(storedSize: Int, count: Int, kind: UInt8, hash: UInt64) {
    entries.append(littleEndian: UInt32(storedSize))
    entries.append(littleEndian: UInt16(count))
    entries.append(kind)
    entries.append(0)
    entries.append(littleEndian: hash)
    add(Part(offset: end, storedSize: storedSize, count: count, kind: kind, hash: hash))
  }

  private mutating func add(_ part: Part) {
    end += part.storedSize
    if part.kind == Self.documentBlock {
      documentCount += part.count
      blocks.append(part)
    } else {
      tokenCount += part.count
      frames.append(part)
    }
  }

  /// The whole part of the file.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ShardFormat.FrameMagic.seekTable)
    bytes.append(littleEndian: UInt32(entries.count))
    return bytes + entries
  }

  /// Bytes of the whole part in the file.
  static func storedSize(partCount: Int) -> Int { ShardFormat.frameHeaderSize + partCount * entrySize }

  /// Reads the table back, without keeping the bytes themselves.
  ///
  /// - Precondition: `bytes` has the size that `footer` tells.
  init(_ bytes: Span<UInt8>, _ footer: ShardFooter) throws(ShardFormatError) {
    guard XXH64.hash(bytes) == footer.seekTableHash else {
      throw ShardFormatError(reason: "its seek table does not match its hash")
    }
    guard bytes.littleEndian(at: 0) == ShardFormat.FrameMagic.seekTable,
      bytes.littleEndian(at: 4) as UInt32 == UInt32(exactly: bytes.count - ShardFormat.frameHeaderSize)
    else { throw ShardFormatError(reason: "its seek table is not where it should be") }
    for entry in stride(from: ShardFormat.frameHeaderSize, to: bytes.count, by: Self.entrySize) {
      let part = Part(
        offset: end, storedSize: Int(bytes.littleEndian(at: entry) as UInt32),
        count: Int(bytes.littleEndian(at: entry + 4) as UInt16), kind: bytes[entry + 6],
        hash: bytes.littleEndian(at: entry + 8))
      try check(part, reserved: bytes[entry + 7])
      add(part)
    }
    guard tokenCount == footer.tokenCount, documentCount == footer.documentCount else {
      throw ShardFormatError(reason: "its seek table and its footer count differently")
    }
    guard documentCount > 0 || tokenCount == 0 else {
      throw ShardFormatError(reason: "it has tokens that belong to no document")
    }
  }

  /// Refuses what no writer writes: only the last part of a kind may be short, and none is large.
  private func check(_ part: Part, reserved: UInt8) throws(ShardFormatError) {
    let isBlock = part.kind == Self.documentBlock
    let full = isBlock ? ShardFormat.blockDocuments : ShardFormat.frameTokens
    let limit = isBlock ? ShardFormat.maximumBlockSize : ShardFormat.maximumFrameSize
    guard 1...full ~= part.count, (isBlock ? blocks : frames).last?.count ?? full == full,
      0...limit ~= part.storedSize, reserved == 0
    else { throw ShardFormatError(reason: "its seek table has an impossible entry, number \(partCount)") }
  }
}
