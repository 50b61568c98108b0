/// Hashes of bytes, for tables that live as long as the process.
enum Hashing {
  fileprivate static let first: UInt64 = 0x9e37_79b9_7f4a_7c15
  fileprivate static let second: UInt64 = 0xd1b5_4a32_d192_ed03

  /// Both halves of the product of two words, folded: every bit of the result depends on all bits, unless one word is
  /// the constant that makes the product 0. Words from elsewhere are mixed with something random first.
  @inline(__always)
  static func mix(_ low: UInt64, _ high: UInt64) -> UInt64 {
    let product = (low ^ first).multipliedFullWidth(by: high ^ second)
    return product.high ^ product.low
  }

  /// - Parameter key: random where bytes come from somebody who may want many to have one hash
  /// - Precondition: 16 bytes or more.
  @inline(__always)
  static func hash(_ bytes: UnsafePointer<UInt8>, count: Int, key: SIMD2<UInt64> = .zero) -> UInt64 {
    let bytes = unsafe UnsafeRawPointer(bytes)
    var hash = UInt64(truncatingIfNeeded: count)
    var place = 0
    while place + 16 < count {
      let pair = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD2<UInt64>.self) ^ key
      hash = mix(hash ^ pair.x, pair.y)
      place += 16
    }
    let last = unsafe bytes.loadUnaligned(fromByteOffset: count - 16, as: SIMD2<UInt64>.self) ^ key
    return mix(hash ^ last.x, last.y)
  }
}

extension Hashing {
  /// Whether two runs of bytes are the same.
  ///
  /// - Precondition: 16 bytes or more.
  @inline(__always)
  static func areEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, count: Int) -> Bool {
    let a = unsafe UnsafeRawPointer(a), b = unsafe UnsafeRawPointer(b)
    func differ(_ place: Int) -> Bool {
      unsafe a.loadUnaligned(fromByteOffset: place, as: SIMD2<UInt64>.self)
        != b.loadUnaligned(fromByteOffset: place, as: SIMD2<UInt64>.self)
    }
    var place = 0
    while place + 16 < count {
      if differ(place) { return false }
      place += 16
    }
    return !differ(count - 16)
  }
}

/// A pretoken as two words: of up to 15 bytes itself, with its length in the top byte; of more bytes a hash, and what the
/// table it is a key of needs.
///
/// No two short pretokens share a key, none has the key zero, and no short one has the key of a long one.
struct PretokenKey: Equatable {
  static let longest = 15
  /// Of no pretoken, and not what a free place in a table has.
  static let none = PretokenKey(low: 0, high: 1)

  var low: UInt64
  var high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// - Parameter mask: ``mask(_:)`` of the count
  /// - Precondition: 1 to 15 bytes, and 16 can be read.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, count: Int, mask: PretokenKey) {
    let bytes = unsafe UnsafeRawPointer(bytes)
    low = unsafe bytes.loadUnaligned(as: UInt64.self) & mask.low
    high =
      unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) & mask.high
      | UInt64(truncatingIfNeeded: count) &<< 56
  }

  /// The same for those who have no masks at hand.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, count: Int) {
    unsafe self.init(bytes, count: count, mask: Self.mask(count))
  }

  /// The bits of the first `count` bytes.
  @inline(__always)
  static func mask(_ count: Int) -> PretokenKey {
    // Masked shifts, of less than 64 for these lengths, are one instruction; others are checked.
    let bits = 8 &* count
    let rest = UInt64(truncatingIfNeeded: max(bits, 64) &- 64)
    return PretokenKey(
      low: .max &>> UInt64(truncatingIfNeeded: 64 &- min(bits, 64)), high: 1 &<< rest &- 1)
  }

  /// Reads no byte beyond the pretoken: words that overlap, where it is long enough for one.
  ///
  /// - Precondition: 1 to 15 bytes
  @inline(__always)
  @unsafe init(padding bytes: UnsafePointer<UInt8>, count: Int) {
    func load<Word: FixedWidthInteger & UnsignedInteger>(_: Word.Type, at place: Int) -> UInt64 {
      unsafe UInt64(UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: place, as: Word.self))
    }
    func shifted(_ word: UInt64, by bytes: Int) -> UInt64 { word &<< UInt64(truncatingIfNeeded: 8 &* bytes) }
    high = shifted(UInt64(truncatingIfNeeded: count), by: 7)
    if count > 8 {
      low = load(UInt64.self, at: 0)
      high |= load(UInt64.self, at: count &- 8) &>> UInt64(truncatingIfNeeded: 8 &* (16 &- count))
    } else if count == 8 {
      low = load(UInt64.self, at: 0)
    } else if count >= 4 {
      low = load(UInt32.self, at: 0) | shifted(load(UInt32.self, at: count &- 4), by: count &- 4)
    } else {
      let (middle, last) = (count &>> 1, count &- 1)
      low = load(UInt8.self, at: 0) | shifted(load(UInt8.self, at: middle), by: middle)
      low |= shifted(load(UInt8.self, at: last), by: last)
    }
  }

  /// The first bits are the ones to use: they depend on all bytes.
  @inline(__always)
  var hash: UInt64 { low &* Hashing.first &+ high &* Hashing.second }
}
