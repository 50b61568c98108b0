internal import CHints

/// Merges the tokens of one short pretoken: first all that are certain (``BytePair``), then the earliest of those that are
/// left, and again.
///
/// Tokens stay at the place of their first byte, and a set of bits says which places begin one, so that nothing moves
/// when two become one. The pairs that can be merged are kept in a vector, whose least element is the next merge.
@safe struct ShortMerger: ~Copyable {
  /// Longer pretokens are the ``LongMerger``'s.
  static let longest = 64

  private let table: MergeTable
  /// By place; of those that begin a token.
  private let tokens: UnsafeMutablePointer<TokenID>
  /// The pair that begins at a place: the rank of its merge, and in the low bits the place. `none` where there is none.
  private let pairs: UnsafeMutablePointer<UInt32>

  private static let placeBits: UInt32 = 6
  private static let none = MergeTable.none << placeBits

  init(_ table: MergeTable) {
    self.table = table
    unsafe tokens = .allocate(capacity: Self.longest)
    let bytes = MemoryLayout<UInt32>.stride * Self.longest
    unsafe pairs = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
      to: UInt32.self, capacity: Self.longest)
    unsafe tokens.initialize(repeating: 0, count: Self.longest)
    unsafe pairs.initialize(repeating: Self.none, count: Self.longest)
  }

  deinit {
    unsafe tokens.deallocate()
    unsafe pairs.deallocate()
  }

  /// Writes the pretoken's tokens to `output`, which has room for as many as there are bytes, and returns how many they are.
  ///
  /// - Precondition: at least 1 byte and at most ``longest``.
  @unsafe mutating func merge(
    _ bytes: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<TokenID>
  ) -> Int {
    // A bit for each place that begins a token.
    var begins = unsafe mergeCertain(bytes, count: count)
    if count <= 16 {
      mergeRest16(&begins)
    } else if count <= 32 {
      mergeRest32(&begins)
    } else {
      mergeRest64(&begins)
    }
    var written = 0
    while begins != 0 {
      unsafe output[written] = unsafe tokens[begins.trailingZeroBitCount]
      begins &= begins &- 1
      written &+= 1
    }
    return written
  }

  @inline(__always)
  private static func pair(_ rank: UInt32, _ place: Int) -> UInt32 {
    rank << placeBits | UInt32(truncatingIfNeeded: place)
  }
}

// MARK: Certain merges

extension ShortMerger {
  /// Sets up tokens and pairs as they are when the certain merges of bytes are done.
  @inline(__always)
  private mutating func mergeCertain(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    let certain =
      count <= PretokenKey.longest
      ? unsafe table.start(PretokenKey(padding: bytes, count: count), count: count, tokens, pairs)
      : unsafe start(bytes, count: count)
    // No two certain pairs share a byte.
    let begins = (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)) & ~(certain &<< 1)
    var rest = certain
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest &- 1
      unsafe tokens[place] = table.result(unsafe pairs[place] >> Self.placeBits)
      unsafe pairs[place &+ 1] = Self.none
    }
    // Pairs of which a token is new; none begins with the last one.
    let last = 63 &- begins.leadingZeroBitCount
    unsafe pairs[last] = Self.none
    rest = (certain | (certain &>> 1) & begins) & ((1 &<< UInt64(truncatingIfNeeded: last)) &- 1)
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest &- 1
      let isCertain = (certain &>> UInt64(truncatingIfNeeded: place)) & 1
      let next = place &+ 1 &+ Int(truncatingIfNeeded: isCertain)
      unsafe pairs[place] = Self.pair(table.rank(tokens[place], tokens[next]), place)
    }
    return begins
  }

  /// Writes down the pairs of bytes, and returns a bit for each that is certain.
  @inline(__always)
  private mutating func start(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    let (table, tokens, pairs) = unsafe (table, tokens, pairs)
    let last = count &- 1
    var certain: UInt64 = 0
    var bound = BytePair.noBound
    var left = unsafe bytes[0]
    if last > 0 {
      var right = unsafe bytes[1]
      var pair = table.pair(left, right)
      for place in 0..<last {
        unsafe tokens[place] = table.token(of: left)
        left = right
        // The pair of the last byte and itself stands for what follows it; its bound is not looked at.
        right = unsafe bytes[min(place &+ 2, last)]
        let next = table.pair(left, right)
        let limit = place &+ 1 < last ? min(bound, next.rightBound) : bound
        unsafe pairs[place] = Self.pair(pair.rank, place)
        certain |= (pair.rank < limit ? 1 : 0) &<< UInt64(truncatingIfNeeded: place)
        bound = pair.leftBound
        pair = next
      }
    }
    unsafe tokens[last] = table.token(of: left)
    // To the end of the vector.
    let end = count <= 16 ? 16 : (count &+ 31) & ~31
    for place in last..<end { unsafe pairs[place] = Self.none }
    return certain
  }
}

