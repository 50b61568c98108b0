/// A keyed hash of 128 bits: two sums over the text, each of products of 128 bits folded in half (as in wyhash,
/// https://github.com/wangyi-fudan/wyhash).
///
/// The key is drawn at random for each run, so that nobody can write texts that collide. Hashes never leave the run.
struct TextHash: Sendable {
  private let key: [UInt64]

  /// A hash with a key of its own, the same in all copies.
  init() {
    var generator = SystemRandomNumberGenerator()
    self.init(key: (0..<6).map { _ in generator.next() })
  }

  /// - Precondition: six words.
  init(key: [UInt64]) {
    precondition(key.count == 6, "the key has six words")
    self.key = key
  }

  /// The two halves of the hash of `bytes`.
  func hash(_ bytes: Span<UInt8>) -> (UInt64, UInt64) {
    unsafe bytes.withUnsafeBytes { unsafe hash($0) }
  }

  private func hash(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    let (a, b, c, d) = (key[0], key[1], key[2], key[3])
    var (low, high) = (key[4], key[5])
    var place = 0
    while place + 16 <= bytes.count {
      let first = unsafe Self.word(bytes, place)
      let second = unsafe Self.word(bytes, place + 8)
      low = Self.fold(first ^ a ^ low, second ^ b)
      high = Self.fold(first ^ c, second ^ d ^ high)
      place += 16
    }
    var (first, second) = (UInt64(0), UInt64(0))
    for index in place..<bytes.count {
      let byte = unsafe UInt64(bytes[index])
      if index - place < 8 {
        first |= byte << UInt64(8 * (index - place))
      } else {
        second |= byte << UInt64(8 * (index - place - 8))
      }
    }
    let count = UInt64(bytes.count)
    low = Self.fold(first ^ a ^ low, second ^ b ^ count)
    high = Self.fold(first ^ c ^ count, second ^ d ^ high)
    return (Self.fold(low ^ c, high ^ b), Self.fold(low ^ d, high ^ a))
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// Both halves of a product, one over the other.
  @inline(__always)
  static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
