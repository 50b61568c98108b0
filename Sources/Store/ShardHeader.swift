internal import Basics

/// What every shard has in common. The layout is in docs/shard-format.md, with the same names in the same order.
enum ShardFormat {
  static let magic = Array("TESSERA\n".utf8)
  static let version: UInt32 = 1
  static let frameTokens = 8_192
  static let blockDocuments = 8_192

  /// A part's stored and decompressed bytes are never more than this, so that a hostile file cannot ask for memory.
  static let maximumFrameSize = 65_536
  static let maximumBlockSize = 1_048_576

  /// The first bytes of the skippable frames that hold the parts.
  enum FrameMagic {
    static let header: UInt32 = 0x184d_2a50
    static let documentBlock: UInt32 = 0x184d_2a51
    static let seekTable: UInt32 = 0x184d_2a52
    static let footer: UInt32 = 0x184d_2a53
  }

  /// Bytes of a skippable frame's magic and size.
  static let frameHeaderSize = 8
}

/// Why bytes are not a shard. Readers add which shard it is.
package struct ShardFormatError: Error, Equatable {
  let reason: String
}

/// The first part of a shard: what its ids are.
struct ShardHeader: Equatable {
  var idWidth: Int
  var split: Split
  var segment: Int
  var vocabularySize: Int
  var tokenizerDigest: Digest
  var codecTableDigest = Digest.none

  static let size = 112

  init(split: Split, segment: Int, vocabularySize: Int, tokenizerDigest: Digest) {
    idWidth = vocabularySize <= 65_536 ? 2 : 4
    self.split = split
    self.segment = segment
    self.vocabularySize = vocabularySize
    self.tokenizerDigest = tokenizerDigest
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ShardFormat.FrameMagic.header)
    bytes.append(littleEndian: UInt32(Self.size - ShardFormat.frameHeaderSize))
    bytes += ShardFormat.magic
    bytes.append(littleEndian: ShardFormat.version)
    bytes.append(littleEndian: UInt32(idWidth))
    bytes.append(littleEndian: split.code)
    bytes.append(littleEndian: UInt32(segment))
    bytes.append(littleEndian: UInt32(ShardFormat.frameTokens))
    bytes.append(littleEndian: UInt32(vocabularySize))
    bytes += tokenizerDigest.bytes
    bytes += codecTableDigest.bytes
    bytes.append(littleEndian: XXH64.hash(bytes.span))
    return bytes
  }

  /// - Precondition: `bytes` has ``size`` bytes.
  init(_ bytes: Span<UInt8>) throws(ShardFormatError) {
    guard bytes.littleEndian(at: 0) == ShardFormat.FrameMagic.header,
      Array(bytes, 8..<16) == ShardFormat.magic
    else { throw ShardFormatError(reason: "it does not begin like a shard") }
    let version: UInt32 = bytes.littleEndian(at: 16)
    guard version == ShardFormat.version else {
      throw ShardFormatError(reason: "it is of version \(version), and this program reads version 1")
    }
    guard bytes.littleEndian(at: 104) == XXH64.hash(bytes.extracting(0..<104)) else {
      throw ShardFormatError(reason: "its header does not match its hash")
    }
    guard let split = Split(code: bytes.littleEndian(at: 24)) else {
      throw ShardFormatError(reason: "its header names no known split")
    }
    self.init(
      split: split, segment: Int(bytes.littleEndian(at: 28) as UInt32),
      vocabularySize: Int(bytes.littleEndian(at: 36) as UInt32), tokenizerDigest: bytes.digest(at: 40))
    codecTableDigest = bytes.digest(at: 72)
    guard bytes.littleEndian(at: 4) == UInt32(Self.size - ShardFormat.frameHeaderSize),
      bytes.littleEndian(at: 20) == UInt32(idWidth),
      bytes.littleEndian(at: 32) == UInt32(ShardFormat.frameTokens)
    else { throw ShardFormatError(reason: "its header contradicts itself") }
  }
}
