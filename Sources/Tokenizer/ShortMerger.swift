/// Merges the tokens of one short pretoken: looks at all pairs for the earliest merge, applies it, and again.
///
/// That takes time with the square of the length, and no time to set up.
@safe struct ShortMerger: ~Copyable {
  /// Longer pretokens are the ``LongMerger``'s.
  static let longest = 96

  private let table: MergeTable
  private let tokens: UnsafeMutableBufferPointer<TokenID>
  /// The rank of each token and the next.
  private let ranks: UnsafeMutableBufferPointer<UInt32>

  init(_ table: MergeTable) {
    self.table = table
    unsafe tokens = .allocate(capacity: Self.longest + 4)
    unsafe tokens.initialize(repeating: 0)
    unsafe ranks = .allocate(capacity: Self.longest)
    unsafe ranks.initialize(repeating: MergeTable.none)
  }

  deinit {
    unsafe tokens.deallocate()
    unsafe ranks.deallocate()
  }

  /// The pretoken's tokens, which stay where they are until the next call; four can be read in any case.
  ///
  /// - Precondition: at least 1 byte and at most ``longest``.
  @unsafe mutating func merge(_ bytes: UnsafePointer<UInt8>, count: Int) -> UnsafeBufferPointer<TokenID> {
    var count = count
    unsafe start(bytes, count: count)
    while true {
      let (place, rank) = earliest(count: count)
      guard rank != MergeTable.none else { break }
      unsafe tokens[place] = table.result(rank)
      count -= 1
      for index in place + 1..<max(count, place + 1) {
        unsafe tokens[index] = tokens[index + 1]
        unsafe ranks[index] = ranks[index + 1]
      }
      unsafe ranks[place] = place + 1 < count ? table.rank(tokens[place], tokens[place + 1]) : MergeTable.none
      if place > 0 { unsafe ranks[place - 1] = table.rank(tokens[place - 1], tokens[place]) }
    }
    return unsafe UnsafeBufferPointer(start: tokens.baseAddress, count: count)
  }

  @inline(__always)
  private func start(_ bytes: UnsafePointer<UInt8>, count: Int) {
    for index in 0..<count - 1 {
      unsafe tokens[index] = table.token(of: bytes[index])
      unsafe ranks[index] = table.rank(bytes: bytes[index], bytes[index + 1])
    }
    unsafe tokens[count - 1] = table.token(of: bytes[count - 1])
    unsafe ranks[count - 1] = MergeTable.none
  }

  /// The lowest rank, and the first place that has it.
  @inline(__always)
  private func earliest(count: Int) -> (place: Int, rank: UInt32) {
    var best = UInt64.max
    for index in 0..<count { best = unsafe min(best, UInt64(ranks[index]) << 32 | UInt64(index)) }
    return (Int(best & 0xffff_ffff), UInt32(best >> 32))
  }
}
