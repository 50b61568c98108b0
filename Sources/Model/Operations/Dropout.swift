internal import Basics

/// Which numbers are dropped: a function of seed, place in the network and element alone, so that backward finds the
/// same ones again and no thread depends on another.
package struct Dropout {
  /// The share that is dropped.
  let rate: Float
  /// Sets the places in the network apart.
  let place: UInt64

  package init?(_ rate: Double, place: Int) {
    guard rate > 0 else { return nil }
    self.rate = Float(rate)
    self.place = UInt64(place)
  }

  /// The masks of one step.
  func masks(seed: UInt64) -> Masks {
    Masks(key: SplitMix64.mix(SplitMix64.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ place), rate: rate)
  }

  struct Masks {
    private let key: UInt64
    private let threshold: SIMD16<UInt64>
    private let scale: Vector

    fileprivate init(key: UInt64, rate: Float) {
      self.key = key
      threshold = SIMD16(repeating: UInt64((Double(rate) * 0x1p32).rounded()))
      scale = Vector(repeating: 1 / (1 - rate))
    }

    /// For elements `start` to `start` + 15: 0 where one is dropped, 1 / (1 - rate) where it is kept.
    @inline(__always)
    func factors(from start: Int) -> Vector {
      let bits = Self.mix(SIMD16(repeating: key &+ UInt64(truncatingIfNeeded: start)) &+ Self.lanes)
      let isKept = bits &>> 32 .>= threshold
      var factors = Vector.zero
      for lane in 0..<16 { factors[lane] = isKept[lane] ? scale[lane] : 0 }
      return factors
    }

    /// Multiplies a run, whose first number is element `start`, by its factors.
    func apply(to run: Floats, from start: Int) { copy(run, to: run, from: start) }

    /// Sets `result` to `run` times its factors.
    func copy(_ run: Floats, to result: Floats, from start: Int) {
      let whole = run.count & ~15
      for index in stride(from: 0, to: whole, by: 16) {
        result.store(run.vector(at: index) * factors(from: start + index), at: index)
      }
      if whole < run.count { result.storeTail(run.tail(at: whole) * factors(from: start + whole), at: whole) }
    }

    /// Adds `run` times its factors to `result`.
    func add(_ run: Floats, to result: Floats, from start: Int) {
      let whole = run.count & ~15
      for index in stride(from: 0, to: whole, by: 16) {
        let sum = result.vector(at: index).adding(run.vector(at: index), times: factors(from: start + index))
        result.store(sum, at: index)
      }
      guard whole < run.count else { return }
      let sum = result.tail(at: whole).adding(run.tail(at: whole), times: factors(from: start + whole))
      result.storeTail(sum, at: whole)
    }

    private static let lanes = SIMD16<UInt64>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

    /// `SplitMix64.mix` in every lane.
    @inline(__always)
    private static func mix(_ value: SIMD16<UInt64>) -> SIMD16<UInt64> {
      var z = value
      z = (z ^ (z &>> 30)) &* SIMD16(repeating: 0xbf58_476d_1ce4_e5b9)
      z = (z ^ (z &>> 27)) &* SIMD16(repeating: 0x94d0_49bb_1331_11eb)
      return z ^ (z &>> 31)
    }
  }
}
