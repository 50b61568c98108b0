/// Merges the tokens of one short pretoken: looks at all pairs for the earliest merge, applies it, and again.
///
/// Tokens stay at the place of their first byte, and a set of bits says which places begin one, so that nothing moves
/// when two become one; the earliest of up to 16 pairs is found by one pass over one vector.
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
    unsafe pairs = .allocate(capacity: Self.longest)
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
    unsafe start(bytes, count: count)
    // A bit for each place that begins a token.
    var begins = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count)
    while true {
      let best = earliest(count: count)
      guard best < Self.none else { break }
      apply(place: UInt64(best & (1 << Self.placeBits - 1)), rank: best >> Self.placeBits, &begins)
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
  private func start(_ bytes: UnsafePointer<UInt8>, count: Int) {
    var left = unsafe bytes[0]
    for place in 0..<count &- 1 {
      let right = unsafe bytes[place &+ 1]
      unsafe tokens[place] = table.token(of: left)
      unsafe pairs[place] =
        table.rank(bytes: left, right) << Self.placeBits | UInt32(truncatingIfNeeded: place)
      left = right
    }
    unsafe tokens[count &- 1] = table.token(of: left)
    let rounded = (count &+ 15) & ~15
    for place in count &- 1..<rounded { unsafe pairs[place] = Self.none }
  }

  /// Puts the token of the merge in the place of the two that it joins.
  @inline(__always)
  private func apply(place: UInt64, rank: UInt32, _ begins: inout UInt64) {
    let after = begins & (~1 &<< place)
    let gone = UInt64(after.trailingZeroBitCount)
    begins &= ~(1 &<< gone)
    let token = table.result(rank)
    unsafe tokens[Int(place)] = token
    unsafe pairs[Int(gone)] = Self.none
    var pair = Self.none
    let rest = after & (after &- 1)
    if rest != 0 {
      pair =
        table.rank(token, unsafe tokens[rest.trailingZeroBitCount]) << Self.placeBits
        | UInt32(truncatingIfNeeded: place)
    }
    unsafe pairs[Int(place)] = pair
    let before = begins & ~(UInt64.max &<< place)
    if before != 0 {
      let previous = 63 &- before.leadingZeroBitCount
      unsafe pairs[previous] =
        table.rank(tokens[previous], token) << Self.placeBits
        | UInt32(truncatingIfNeeded: previous)
    }
  }

  /// The pair of the lowest rank, the first of several; `none` or more where there is none.
  @inline(__always)
  private func earliest(count: Int) -> UInt32 {
    let pairs = unsafe UnsafeRawPointer(pairs)
    var least = unsafe pairs.loadUnaligned(as: SIMD16<UInt32>.self)
    var place = 16
    while place < count {
      let more = unsafe pairs.loadUnaligned(fromByteOffset: 4 &* place, as: SIMD16<UInt32>.self)
      least.replace(with: more, where: more .< least)
      place &+= 16
    }
    let eight = Self.lower(least.lowHalf, least.highHalf)
    let four = Self.lower(eight.lowHalf, eight.highHalf)
    let two = Self.lower(four.lowHalf, four.highHalf)
    return min(two.x, two.y)
  }

  @inline(__always)
  private static func lower(_ a: SIMD8<UInt32>, _ b: SIMD8<UInt32>) -> SIMD8<UInt32> {
    a.replacing(with: b, where: b .< a)
  }
  @inline(__always)
  private static func lower(_ a: SIMD4<UInt32>, _ b: SIMD4<UInt32>) -> SIMD4<UInt32> {
    a.replacing(with: b, where: b .< a)
  }
  @inline(__always)
  private static func lower(_ a: SIMD2<UInt32>, _ b: SIMD2<UInt32>) -> SIMD2<UInt32> {
    a.replacing(with: b, where: b .< a)
  }
}
