import Basics

/// A shard as the parts that it is written in, to be changed and put together again.
struct ShardParts {
  var header: [UInt8]
  /// The token frames and document blocks.
  var parts: [[UInt8]] = []
  /// Of the seek table.
  var entries: [[UInt8]]
  var footer: [UInt8]

  /// Takes apart a shard that is whole.
  init(_ bytes: [UInt8]) {
    header = Array(bytes[..<112])
    footer = Array(bytes.suffix(128))
    let count = Int(Reference.number(footer[24..<32]))
    let table = Array(bytes.dropLast(128).suffix(16 * count))
    entries = (0..<count).map { Array(table[16 * $0..<16 * $0 + 16]) }
    var place = 112
    for entry in entries {
      let size = Int(Reference.number(entry[..<4]))
      parts.append(Array(bytes[place..<place + size]))
      place += size
    }
  }

  var seekTable: [UInt8] {
    [0x52, 0x2a, 0x4d, 0x18] + Reference.bytes(UInt64(16 * entries.count), 4) + entries.flatMap(\.self)
  }

  var bytes: [UInt8] { header + parts.flatMap(\.self) + seekTable + footer }

  /// The first eight bytes of the document blocks.
  var magics: [[UInt8]] {
    zip(parts, entries).filter { $1[6] == 255 }.map { part, _ in Array(part[..<4]) }
  }

  /// Computes all hashes anew, so that nothing but what was changed is wrong. The counts of the footer stay.
  mutating func seal() {
    header.replaceSubrange(104..<112, with: Reference.bytes(Reference.xxh64(Array(header[..<104])), 8))
    let table = Array(bytes.dropLast(128).suffix(8 + 16 * min(1 << 20, Int(footer[24]))))
    footer.replaceSubrange(32..<40, with: Reference.bytes(Reference.xxh64(table), 8))
    footer.replaceSubrange(72..<104, with: SHA256.hash(Array(bytes.dropLast(128))).bytes)
    footer.replaceSubrange(104..<112, with: Reference.bytes(Reference.xxh64(Array(footer[..<104])), 8))
  }

  /// Computes the content digest anew, of parts that can be read.
  mutating func sealContent() throws {
    func contents(_ isWanted: (UInt8) -> Bool) throws -> [UInt8] {
      try zip(parts, entries).filter { isWanted($1[6]) }.flatMap { part, entry in
        try Zstd.unpack(entry[6] == 255 ? Array(part[8...]) : part)
      }
    }
    let ids = try contents { $0 != 255 }, blocks = try contents { $0 == 255 }
    let digest = SHA256.hash(
      header[40..<72] + SHA256.hash(ids).bytes + SHA256.hash(blocks).bytes + header[24..<32] + footer[8..<24])
    footer.replaceSubrange(40..<72, with: digest.bytes)
  }

  /// Replaces a part, and its size and hash in the seek table.
  mutating func replace(_ index: Int, with part: [UInt8]) {
    parts[index] = part
    entries[index].replaceSubrange(..<4, with: Reference.bytes(UInt64(part.count), 4))
    entries[index].replaceSubrange(8..., with: Reference.bytes(Reference.xxh64(part), 8))
  }
}
