internal import Basics

/// A digest over rows of the manifest. How values become bytes is in docs/manifest-format.md.
struct RowDigest {
  private var hash = SHA256()
  private var bytes: [UInt8] = []

  init(_ label: String = "") { bytes += label.utf8 }

  mutating func add(_ row: [SQLiteValue]) {
    for value in row { add(value) }
    if bytes.count > 1 << 16 { flush() }
  }

  mutating func add(_ value: SQLiteValue) {
    switch value {
    case .null: bytes.append(littleEndian: UInt64.max)
    case .integer(let integer): bytes.append(littleEndian: UInt64(bitPattern: Int64(integer)))
    case .text(let text):
      bytes.append(littleEndian: UInt64(text.utf8.count))
      bytes += text.utf8
    case .blob(let blob):
      bytes.append(littleEndian: UInt64(blob.count))
      bytes += blob
    }
  }

  /// Adds a digest's 32 bytes, without their length.
  mutating func add(_ digest: Digest) { bytes += digest.bytes }

  private mutating func flush() {
    let taken = bytes
    bytes = []
    hash.update(taken.span)
  }

  consuming func finish() -> Digest {
    flush()
    return hash.finish()
  }
}

extension SQLiteValue {
  static func digest(_ digest: Digest) -> SQLiteValue { .blob(digest.bytes) }

  static func optional(_ integer: Int?) -> SQLiteValue { integer.map { .integer($0) } ?? .null }
}
