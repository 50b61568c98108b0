/// XXH64, the hash inside zstd's checksums: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
///
///     XXH64.hash(Array("abc".utf8).span)   // 0x44bc2cf5ad770999
package enum XXH64 {
  package static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe hash($0, seed: seed) }
  }

  static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    var place = 0
    var hash: UInt64
    if bytes.count >= 32 {
      hash = unsafe stripes(bytes, seed: seed, place: &place)
    } else {
      hash = seed &+ prime5
    }
    hash &+= UInt64(bytes.count)
    return unsafe avalanche(tail(bytes, from: place, hash))
  }

  /// All whole stripes of 32 bytes, in four lanes that the processor works on at once.
  private static func stripes(_ bytes: UnsafeRawBufferPointer, seed: UInt64, place: inout Int) -> UInt64 {
    var a = seed &+ prime1 &+ prime2
    var b = seed &+ prime2
    var c = seed
    var d = seed &- prime1
    let end = bytes.count - 32
    while place <= end {
      a = unsafe round(a, word(bytes, place))
      b = unsafe round(b, word(bytes, place &+ 8))
      c = unsafe round(c, word(bytes, place &+ 16))
      d = unsafe round(d, word(bytes, place &+ 24))
      place &+= 32
    }
    var hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
    for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    return hash
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
