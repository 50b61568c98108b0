internal import CVector

/// What the machine computes at once.
package typealias Vector = SIMD16<Float>

extension SIMD16<Float> {
  /// `self + a * b`, fused where the build is for processors that can.
  @inline(__always)
  func adding(_ a: Self, times b: Self) -> Self {
    cvector_has_fma() ? addingProduct(a, b) : self + a * b
  }

  @inline(__always)
  func adding(_ a: Float, times b: Self) -> Self { adding(Self(repeating: a), times: b) }

  @inline(__always)
  func clamped(from low: Float, to high: Float) -> Self {
    let low = Self(repeating: low)
    let high = Self(repeating: high)
    let raised = replacing(with: low, where: self .< low)
    return raised.replacing(with: high, where: raised .> high)
  }

  @inline(__always)
  func largest(_ other: Self) -> Self { replacing(with: other, where: other .> self) }

  /// The sum of the lanes, halves first: the same on every machine.
  @inline(__always)
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

/// e to each lane's power: within 2 units in the last place for results that are not subnormal.
///
/// Powers below -87.3 and above 88.3 count as these bounds, so that nothing overflows.
@inline(__always)
package func exponential(_ power: Vector) -> Vector {
  let x = power.clamped(from: -87.3, to: 88.3)
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits.
  let shifter = Vector(repeating: 12_582_912)
  let shifted = shifter.adding(Vector(repeating: 1.442_695_04), times: x)
  let whole = shifted - shifter
  // ln 2 in two parts, of which the first times any whole number here is exact.
  let rest = x.adding(-0.693_145_752, times: whole).adding(-1.428_606_77e-6, times: whole)
  // Cephes' polynomial for e^rest.
  let p5 = Vector(repeating: 1.398_199_95e-3).adding(1.987_569_15e-4, times: rest)
  let p4 = Vector(repeating: 8.333_451_9e-3).adding(p5, times: rest)
  let p3 = Vector(repeating: 4.166_579_6e-2).adding(p4, times: rest)
  let p2 = Vector(repeating: 1.666_666_55e-1).adding(p3, times: rest)
  let p1 = Vector(repeating: 5.000_000_1e-1).adding(p2, times: rest)
  let sum = (rest + 1).adding(p1, times: rest * rest)
  let exponent = unsafe unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
  return unsafe unsafeBitCast(unsafeBitCast(sum, to: SIMD16<Int32>.self) &+ exponent, to: Vector.self)
}

/// 1 / (1 + e^-x): within 4 units in the last place where it is not tiny.
@inline(__always)
package func sigmoid(_ x: Vector) -> Vector { 1 / (1 + exponential(-x)) }
