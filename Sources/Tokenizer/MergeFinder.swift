/// Finds the merges of a vocabulary whose tokens are in the order they were learned, but whose merges are not known.
///
/// tiktoken joins any two neighbours whose bytes together are a token, the lowest token first and of several the leftmost.
/// One merge for each token does the same. For let two neighbours x and y be about to become the token t, in any
/// text. Nothing was joined across the ends of their bytes, so whatever was joined within them was, at each time, the
/// lowest and leftmost pair within them: just what is joined, in the same order, if their bytes stand alone. Of that
/// course only one state has two parts. So x and y are always the two that t's own bytes become last; and where these
/// bytes never get to two parts, no text makes t, other than by being t itself.
///
/// Tokens are looked at in order, and each one's course is followed with the merges of the lower ones.
struct MergeFinder {
  /// 21 bits of the left token, 21 of the right one, 22 of what they become: all ones where free.
  private var slots: [UInt64]
  private let shift: UInt64
  private let bytes: [TokenID]
  private var parts: [TokenID] = []
  private var results: [UInt32] = []
  private static let none: UInt32 = (1 << 22) - 1

  /// - Parameters:
  ///   - bytes: the token of each byte
  ///   - count: the most tokens that there will be
  init(bytes: [TokenID], count: Int) {
    self.bytes = bytes
    var bits: UInt64 = 10
    while 1 << bits < 2 * count { bits += 1 }
    shift = 64 - bits
    slots = [UInt64](repeating: .max, count: 1 << Int(bits))
  }

  /// The two tokens that the bytes become last before they are one, by the merges added so far; or nil where they
  /// never are two.
  @unsafe mutating func lastTwo(_ text: UnsafeBufferPointer<UInt8>) -> (left: TokenID, right: TokenID)? {
    parts.removeAll(keepingCapacity: true)
    results.removeAll(keepingCapacity: true)
    for index in 0..<text.count { parts.append(bytes[Int(unsafe text[index])]) }
    for index in 0..<text.count - 1 { results.append(result(parts[index], parts[index + 1])) }
    while parts.count > 2 {
      var place = 0
      for index in 1..<results.count where results[index] < results[place] { place = index }
      guard results[place] != Self.none else { return nil }
      parts[place] = results[place]
      parts.remove(at: place + 1)
      results.remove(at: place)
      if place > 0 { results[place - 1] = result(parts[place - 1], parts[place]) }
      if place < results.count { results[place] = result(parts[place], parts[place + 1]) }
    }
    return (parts[0], parts[1])
  }

  mutating func add(_ merge: Merge) {
    let pair = UInt64(merge.left) << 21 | UInt64(merge.right)
    var slot = place(of: pair)
    while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = pair << 22 | UInt64(merge.result)
  }

  private func result(_ left: TokenID, _ right: TokenID) -> UInt32 {
    let pair = UInt64(left) << 21 | UInt64(right)
    var slot = place(of: pair)
    while true {
      let entry = slots[slot]
      if entry >> 22 == pair { return UInt32(truncatingIfNeeded: entry) & Self.none }
      if entry == .max { return Self.none }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  private func place(of pair: UInt64) -> Int {
    Int(truncatingIfNeeded: (pair &* 0x9e37_79b9_7f4a_7c15) &>> shift)
  }
}
