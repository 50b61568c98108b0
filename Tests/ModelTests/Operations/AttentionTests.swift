import Model
import Testing

@Suite("Attention")
struct AttentionTests {
  /// A context of 1, one head, and rows that need two and three blocks of 64 queries.
  @Test(
    arguments: [(1, 1, 1, 1), (2, 3, 1, 5), (2, 17, 3, 7), (1, 64, 2, 4), (2, 70, 2, 4), (1, 131, 1, 3)],
    [0, 0.3])
  func `is a weighted mean of values so far`(
    shape: (batch: Int, time: Int, heads: Int, size: Int), rate: Double
  ) throws {
    let (batch, time, heads, size) = shape
    let rig = Rig(
      batch: batch, time: time,
      inputs: [Grid(rows: batch * time, columns: 3 * heads * size, seed: 1, times: 2)]
    ) { tape, inputs, _ in
      tape.attention(inputs[0], heads: heads, dropout: Dropout(rate, place: 2))
    }
    try rig.check(backward: 1e-5) { inputs, _, isTraining in
      Slow.attention(inputs[0], heads: heads, time: time) { row, head, query, key in
        guard isTraining, rate > 0 else { return 1 }
        let element = ((row * heads + head) * time + query) * time + key
        return Slow.dropoutFactor(rate: rate, place: 2, seed: 5, element: element)
      }
    }
  }

  /// Scores in the thousands: e to their power is beyond every float.
  @Test func `huge scores overflow nothing`() throws {
    let input = Grid(rows: 20, columns: 12, seed: 1, times: 100)
    let rig = Rig(time: 20, inputs: [input]) { tape, inputs, _ in
      tape.attention(inputs[0], heads: 2, dropout: nil)
    }
    let outcome = try rig.run()
    // A score of 10,000 is itself rounded by 1e-3.
    expectClose(outcome.result, Slow.attention(input, heads: 2, time: 20).values, within: 5e-3, "result")
    #expect(outcome.inputGradients[0].allSatisfy { $0.isFinite })
  }

  @Test func `the first token of a row sees only itself`() throws {
    let input = Grid(rows: 12, columns: 18, seed: 1)
    let rig = Rig(batch: 3, time: 4, inputs: [input]) { tape, inputs, _ in
      tape.attention(inputs[0], heads: 3, dropout: nil)
    }
    let result = try rig.run().result
    for row in 0..<3 {
      let values = input.row(row * 4).suffix(6).map(Float.init)
      #expect(Array(result[row * 24..<row * 24 + 6]) == values)
    }
  }
}
