import Model
import Testing

@Suite("ResidualAdd")
struct ResidualAddTests {
  @Test(
    arguments: [(1, 1), (3, 5), (33, 17), (70, 32)], [0, 0.25])
  func `adds a branch, with dropout on it`(shape: (tokens: Int, width: Int), rate: Double) throws {
    try check(shape, rate, isShared: false)
    try check(shape, rate, isShared: true)
  }

  private func check(_ shape: (tokens: Int, width: Int), _ rate: Double, isShared: Bool) throws {
    let rig = Rig(
      time: shape.tokens,
      inputs: [
        Grid(rows: shape.tokens, columns: shape.width, seed: 1),
        Grid(rows: shape.tokens, columns: shape.width, seed: 2),
      ], isShared: isShared
    ) { tape, inputs, _ in tape.add(inputs[0], inputs[1], dropout: Dropout(rate, place: 3)) }
    try rig.check { inputs, _, isTraining in
      var branch = inputs[1]
      for place in branch.values.indices where isTraining && rate > 0 {
        branch.values[place] *= Slow.dropoutFactor(rate: rate, place: 3, seed: 5, element: place)
      }
      return Slow.add(inputs[0], branch)
    }
  }

  @Test func `can add a tensor to itself`() throws {
    let rig = Rig(time: 3, inputs: [Grid(rows: 3, columns: 5, seed: 1)]) { tape, inputs, _ in
      tape.add(inputs[0], inputs[0], dropout: nil)
    }
    try rig.check { inputs, _, _ in Slow.add(inputs[0], inputs[0]) }
  }
}
