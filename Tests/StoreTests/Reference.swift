/// The slow, obvious versions, written from the specifications alone.
enum Reference {
  /// XXH64 as its specification describes it, step by step.
  static func xxh64(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    let prime: [UInt64] = [
      0, 11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 1_609_587_929_392_839_161,
      9_650_029_242_287_828_579, 2_870_177_450_012_600_261,
    ]
    func left(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
    func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
      left(lane &+ input &* prime[2], 31) &* prime[1]
    }
    var rest = bytes[...]
    func take(_ count: Int) -> UInt64 {
      defer { rest = rest.dropFirst(count) }
      return number(rest.prefix(count))
    }
    var hash = seed &+ prime[5]
    if bytes.count >= 32 {
      var lanes = [seed &+ prime[1] &+ prime[2], seed &+ prime[2], seed, seed &- prime[1]]
      while rest.count >= 32 { for lane in 0..<4 { lanes[lane] = round(lanes[lane], take(8)) } }
      hash = left(lanes[0], 1) &+ left(lanes[1], 7) &+ left(lanes[2], 12) &+ left(lanes[3], 18)
      for lane in lanes { hash = (hash ^ round(0, lane)) &* prime[1] &+ prime[4] }
    }
    hash &+= UInt64(bytes.count)
    while rest.count >= 8 { hash = left(hash ^ round(0, take(8)), 27) &* prime[1] &+ prime[4] }
    if rest.count >= 4 { hash = left(hash ^ take(4) &* prime[1], 23) &* prime[2] &+ prime[3] }
    while !rest.isEmpty { hash = left(hash ^ take(1) &* prime[5], 11) &* prime[1] }
    hash = (hash ^ hash >> 33) &* prime[2]
    hash = (hash ^ hash >> 29) &* prime[3]
    return hash ^ hash >> 32
  }

  /// A little-endian number of any length.
  static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for (index, byte) in bytes.enumerated() { value += UInt64(byte) << UInt64(8 * index) }
    return value
  }

  /// The bytes of a little-endian number.
  static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
