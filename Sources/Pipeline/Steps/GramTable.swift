/// Counts hashes of words in a row. One for each thread, cleared for each use.
///
/// Where a hash lies depends on a key drawn at random, so that no text can be written whose hashes share a place; what is counted does not.
struct GramTable {
  private static let key = UInt64.random(in: 0...UInt64.max)

  private let key = Self.key
  /// 0 for none.
  private var hashes: [UInt64] = []
  private var counts: [UInt32] = []
  private var shift: UInt64 = 0

  /// Makes room for `count` different hashes.
  mutating func clear(_ count: Int) {
    var size = 16
    while size < 2 * count { size *= 2 }
    if hashes.count == size {
      for place in hashes.indices { hashes[place] = 0 }
    } else {
      hashes = Array(repeating: 0, count: size)
      counts = Array(repeating: 0, count: size)
    }
    shift = UInt64(64 - size.trailingZeroBitCount)
  }

  /// Counts `hash`; returns how often it was counted before.
  @inline(__always)
  mutating func add(_ hash: UInt64) -> UInt32 {
    let place = slot(hash | 1)
    if hashes[place] == 0 {
      hashes[place] = hash | 1
      counts[place] = 1
      return 0
    }
    counts[place] &+= 1
    return counts[place] &- 1
  }

  /// How often `hash` was counted.
  func count(of hash: UInt64) -> UInt32 {
    let place = slot(hash | 1)
    return hashes[place] == 0 ? 0 : counts[place]
  }

  /// Where `hash` is, or where it would be.
  @inline(__always)
  private func slot(_ hash: UInt64) -> Int {
    var place = Int(TextHash.fold(hash ^ key, 0x9e37_79b9_7f4a_7c15) >> shift)
    while hashes[place] != hash, hashes[place] != 0 { place = (place &+ 1) & (hashes.count &- 1) }
    return place
  }
}
