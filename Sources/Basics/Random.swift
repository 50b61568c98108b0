/// A seeded generator of random numbers: SplitMix64 (https://doi.org/10.1145/2714064.2660195).
///
///     var random = SplitMix64(seed: 1)
///     Int.random(in: 0..<6, using: &random)   // the same on every machine
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
  /// All there is to save and restore.
  public var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// A bijection of 64-bit numbers that looks random: the n-th number of a stream without the ones before it.
  @inlinable
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in [0, 1) with 53 random bits.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
