import Store

extension Forgery {
  static let frames: [Forgery] = [
    .ids("an id as large as the vocabulary", idsWith(1_000), "it holds token 1000 of a vocabulary of 1000"),
    .ids("the largest id that fits", idsWith(65_535), "it holds token 65535 of a vocabulary of 1000"),
    .ids("one id too few", Array(Sample.fixed.tokens(.train).dropLast()), "the zstd frame has another size"),
    .frame("a frame that claims 1 TiB", "the zstd frame has another size") {
      Zstd.pack($0, statedSize: 1 << 40)
    },
    .frame("a frame that claims 2^64 - 3", "the zstd frame has another size") {
      Zstd.pack($0, statedSize: .max - 2)
    },
    .frame("a frame that does not say its size", "the zstd frame has another size") {
      // A window of 1 KiB instead of a single segment of known size.
      Array(Zstd.pack($0)[..<4]) + [0b0000_0100, 0] + Zstd.pack($0)[13...]
    },
    .frame("a frame without a checksum", "the zstd frame has no checksum") {
      var frame = Zstd.pack($0)
      frame[4] &= ~0b100
      return Array(frame.dropLast(4))
    },
    .frame("a reserved bit", "the zstd frame has no checksum") {
      var frame = Zstd.pack($0)
      frame[4] |= 0b1000
      return frame
    },
    .frame("a dictionary that nobody has", "frame 0: ") {
      var frame = Zstd.pack($0)
      frame[4] |= 0b01
      frame.insert(77, at: 5)
      return frame
    },
    .frame("a frame cut off", "the zstd frame is cut off or followed by something else") {
      Array(Zstd.pack($0).dropLast())
    },
    .frame("a frame and something else", "the zstd frame is cut off or followed by something else") {
      Zstd.pack($0) + [0]
    },
    .frame("a frame and an empty one", "the zstd frame is cut off or followed by something else") {
      Zstd.pack($0) + Zstd.pack([])
    },
    .frame("a skippable frame", "there is no zstd frame") {
      [0x50, 0x2a, 0x4d, 0x18] + Reference.bytes(UInt64($0.count), 4) + $0
    },
    .frame("nothing", "there is no zstd frame") { _ in [] },
    .frame("a byte two million times", "frame 0: ") {
      let block = Reference.bytes(UInt64(2_000_000 << 3 | 0b011), 3) + [0]
      return Array(Zstd.pack($0)[..<13]) + block + [0, 0, 0, 0]
    },
  ]

  private static func idsWith(_ id: UInt32) -> [UInt32] {
    var ids = Sample.fixed.tokens(.train)
    ids[5] = id
    return ids
  }

  private static let impossible = "a document block is impossible"
  private static let unlinked = "its document blocks do not follow each other"
  private static let elsewhere = "a document block tells of tokens or sources that are not there"

