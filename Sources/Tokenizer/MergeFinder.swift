/// Finds the merges of a vocabulary whose tokens are in the order they were learned, but whose merges are not known.
///
/// tiktoken joins any two neighbours whose bytes together are a token, the lowest token first and of several the leftmost.
/// One merge for each token does the same. For let two neighbours x and y be about to become the token t, in any
/// text. Nothing was joined across the ends of their bytes, so whatever was joined within them was, at each time, the
/// lowest and leftmost pair within them: just what is joined, in the same order, if their bytes stand alone. Of that
/// course only one state has two parts. So x and y are always the two that t's own bytes become last; and where these
/// bytes never get to two parts, no text makes t, other than by being t itself.
///
/// Tokens are looked at in order, and each one's course is followed with the merges of the lower ones. Files may be
/// hostile: a course takes n log n steps for n bytes, and nobody can know which pairs share a place in the table.
struct MergeFinder {
  /// 21 bits of the left token, 21 of the right one, 22 of what they become: all ones where free.
  private var slots: [UInt64]
  private let shift: UInt64
  private let key = UInt64.random(in: 0...(.max))
  private let bytes: [TokenID]
  /// Tokens by the place of their first byte, and what each becomes with the one after it.
  private var parts: [TokenID] = []
  private var results: [UInt32] = []
  /// The places of their neighbours. A text ends with a place that has no token.
  private var before: [Int32] = []
  private var after: [Int32] = []
  /// Merges that are or were possible: what they make in the upper half, the place in the lower one.
  private var waiting = LowestFirst<UInt64>()
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
  ///
  /// - Precondition: there are at least two bytes.
  @unsafe mutating func lastTwo(_ text: UnsafeBufferPointer<UInt8>) -> (left: TokenID, right: TokenID)? {
    unsafe start(text)
    for _ in 2..<text.count {
      guard let place = nextMerge() else { return nil }
      merge(at: place)
    }
    return (parts[0], parts[Int(after[0])])
  }

  private mutating func start(_ text: UnsafeBufferPointer<UInt8>) {
    for list in [\MergeFinder.before, \.after] { self[keyPath: list].removeAll(keepingCapacity: true) }
    parts.removeAll(keepingCapacity: true)
    results.removeAll(keepingCapacity: true)
    waiting.removeAll()
    for place in 0..<text.count {
      parts.append(bytes[Int(unsafe text[place])])
      results.append(Self.none)
      before.append(Int32(place - 1))
      after.append(Int32(place + 1))
    }
    for place in 0..<text.count - 1 { look(at: place) }
  }

  /// The leftmost of the lowest merges that are possible.
  private mutating func nextMerge() -> Int? {
    while let lowest = waiting.removeLowest() {
      let place = Int(truncatingIfNeeded: lowest & 0xffff_ffff)
      // Others may have been put in its place since.
      if UInt64(results[place]) == lowest >> 32 { return place }
    }
    return nil
  }

  private mutating func merge(at place: Int) {
    let gone = Int(after[place]), next = Int(after[gone])
    parts[place] = TokenID(results[place])
    results[gone] = Self.none
    after[place] = Int32(next)
    if next < parts.count { before[next] = Int32(place) }
    look(at: place)
    if before[place] >= 0 { look(at: Int(before[place])) }
  }

  /// Finds what the token at `place` becomes with the one after it.
  private mutating func look(at place: Int) {
    let next = Int(after[place])
    results[place] = next < parts.count ? result(parts[place], parts[next]) : Self.none
    if results[place] != Self.none { waiting.insert(UInt64(results[place]) << 32 | UInt64(place)) }
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
    Int(truncatingIfNeeded: Hashing.mix(pair ^ key, key) &>> shift)
  }
}