// MARK: The rest

extension ShortMerger {
  /// What a merge changes: two pairs, and one that is no more.
  private struct Change {
    /// 63 where there is none, and its pair is none.
    var previous: Int
    var previousPair: UInt32
    var place: Int
    var pair: UInt32
    var gone: Int
  }

  /// Puts the token of a merge in the place of the two that it joins.
  @inline(__always)
  private mutating func apply(_ merge: UInt32, _ begins: inout UInt64) -> Change {
    let place = UInt64(merge & (1 << Self.placeBits - 1))
    let token = table.result(merge >> Self.placeBits)
    let after = begins & (~1 &<< place)
    let gone = UInt64(after.trailingZeroBitCount)
    let rest = after & (after &- 1)
    begins &= ~(1 &<< gone)
    let before = begins & ~(UInt64.max &<< place)
    unsafe tokens[Int(place)] = token
    // Looked up in any case: that is quicker than a branch that is guessed wrong.
    let next = rest.trailingZeroBitCount & 63
    let previous = (63 &- before.leadingZeroBitCount) & 63
    let right = table.rank(token, unsafe tokens[next])
    let left = table.rank(unsafe tokens[previous], token)
    return Change(
      previous: previous, previousPair: Self.pair(before == 0 ? MergeTable.none : left, previous),
      place: Int(truncatingIfNeeded: place),
      pair: Self.pair(rest == 0 ? MergeTable.none : right, Int(truncatingIfNeeded: place)),
      gone: Int(truncatingIfNeeded: gone))
  }

  private mutating func mergeRest16(_ begins: inout UInt64) {
    var pairs = unsafe UnsafeRawPointer(pairs).loadUnaligned(as: SIMD16<UInt32>.self)
    while true {
      let least = chints_least16(pairs)
      guard least < Self.none else { return }
      let change = apply(least, &begins)
      pairs = chints_put16(pairs, UInt32(truncatingIfNeeded: change.gone), Self.none)
      pairs = chints_put16(pairs, UInt32(truncatingIfNeeded: change.previous), change.previousPair)
      pairs = chints_put16(pairs, UInt32(truncatingIfNeeded: change.place), change.pair)
    }
  }

  private mutating func mergeRest32(_ begins: inout UInt64) {
    var pairs = unsafe UnsafeRawPointer(pairs).loadUnaligned(as: SIMD32<UInt32>.self)
    while true {
      let least = chints_least32(pairs)
      guard least < Self.none else { return }
      let change = apply(least, &begins)
      pairs = chints_put32(pairs, UInt32(truncatingIfNeeded: change.gone), Self.none)
      pairs = chints_put32(pairs, UInt32(truncatingIfNeeded: change.previous), change.previousPair)
      pairs = chints_put32(pairs, UInt32(truncatingIfNeeded: change.place), change.pair)
    }
  }

  private mutating func mergeRest64(_ begins: inout UInt64) {
    let vectors = unsafe UnsafeRawPointer(pairs)
    while true {
      let least = unsafe min(
        chints_least32(vectors.loadUnaligned(as: SIMD32<UInt32>.self)),
        chints_least32(vectors.loadUnaligned(fromByteOffset: 128, as: SIMD32<UInt32>.self)))
      guard least < Self.none else { return }
      let change = apply(least, &begins)
      unsafe pairs[change.gone] = Self.none
      unsafe pairs[change.previous] = change.previousPair
      unsafe pairs[change.place] = change.pair
    }
  }
}
