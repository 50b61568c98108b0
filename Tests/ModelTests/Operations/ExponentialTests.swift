import Glibc
import Model
import Testing

@Suite("Exponential")
struct ExponentialTests {
  /// Units in the last place between a number and what it should be.
  private func error(_ value: Float, _ exact: Double) -> Double {
    abs(Double(value) - exact) / Double(Float(exact).ulp)
  }

  @Test func `has nearly all digits wherever the result is a normal number`() {
    var largest = 0.0
    for step in stride(from: -87_300, through: 88_200, by: 7) {
      let power = Float(step) / 1000
      let vector = exponential(Vector(repeating: power))
      #expect(vector == Vector(repeating: vector[0]))
      largest = max(largest, error(vector[0], exp(Double(power))))
    }
    #expect(largest <= 2)
  }

  @Test func `stays finite beyond its range, and keeps what is no number`() {
    let largest = exponential(Vector(repeating: 88.3))
    #expect(exponential(Vector(repeating: 1e30)) == largest)
    #expect(exponential(Vector(repeating: .infinity)) == largest)
    #expect(largest[0].isFinite && largest[0] > 2e38)
    #expect(exponential(Vector(repeating: -.infinity))[0] < 1.3e-38)
    #expect(exponential(Vector(repeating: .nan))[0].isNaN)
    #expect(exponential(.zero) == Vector(repeating: 1))
  }

  @Test func `the sigmoid has nearly all digits`() {
    var largest = 0.0
    for step in stride(from: -80_000, through: 80_000, by: 13) {
      let x = Float(step) / 1000
      largest = max(largest, error(sigmoid(Vector(repeating: x))[3], 1 / (1 + exp(-Double(x)))))
    }
    #expect(largest <= 4)
  }
}
