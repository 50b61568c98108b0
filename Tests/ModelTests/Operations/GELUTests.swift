import Glibc
import Model
import Testing

@Suite("GELU")
struct GELUTests {
  @Test(arguments: [(1, 1), (3, 16), (2, 33), (700, 25)], [false, true])
  func `is GPT-2's tanh approximation`(shape: (tokens: Int, width: Int), isShared: Bool) throws {
    let rig = Rig(
      time: shape.tokens, inputs: [Grid(rows: shape.tokens, columns: shape.width, seed: 1, times: 4)],
      isShared: isShared
    ) { tape, inputs, _ in tape.gelu(inputs[0]) }
    try rig.check { inputs, _, _ in Slow.gelu(inputs[0]) }
  }

  /// The tail below zero, where `1 + tanh` would cancel all digits.
  @Test func `every value has nearly all its digits`() throws {
    var input = Grid(rows: 1, columns: 2_001)
    for place in 0...2_000 { input.values[place] = Double(place - 1_000) / 128 }
    let rig = Rig(inputs: [input]) { tape, inputs, _ in tape.gelu(inputs[0]) }
    for (x, value) in zip(input.values, try rig.run().result) {
      // x * Phi(x) by the function that cancels nothing: (1 + tanh u) / 2 = 1 / (1 + e^-2u).
      let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      let exact = x / (1 + exp(-2 * u))
      // An error of u is one of the same size in the power's digits.
      let bound = (8 + 2 * abs(u)) * Double(Float.ulpOfOne) * abs(exact)
      #expect(abs(Double(value) - exact) <= max(bound, 1e-37), "gelu(\(x))")
    }
  }

  @Test func `far from zero it is a straight line`() throws {
    var input = Grid(rows: 1, columns: 4)
    input.values = [-1e6, -40, 40, 1e6]
    let rig = Rig(inputs: [input]) { tape, inputs, _ in tape.gelu(inputs[0]) }
    let outcome = try rig.run()
    #expect(outcome.result[...1].allSatisfy { abs($0) < 1e-30 })
    #expect(outcome.result[2...] == [40, 1e6])
    let slopes = zip(outcome.inputGradients[0], rig.upstream(width: 4).floats).map { $0 / $1 }
    #expect(slopes[...1].allSatisfy { abs($0) < 1e-18 })
    #expect(slopes[2...] == [1, 1])
  }
}
