/// XXH64 with seed 0 of a text that arrives in pieces, as ``Store/XXH64`` has it of a whole one.
///
/// The text hash of documents: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
package struct TextHash {
  private var lanes: SIMD4<UInt64> = [prime1 &+ prime2, prime2, 0, 0 &- prime1]
  private var pending: [UInt8] = []
  private var count = 0

  package init() {}

  package mutating func update(_ bytes: Span<UInt8>) {
    count += bytes.count
    var place = 0
    if !pending.isEmpty {
      place = min(32 - pending.count, bytes.count)
      for index in 0..<place { pending.append(bytes[index]) }
      guard pending.count == 32 else { return }
      let stripe = pending
      mix(stripe.span, 0)
      pending.removeAll(keepingCapacity: true)
    }
    while place + 32 <= bytes.count {
      mix(bytes, place)
      place += 32
    }
    for index in place..<bytes.count { pending.append(bytes[index]) }
  }

  private mutating func mix(_ bytes: Span<UInt8>, _ place: Int) {
    let words: SIMD4<UInt64> = [
      Self.word(bytes, place), Self.word(bytes, place + 8), Self.word(bytes, place + 16),
      Self.word(bytes, place + 24),
    ]
    lanes = Self.round(lanes, words)
  }

  package func finish() -> UInt64 {
    var hash = UInt64(count) &+ (count < 32 ? prime5 : joined)
    var place = 0
    let tail = pending.span
    while place + 8 <= pending.count {
      let lane = Self.round([0, 0, 0, 0], SIMD4(repeating: Self.word(tail, place)))[0]
      hash = Self.rotate(hash ^ lane, 27) &* prime1 &+ prime4
      place += 8
    }
    if place + 4 <= pending.count {
      let half = (0..<4).reduce(UInt64(0)) { $0 | UInt64(pending[place + $1]) << UInt64(8 * $1) }
      hash = Self.rotate(hash ^ half &* prime1, 23) &* prime2 &+ prime3
      place += 4
    }
    for byte in pending[place...] { hash = Self.rotate(hash ^ UInt64(byte) &* prime5, 11) &* prime1 }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  private var joined: UInt64 {
    var hash = Self.rotate(lanes[0], 1) &+ Self.rotate(lanes[1], 7)
    hash = hash &+ Self.rotate(lanes[2], 12) &+ Self.rotate(lanes[3], 18)
    let rounded = Self.round([0, 0, 0, 0], lanes)
    for index in 0..<4 { hash = (hash ^ rounded[index]) &* prime1 &+ prime4 }
    return hash
  }

  private static func word(_ bytes: Span<UInt8>, _ place: Int) -> UInt64 {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
  }

  private static func round(_ lanes: SIMD4<UInt64>, _ words: SIMD4<UInt64>) -> SIMD4<UInt64> {
    let sum = lanes &+ words &* SIMD4(repeating: prime2)
    return (sum &<< 31 | sum &>> 33) &* SIMD4(repeating: prime1)
  }

  private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value &<< by | value &>> (64 &- by) }
}

private let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
private let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
private let prime3: UInt64 = 0x1656_67b1_9e37_79f9
private let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
private let prime5: UInt64 = 0x27d4_eb2f_1656_67c5
