internal import Basics

/// The last part of a shard: how much there is, and the digests of all of it.
struct ShardFooter: Equatable {
  var tokenCount: Int
  var documentCount: Int
  var partCount: Int
  var seekTableHash: UInt64
  var contentDigest: Digest
  var storedDigest: Digest

  static let size = 128

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ShardFormat.FrameMagic.footer)
    bytes.append(littleEndian: UInt32(Self.size - ShardFormat.frameHeaderSize))
    bytes.append(littleEndian: UInt64(tokenCount))
    bytes.append(littleEndian: UInt64(documentCount))
    bytes.append(littleEndian: UInt64(partCount))
    bytes.append(littleEndian: seekTableHash)
    bytes += contentDigest.bytes
    bytes += storedDigest.bytes
    bytes.append(littleEndian: XXH64.hash(bytes.span))
    bytes.append(littleEndian: 0 as UInt64)
    bytes += ShardFormat.magic
    return bytes
  }

  /// - Precondition: `bytes` has ``size`` bytes.
  init(_ bytes: Span<UInt8>) throws(ShardFormatError) {
    guard Array(bytes, 120..<128) == ShardFormat.magic else {
      throw ShardFormatError(reason: "its end is missing or overwritten")
    }
    guard bytes.littleEndian(at: 104) == XXH64.hash(bytes.extracting(0..<104)) else {
      throw ShardFormatError(reason: "its footer does not match its hash")
    }
    guard bytes.littleEndian(at: 0) == ShardFormat.FrameMagic.footer,
      bytes.littleEndian(at: 4) == UInt32(Self.size - ShardFormat.frameHeaderSize),
      bytes.littleEndian(at: 112) == 0 as UInt64,
      let tokenCount = Int(exactly: bytes.littleEndian(at: 8) as UInt64),
      let documentCount = Int(exactly: bytes.littleEndian(at: 16) as UInt64),
      let partCount = Int(exactly: bytes.littleEndian(at: 24) as UInt64)
    else { throw ShardFormatError(reason: "its footer contradicts itself") }
    self.tokenCount = tokenCount
    self.documentCount = documentCount
    self.partCount = partCount
    seekTableHash = bytes.littleEndian(at: 32)
    contentDigest = bytes.digest(at: 40)
    storedDigest = bytes.digest(at: 72)
  }

  init(
    tokenCount: Int, documentCount: Int, partCount: Int, seekTableHash: UInt64, contentDigest: Digest,
    storedDigest: Digest
  ) {
    self.tokenCount = tokenCount
    self.documentCount = documentCount
    self.partCount = partCount
    self.seekTableHash = seekTableHash
    self.contentDigest = contentDigest
    self.storedDigest = storedDigest
  }
}

/// Collects what the content digest is made of: ids and documents, whatever their codec and compression.
struct ContentDigest {
  private var ids = SHA256()
  private var documents = SHA256()

  /// Adds ids as they are written plainly.
  mutating func add(ids bytes: Span<UInt8>) { ids.update(bytes) }

  /// Adds the first `count` ids of `tokens`.
  mutating func add(_ tokens: [UInt32], _ count: Int, width: Int) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * width)
    _ = IDBytes.append(tokens.span, 0..<count, width: width, to: &bytes)
    add(ids: bytes.span)
  }

  mutating func add(documents bytes: Span<UInt8>) { documents.update(bytes) }

  /// Makes the ids those of `other`, where shards differ in their documents only.
  mutating func take(idsOf other: ContentDigest) { ids = other.ids }

  func finish(_ header: ShardHeader, tokenCount: Int, documentCount: Int) -> Digest {
    var bytes = header.tokenizerDigest.bytes + ids.finish().bytes + documents.finish().bytes
    bytes.append(littleEndian: header.split.code)
    bytes.append(littleEndian: UInt32(header.segment))
    bytes.append(littleEndian: UInt64(tokenCount))
    bytes.append(littleEndian: UInt64(documentCount))
    return SHA256.hash(bytes)
  }
}
