import Model
import Testing

@Suite("LayerNorm")
struct LayerNormTests {
  @Test(
    arguments: [(2, 1), (1, 3), (1, 16), (3, 5), (5, 17), (65, 33), (130, 48), (4, 200)], [false, true])
  func `centres and scales each token`(shape: (tokens: Int, width: Int), isShared: Bool) throws {
    try rig(Grid(rows: shape.tokens, columns: shape.width, seed: 1), isShared).check(backward: 2e-5) {
      inputs, parameters, _ in
      Slow.layerNorm(inputs[0], parameters[0], parameters[1], epsilon: 1e-5)
    }
  }

  /// The mean of squares minus the square of the mean would have no correct digit here.
  @Test func `a large mean costs no accuracy`() throws {
    let outcome = try rig(Grid(rows: 3, columns: 50, seed: 1, around: 4096), false).run()
    let definition = Slow.layerNorm(
      Grid(rows: 3, columns: 50, seed: 1, around: 4096), .vector(50, seed: 2, around: 1),
      .vector(50, seed: 3), epsilon: 1e-5)
    // A mean near 4096 is itself rounded by 2e-4.
    expectClose(outcome.result, definition.values, within: 1e-3, "result")
  }

  @Test func `a token of equal channels becomes the bias`() throws {
    let outcome = try rig(Grid(rows: 2, columns: 19, seed: 1).map { _ in 0.75 }, false).run()
    let bias = Grid.vector(19, seed: 3).floats
    #expect(outcome.result == bias + bias)
    #expect(outcome.inputGradients[0].allSatisfy { $0.isFinite })
  }

  private func rig(_ input: Grid, _ isShared: Bool) -> Rig {
    Rig(
      time: input.rows, inputs: [input],
      parameters: [.vector(input.columns, seed: 2, around: 1), .vector(input.columns, seed: 3)],
      isShared: isShared
    ) { $0.layerNorm($1[0], NormParameters(weight: $2[0], bias: $2[1]), epsilon: 1e-5) }
  }
}
