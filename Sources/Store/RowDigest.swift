internal import Basics

/// A digest over rows of the manifest. How values become bytes is in docs/manifest-format.md.
struct RowDigest {
  private var hash = SHA256()
  /// What is not hashed yet, `count` bytes of it: a fixed room, since a dataset has a digest for each of its segments.
  private var bytes = [UInt8](repeating: 0, count: 512)
  private var count = 0

  init(_ label: String = "") { add(bare: label) }

  mutating func add(_ row: [SQLiteValue]) {
    for value in row { add(value) }
  }

  mutating func add(_ value: SQLiteValue) {
    switch value {
    case .null: add(word: UInt64.max)
    case .integer(let integer): add(integer)
    case .text(let text): add(text)
    case .blob(let blob):
      add(blob.count)
      flush()
      hash.update(blob.span)
    case .digest(let digest): add(digest)
    }
  }

  mutating func add(_ integer: Int) { add(word: UInt64(bitPattern: Int64(integer))) }

  mutating func add(_ text: String) {
    add(text.utf8.count)
    add(bare: text)
  }

  /// Adds a digest as a blob.
  mutating func add(_ digest: Digest) {
    add(Digest.size)
    add(bare: digest)
  }

  /// Adds a digest's 32 bytes, without their length.
  mutating func add(bare digest: Digest) {
    for index in 0..<4 { add(word: digest.words[index]) }
  }

  private mutating func add(word: UInt64) {
    if bytes.count - count < 8 { flush() }
    let place = count
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: word.littleEndian, toByteOffset: place, as: UInt64.self)
    }
    count += 8
  }

  private mutating func add(bare text: String) {
    let text = text.utf8
    let span = text.span
    if span.count > bytes.count - count { flush() }
    guard span.count <= bytes.count else { return hash.update(span) }
    for index in 0..<span.count { bytes[count + index] = span[index] }
    count += span.count
  }

  private mutating func flush() {
    // Moved out and back: the bytes cannot be lent while the hash beside them changes.
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    hash.update(taken.span.extracting(0..<count))
    swap(&taken, &bytes)
    count = 0
  }

  consuming func finish() -> Digest { next() }

  /// The digest of what was added; what follows is of the next one.
  mutating func next() -> Digest {
    flush()
    defer { hash = SHA256() }
    return hash.finish()
  }
}

extension SQLiteValue {
  static func optional(_ integer: Int?) -> SQLiteValue { integer.map { .integer($0) } ?? .null }
}