  static let blocks: [Forgery] = [
    .block("first token 1", unlinked) { $0.firstToken = 1 },
    .block("first token 2^63", impossible) { $0.firstToken = 1 << 63 },
    .block("first document 1", unlinked) { $0.firstDocument = 1 },
    .block("first document 2^64 - 1", impossible) { $0.firstDocument = .max },
    .block("fewer tokens than the shard", unlinked) { $0.tokenCounts[4] -= 1 },
    .block("more tokens than the shard", elsewhere) { $0.tokenCounts[4] += 1 },
    .block("2^62 tokens", elsewhere) { $0.tokenCounts[0] = 1 << 62 },
    .block("tokens that add up beyond 2^63", elsewhere) {
      $0.tokenCounts[3] = .max >> 1
      $0.tokenCounts[4] = .max >> 1
    },
    .block("2^63 tokens", impossible) { $0.tokenCounts[0] = 1 << 63 },
    .block("source -1", impossible) { $0.sources[0] = 1 },
    .block("source 3 of 3", elsewhere) { $0.sources[0] = 6 },
    .block("the lowest source there can be", impossible) { $0.sources[0] = .max },
    .block("sources that wrap around", impossible) {
      $0.sources[0] = .max - 1
      $0.sources[1] = .max - 1
    },
    .block("offset -1", impossible) { $0.offsets[0] = 1 },
    .block("offset and length beyond 2^63", impossible) { $0.offsets[0] = .max - 1 },
    .block("an endless length", impossible) { $0.lengths[0] = .max >> 1 },
    .block("length 2^63", impossible) { $0.lengths[0] = 1 << 63 },
    .block("label 2^63", impossible) { $0.labels[0] = 1 << 63 },
    .block("one text hash too few", Array(BlockColumns().bytes.dropLast(8)), impossible),
    .block("a byte too many", BlockColumns().bytes + [0], impossible),
    .block("no content", [], impossible),
    .block(
      "nothing but a varint without an end", BlockColumns.start + [UInt8](repeating: 0xff, count: 99),
      impossible),
    .block("nothing but zeros", [UInt8](repeating: 0, count: 16 + 5 * 5 + 40), unlinked),
    .block(
      "a frame that claims 1 MiB", statedSize: 1 << 20, BlockColumns().bytes, "document block 0: zstd: "),
    .block(
      "a frame that claims more", statedSize: 1 << 20 + 1, BlockColumns().bytes,
      "document block 0 is too large"),
    .block(
      "a frame that claims 2^62", statedSize: 1 << 62, BlockColumns().bytes, "document block 0 is too large"),
    .block("a large content", [UInt8](repeating: 0, count: 1 << 20 - 8_192), impossible),
    Forgery("another frame magic", "document block 0 is not where it should be") {
      $0.replace(1, with: [0x50] + $0.parts[1][1...])
    },
    Forgery("another frame size", "document block 0 is not where it should be") {
      $0.replace(1, with: $0.parts[1][..<4] + [$0.parts[1][4] + 1] + $0.parts[1][5...])
    },
    Forgery("an empty frame", "document block 0 is too large") {
      $0.replace(1, with: [0x51, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0])
    },
    Forgery("no frame", "document block 0 is not where it should be") {
      $0.replace(1, with: [0x51, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])
    },
    Forgery("8192 documents in a few bytes", impossible) {
      $0.entries[1].replaceSubrange(4..<6, with: Reference.bytes(8_192, 2))
      $0.footer.replaceSubrange(16..<24, with: Reference.bytes(8_192, 8))
    },
    Forgery("no document block", "it has tokens that belong to no document") {
      $0.entries.removeLast()
      $0.parts.removeLast()
      $0.footer.replaceSubrange(16..<32, with: Reference.bytes(0, 8) + Reference.bytes(1, 8))
    },
  ]
}

/// The content of the fixed sample's document block, column by column, as the numbers that varints hold.
struct BlockColumns {
  var firstToken: UInt64 = 0
  var firstDocument: UInt64 = 0
  var tokenCounts: [UInt64] = [4, 2, 6, 1, 4]
  /// Differences in zigzag: 0, 0, +1, -1, +1.
  var sources: [UInt64] = [0, 0, 2, 1, 2]
  /// 0, 0 after the first's end, 700 and 12 in other sources than the one before, 5.
  var offsets: [UInt64] = [0, 0, 1_400, 24, 10]
  var lengths: [UInt64] = [9, 3, 15, 0, 9]
  var labels: [UInt64] = [0, 1, 71, 0, 0]

  static let start = [UInt8](repeating: 0, count: 16)

  var bytes: [UInt8] {
    var bytes = Reference.bytes(firstToken, 8) + Reference.bytes(firstDocument, 8)
    for column in [tokenCounts, sources, offsets, lengths, labels] {
      for var number in column {
        while number > 127 {
          bytes.append(UInt8(number & 127) + 128)
          number >>= 7
        }
        bytes.append(UInt8(number))
      }
    }
    for document in Sample.fixed.documents(.train) { bytes += Reference.bytes(document.entry.textHash, 8) }
    return bytes
  }
}
