/// The frames that were read last: a window that begins where another ended is not read again.
package struct FrameCache {
  private var keys: [Int]
  private var ages: [Int]
  private var frames: [TokenFrame]
  private var clock = 0

  package init(slots: Int) {
    keys = [Int](repeating: -1, count: slots)
    ages = [Int](repeating: 0, count: slots)
    frames = [TokenFrame](repeating: TokenFrame(), count: slots)
  }

  /// The slot that holds the frame called `key`, or nil.
  package mutating func slot(_ key: Int) -> Int? {
    clock += 1
    guard let slot = keys.firstIndex(of: key) else { return nil }
    ages[slot] = clock
    return slot
  }

  /// Fills the slot that was not used for longest with what `read` makes of the frame that was there.
  package mutating func fill<Failure: Error>(
    _ key: Int, _ read: (inout TokenFrame) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var slot = 0
    for index in ages.indices where ages[index] < ages[slot] { slot = index }
    keys[slot] = -1
    try read(&frames[slot])
    keys[slot] = key
    ages[slot] = clock
    return slot
  }

  /// Copies ids of the frame in `slot`, after `unpack` saw to it that they are there.
  package mutating func copy<Failure: Error>(
    _ range: Range<Int>, from slot: Int, to tokens: inout [UInt32], at start: Int,
    _ unpack: (inout TokenFrame) throws(Failure) -> Void
  ) throws(Failure) {
    try unpack(&frames[slot])
    tokens.replace(at: start, with: frames[slot].ids, range)
  }
}

extension Array where Element: FixedWidthInteger {
  /// Makes room for exactly `count` numbers, whatever they are.
  mutating func resize(to count: Int) {
    if self.count > count { removeLast(self.count - count) }
    if self.count < count { append(contentsOf: repeatElement(0, count: count - self.count)) }
  }
}

extension [UInt32] {
  /// Overwrites ids from `start` with those at `range` of `other`.
  mutating func replace(at start: Int, with other: [UInt32], _ range: Range<Int>) {
    precondition(
      start >= 0 && range.count <= count - start && range.upperBound <= other.count, "there must be room")
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe other.withUnsafeBufferPointer { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        unsafe (to + start).update(from: from + range.lowerBound, count: range.count)
      }
    }
  }
}
