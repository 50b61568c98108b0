/// numpy's `RandomState`: the Mersenne Twister MT19937 and the permutations that are drawn from it.
///
///     var random = NumpyRandomState(seed: 123)
///     random.permutation(10)   // numpy.random.RandomState(123).permutation(10): 4 0 7 5 8 3 1 6 9 2
///
/// numpy promises that this stream never changes (NEP 19). pandas draws `sample(n, random_state: s)` from it:
/// the first n of a permutation of all rows. Source of the generator: M. Matsumoto and T. Nishimura, 1998,
/// doi.org/10.1145/272991.272995.
public struct NumpyRandomState: Sendable {
  private var words: [UInt32]
  private var next = 624

  /// The state that `numpy.random.RandomState(seed)` starts with.
  public init(seed: UInt32) {
    words = [seed]
    words.reserveCapacity(624)
    for index in 1..<624 {
      let last = words[index - 1]
      words.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if next == 624 { advance() }
    var word = words[next]
    next += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9d2c_5680
    word ^= word << 15 & 0xefc6_0000
    return word ^ word >> 18
  }

  private mutating func advance() {
    for index in 0..<624 {
      let joined = words[index] & 0x8000_0000 | words[(index + 1) % 624] & 0x7fff_ffff
      let twist: UInt32 = joined & 1 == 0 ? 0 : 0x9908_b0df
      words[index] = words[(index + 397) % 624] ^ joined >> 1 ^ twist
    }
    next = 0
  }

  /// The numbers below `count` in random order: `RandomState.permutation(count)`.
  ///
  /// - Precondition: `count` is at most 2^32, beyond which numpy draws differently.
  public mutating func permutation(_ count: Int) -> [Int] {
    precondition(count <= 1 << 32, "numpy draws larger permutations differently")
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, number(upTo: UInt32(last))) }
    return order
  }

  /// A number from 0 to `limit`: bits are drawn until they are small enough.
  private mutating func number(upTo limit: UInt32) -> Int {
    let mask = UInt32.max >> UInt32(limit.leadingZeroBitCount)
    while true {
      let bits = nextWord() & mask
      if bits <= limit { return Int(bits) }
    }
  }
}
