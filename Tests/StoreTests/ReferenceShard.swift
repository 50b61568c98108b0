import Basics
import Store
import TestSupport

/// A shard taken apart as docs/shard-format.md says, slowly and one check after another: the judge of the fast writer and
/// reader. It knows nothing of their code.
struct ReferenceShard {
  var split: UInt64
  var segment: UInt64
  var idWidth: Int
  var vocabularySize: UInt64
  var tokenizerDigest: [UInt8]
  var contentDigest: [UInt8]
  var storedDigest: [UInt8]
  var parts: [Part] = []
  var tokens: [UInt32] = []
  var documents: [DocumentEntry] = []
  /// What codec 1 looks up.
  var successors: ReferenceCodec?

  /// A token frame or a document block.
  struct Part {
    var kind: UInt8
    var count: Int
    /// All bytes in the file.
    var stored: [UInt8]
    var content: [UInt8]
  }

  static let isBlock: UInt8 = 255

  /// A sentence of the page that does not hold.
  struct Violation: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static func require(_ condition: Bool, _ sentence: String) throws {
    if !condition { throw Violation(sentence) }
  }

  init(_ bytes: [UInt8], codecTable: [UInt8]? = nil) throws {
    try Self.require(bytes.count >= 112 + 8 + 128, "a shard has a header, a seek table and a footer")
    let header = Array(bytes[..<112]), footer = Array(bytes[(bytes.count - 128)...])
    func field(_ part: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
      Reference.number(part[offset..<offset + size])
    }
    let magic = Array("TESSERA\n".utf8)
    try Self.require(Array(header[..<4]) == [0x50, 0x2a, 0x4d, 0x18], "the header's frame magic")
    try Self.require(field(header, 4, 4) == 104, "the header's frame size")
    try Self.require(Array(header[8..<16]) == magic, "the header's magic")
    try Self.require(field(header, 16, 4) == 1, "the version")
    idWidth = Int(field(header, 20, 4))
    split = field(header, 24, 4)
    segment = field(header, 28, 4)
    try Self.require(field(header, 32, 4) == 8_192, "the frame tokens")
    vocabularySize = field(header, 36, 4)
    tokenizerDigest = Array(header[40..<72])
    try Self.require(idWidth == (vocabularySize <= 65_536 ? 2 : 4), "the id width")
    try Self.require(split <= 2, "the split")
    let tableDigest = Array(header[72..<104])
    try Self.require(
      codecTable.map { SHA256.hash($0).bytes == tableDigest } ?? tableDigest.allSatisfy { $0 == 0 },
      "the codec table digest")
    if let codecTable { successors = try ReferenceCodec(file: codecTable) }
    try Self.require(field(header, 104, 8) == Reference.xxh64(Array(header[..<104])), "the header hash")

    try Self.require(Array(footer[..<4]) == [0x53, 0x2a, 0x4d, 0x18], "the footer's frame magic")
    try Self.require(field(footer, 4, 4) == 120, "the footer's frame size")
    contentDigest = Array(footer[40..<72])
    storedDigest = Array(footer[72..<104])
    try Self.require(field(footer, 104, 8) == Reference.xxh64(Array(footer[..<104])), "the footer hash")
    try Self.require(field(footer, 112, 8) == 0, "the footer's reserved bytes")
    try Self.require(Array(footer[120...]) == magic, "the footer's magic")
    try Self.require(
      SHA256.hash(Array(bytes.dropLast(128))).bytes == storedDigest, "the stored digest")

    let partCount = Int(field(footer, 24, 8))
    let table = Array(bytes.dropLast(128).suffix(8 + 16 * partCount))
    try Self.require(field(footer, 32, 8) == Reference.xxh64(table), "the seek table hash")
    try readParts(bytes, table)
    try Self.require(field(footer, 8, 8) == UInt64(tokens.count), "the token count")
    try Self.require(field(footer, 16, 8) == UInt64(documents.count), "the document count")
    try Self.require(computedContentDigest == contentDigest, "the content digest")
  }

  private var computedContentDigest: [UInt8] {
    let ids = parts.filter { $0.kind != Self.isBlock }.flatMap(\.content)
    let blocks = parts.filter { $0.kind == Self.isBlock }.flatMap(\.content)
    return SHA256.hash(
      tokenizerDigest + SHA256.hash(ids).bytes + SHA256.hash(blocks).bytes + Reference.bytes(split, 4)
        + Reference.bytes(segment, 4) + Reference.bytes(UInt64(tokens.count), 8)
        + Reference.bytes(UInt64(documents.count), 8)
    ).bytes
  }
}
