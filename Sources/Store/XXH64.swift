/// XXH64, the hash inside zstd's checksums, of a whole or of bytes that arrive in pieces:
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
///
///     XXH64.hash(Array("abc".utf8).span)   // 0x44bc2cf5ad770999
///
///     var hash = XXH64()
///     hash.update(Array("ab".utf8).span)
///     hash.update(Array("c".utf8).span)
///     hash.finish()                        // the same
package struct XXH64 {
  private let seed: UInt64
  /// Four lanes, that the processor works on at once.
  private var lanes: (UInt64, UInt64, UInt64, UInt64)
  private var count = 0
  /// Bytes that do not fill a stripe of 32 yet.
  private var pending: [UInt8] = []

  package init(seed: UInt64 = 0) {
    self.seed = seed
    lanes = (seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
  }

  package static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
  }

  static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var hash = XXH64(seed: seed)
    hash.count = bytes.count
    let place = unsafe hash.mix(bytes, from: 0)
    return unsafe hash.finish(bytes, from: place)
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    count += bytes.count
    var place = 0
    if !pending.isEmpty {
      place = min(32 - pending.count, bytes.count)
      for index in 0..<place { pending.append(bytes[index]) }
      guard pending.count == 32 else { return }
      var stripe: [UInt8] = []
      swap(&stripe, &pending)
      _ = unsafe stripe.withUnsafeBytes { unsafe mix($0, from: 0) }
    }
    place = unsafe bytes.withUnsafeBytes { unsafe mix($0, from: place) }
    for index in place..<bytes.count { pending.append(bytes[index]) }
  }

  package func finish() -> UInt64 { unsafe pending.withUnsafeBytes { unsafe finish($0, from: 0) } }

  /// Takes in all whole stripes from `place` on; returns where what is left begins.
  private mutating func mix(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var place = start
    var (a, b, c, d) = lanes
    let end = bytes.count - 32
    while place <= end {
      a = unsafe Self.round(a, Self.word(bytes, place))
      b = unsafe Self.round(b, Self.word(bytes, place &+ 8))
      c = unsafe Self.round(c, Self.word(bytes, place &+ 16))
      d = unsafe Self.round(d, Self.word(bytes, place &+ 24))
      place &+= 32
    }
    lanes = (a, b, c, d)
    return place
  }

  /// The hash, where the bytes from `place` on are all that no stripe has.
  private func finish(_ bytes: UnsafeRawBufferPointer, from place: Int) -> UInt64 {
    var hash = seed &+ Self.prime5
    if count >= 32 {
      let (a, b, c, d) = lanes
      hash = Self.rotate(a, 1) &+ Self.rotate(b, 7) &+ Self.rotate(c, 12) &+ Self.rotate(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4 }
    }
    hash &+= UInt64(count)
    return unsafe Self.avalanche(Self.tail(bytes, from: place, hash))
  }

  private static func tail(_ bytes: UnsafeRawBufferPointer, from start: Int, _ hash: UInt64) -> UInt64 {
    var place = start
    var hash = hash
    while place + 8 <= bytes.count {
      hash = unsafe rotate(hash ^ round(0, word(bytes, place)), 27) &* prime1 &+ prime4
      place += 8
    }
    if place + 4 <= bytes.count {
      let half = unsafe UInt64(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
      hash = rotate(hash ^ half &* prime1, 23) &* prime2 &+ prime3
      place += 4
    }
    while place < bytes.count {
      hash = unsafe rotate(hash ^ UInt64(bytes[place]) &* prime5, 11) &* prime1
      place += 1
    }
    return hash
  }

  private static func avalanche(_ value: UInt64) -> UInt64 {
    var hash = value
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value &<< by | value &>> (64 &- by) }

  private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
  private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
  private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
  private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
  private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5
}
