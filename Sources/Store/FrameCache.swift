/// The frames that were read last, decoded: a window that begins where another ended costs nothing.
package struct FrameCache {
  private var keys: [Int]
  private var ages: [Int]
  private var frames: [[UInt32]]
  private var clock = 0

  package init(slots: Int) {
    keys = [Int](repeating: -1, count: slots)
    ages = [Int](repeating: 0, count: slots)
    frames = [[UInt32]](repeating: [], count: slots)
  }

  /// The slot that holds the frame called `key`, or nil.
  package mutating func slot(_ key: Int) -> Int? {
    clock += 1
    guard let slot = keys.firstIndex(of: key) else { return nil }
    ages[slot] = clock
    return slot
  }

  /// Fills the slot that was not used for longest with what `read` puts into an array of `count` ids.
  package mutating func fill<Failure: Error>(
    _ key: Int, count: Int, _ read: (inout [UInt32]) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var slot = 0
    for index in ages.indices where ages[index] < ages[slot] { slot = index }
    keys[slot] = -1
    frames[slot].resize(to: count)
    try read(&frames[slot])
    keys[slot] = key
    ages[slot] = clock
    return slot
  }

  /// Copies ids of the frame in `slot`.
  package func copy(_ range: Range<Int>, from slot: Int, to tokens: inout [UInt32], at start: Int) {
    tokens.replace(at: start, with: frames[slot], range)
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
