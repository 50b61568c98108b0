import Basics
import Model
import Testing

@Suite("Embedding")
struct EmbeddingTests {
  /// Tokens occur several times, so that their gradients have to be added up.
  @Test(arguments: [(1, 1, 1), (2, 3, 5), (3, 8, 17), (2, 40, 130)], [0, 0.2])
  func `is a token's vector and a position's`(shape: (batch: Int, time: Int, width: Int), rate: Double) throws
  {
    let (batch, time, width) = shape
    var random = SplitMix64(seed: 4)
    let tokens = (0..<batch * time).map { _ in UInt32.random(in: 0..<7, using: &random) }
    let rig = Rig(
      batch: batch, time: time, tokens: tokens,
      parameters: [
        Grid(rows: 7, columns: width, seed: 1), Grid(rows: time + 2, columns: width, seed: 2),
      ]
    ) { tape, _, parameters in
      tape.embedding(
        tokens: parameters[0], positions: parameters[1], dropout: Dropout(rate, place: 9))
    }
    try rig.check { _, parameters, isTraining in
      var sum = Slow.embedding(tokens, time: time, parameters[0], parameters[1])
      for place in sum.values.indices where isTraining && rate > 0 {
        sum.values[place] *= Slow.dropoutFactor(rate: rate, place: 9, seed: 5, element: place)
      }
      return sum
    }
  }

  @Test func `tokens that do not occur have no gradient`() throws {
    let rig = Rig(
      time: 2, tokens: [3, 3],
      parameters: [Grid(rows: 5, columns: 3, seed: 1), Grid(rows: 4, columns: 3, seed: 2)]
    ) { tape, _, parameters in
      tape.embedding(tokens: parameters[0], positions: parameters[1], dropout: nil)
    }
    let gradients = try rig.run().parameterGradients
    for token in [0, 1, 2, 4] { #expect(gradients[0][token * 3..<token * 3 + 3] == [0, 0, 0]) }
    #expect(gradients[0][9..<12].allSatisfy { $0 != 0 })
    #expect(gradients[1][6...].allSatisfy { $0 == 0 })
  }
}
