import Basics
import Store
import TestSupport

extension ReferenceShard {
  /// Follows the seek table from part to part.
  mutating func readParts(_ bytes: [UInt8], _ table: [UInt8]) throws {
    try Self.require(Array(table[..<4]) == [0x52, 0x2a, 0x4d, 0x18], "the seek table's frame magic")
    try Self.require(Reference.number(table[4..<8]) == UInt64(table.count - 8), "the seek table's frame size")
    var place = 112
    for entry in stride(from: 8, to: table.count, by: 16) {
      let size = Int(Reference.number(table[entry..<entry + 4]))
      let count = Int(Reference.number(table[entry + 4..<entry + 6]))
      let kind = table[entry + 6]
      try Self.require(1...8_192 ~= count && table[entry + 7] == 0, "an entry of the seek table")
      let stored = Array(bytes[place..<place + size])
      let content =
        kind == Self.isBlock ? try Self.blockContent(stored) : try idBytes(of: stored, kind: kind, count)
      try Self.require(
        Reference.number(table[entry + 8..<entry + 16]) == Reference.xxh64(stored), "the hash of a part")
      if let last = parts.last(where: { ($0.kind == Self.isBlock) == (kind == Self.isBlock) }) {
        try Self.require(last.count == 8_192, "all but the last part of a kind are full")
      }
      parts.append(Part(kind: kind, count: count, stored: stored, content: content))
      if kind == Self.isBlock { try readBlock(content, count) } else { try readFrame(kind, content, count) }
      place += size
    }
    try Self.require(
      place == bytes.count - 128 - table.count, "the seek table stands where the last part ends")
    try Self.require(tokens.count == documents.reduce(0) { $0 + $1.tokenCount }, "documents tile the tokens")
  }

  private static func frameContent(_ stored: [UInt8]) throws -> [UInt8] {
    try require(stored.count <= 65_536, "the size of a token frame")
    return try unpackedFrame(stored)
  }

  /// The ids of a token frame, `id width` bytes each.
  private func idBytes(of stored: [UInt8], kind: UInt8, _ count: Int) throws -> [UInt8] {
    let content = try Self.frameContent(stored)
    guard kind == 1 else { return content }
    try Self.require(successors != nil && content.count <= 65_536, "codec 1 has a table")
    return try successors!.decode(content, count: count, width: idWidth).flatMap {
      Reference.bytes(UInt64($0), idWidth)
    }
  }

  private static func blockContent(_ stored: [UInt8]) throws -> [UInt8] {
    try require(stored.count <= 1_048_576, "the size of a document block")
    try require(Array(stored[..<4]) == [0x51, 0x2a, 0x4d, 0x18], "a document block's frame magic")
    try require(Reference.number(stored[4..<8]) == UInt64(stored.count - 8), "a document block's frame size")
    return try unpackedFrame(Array(stored[8...]))
  }

  /// RFC 8878: after the magic a byte of flags, at the end the low half of XXH64.
  private static func unpackedFrame(_ frame: [UInt8]) throws -> [UInt8] {
    try require(Array(frame[..<4]) == [0x28, 0xb5, 0x2f, 0xfd], "a zstd frame's magic")
    let hasContentSize = frame[4] >> 6 != 0 || frame[4] & 0x20 != 0
    try require(hasContentSize && frame[4] & 0x04 != 0, "content size and checksum")
    let content = try Zstd.unpack(frame)
    try require(
      Reference.number(frame.suffix(4)) == Reference.xxh64(content) & 0xffff_ffff, "a zstd frame's checksum")
    return content
  }

  private mutating func readFrame(_ kind: UInt8, _ content: [UInt8], _ count: Int) throws {
    try Self.require(kind <= 1, "the codec")
    try Self.require(content.count == count * idWidth, "the size of a frame's content")
    for start in stride(from: 0, to: content.count, by: idWidth) {
      let id = Reference.number(content[start..<start + idWidth])
      try Self.require(id < vocabularySize, "every id is below the vocabulary size")
      tokens.append(UInt32(id))
    }
  }

  private mutating func readBlock(_ content: [UInt8], _ count: Int) throws {
    try Self.require(
      Reference.number(content[..<8]) == UInt64(documents.reduce(0) { $0 + $1.tokenCount }), "first token")
    try Self.require(Reference.number(content[8..<16]) == UInt64(documents.count), "first document")
    var rest = content[16...]
    func varint() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = rest.removeFirst()
        value += UInt64(byte & 0x7f) << shift
        shift += 7
        if byte < 0x80 { return value }
      }
    }
    func column() -> [Int] { (0..<count).map { _ in Int(varint()) } }
    func differences() -> [Int] {
      (0..<count).map { _ in
        let value = varint()
        return value % 2 == 0 ? Int(value / 2) : -Int(value / 2) - 1
      }
    }
    let tokenCounts = column(), sources = differences(), offsets = differences()
    let lengths = column(), labels = column()
    try Self.require(rest.count == 8 * count, "the text hashes end the block")
    var source = 0
    var before: (source: Int, end: Int)?
    for index in 0..<count {
      source += sources[index]
      let offset = offsets[index] + (before?.source == source ? before!.end : 0)
      documents.append(
        DocumentEntry(
          source: source, byteOffset: offset, byteCount: lengths[index],
          textHash: Reference.number(rest.dropFirst(8 * index).prefix(8)),
          label: labels[index] == 0 ? nil : labels[index] - 1, tokenCount: tokenCounts[index]))
      before = (source, offset + lengths[index])
    }
  }
}

/// Zstd frames without the code under test: unpacking is the library's streaming half, packing stores bytes as they are.
enum Zstd {
  static func unpack(_ frames: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    var decoder = ZstdDecoder(try File.open(folder.write(frames, to: "frames")))
    var content: [UInt8] = []
    while try decoder.read(upTo: 1 << 16, appendingTo: &content) > 0 {}
    return content
  }

  /// One frame of raw blocks.
  ///
  /// - Parameter statedSize: the content size that the frame claims.
  static func pack(_ content: [UInt8], statedSize: UInt64? = nil) -> [UInt8] {
    var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0b1110_0100]
    frame += Reference.bytes(statedSize ?? UInt64(content.count), 8)
    var rest = content[...]
    repeat {
      let block = rest.prefix(1 << 17)
      rest = rest.dropFirst(block.count)
      frame += Reference.bytes(UInt64(block.count << 3) | (rest.isEmpty ? 1 : 0), 3) + block
    } while !rest.isEmpty
    return frame + Reference.bytes(Reference.xxh64(content) & 0xffff_ffff, 4)
  }
}
