import Basics
import Model
import Testing

@Suite("CachedAttention")
struct CachedAttentionTests {
  /// However a row is cut into pieces, each token sees all tokens before it.
  @Test(
    arguments: [[1], [1, 1, 1, 1], [5, 1, 7], [70, 1, 1, 66], [64, 64], [137, 3]],
    [(1, 5), (3, 4), (2, 17)])
  func `goes on where the last piece ended`(pieces: [Int], shape: (heads: Int, size: Int)) throws {
    let total = pieces.reduce(0, +)
    let input = Grid(rows: total, columns: 3 * shape.heads * shape.size, seed: 1, times: 2)
    let expected = Slow.attention(input, heads: shape.heads, time: total)
    let results = try [1, 2, 3].map { threads in
      try run(input, pieces, heads: shape.heads, context: total + 2, threads: threads)
    }
    expectClose(results[0], expected.values, within: 2e-6, "result")
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }

  private func run(_ input: Grid, _ pieces: [Int], heads: Int, context: Int, threads: Int) throws -> [Float] {
    let width = input.columns / 3
    let memory = try Arena(floats: 2 * context * width, for: "keys and values")
    memory.values.set([Float](repeating: .nan, count: 2 * context * width))
    let tape = Tape()
    let given = Given(tape.tensor(width: input.columns), on: tape)
    let result = tape.cachedAttention(
      given.output, heads: heads, contextLength: context, memory: memory.values)
    let taken = Taken(result, [], on: tape)
    // `hidden` leaves out the last operation, which is the head of a network.
    _ = Taken(result, [], on: tape)
    let longest = pieces.max()!
    let step = try Step(
      tape, Capacity(tokens: longest, time: longest, threads: threads), parameters: ParameterStore([]),
      pool: ThreadPool(threads: threads) { MatrixProduct.useOneThread() }, isTraining: false)
    var output: [Float] = []
    var position = 0
    for piece in pieces {
      given.values = Array(input.floats[position * input.columns..<(position + piece) * input.columns])
      step.hidden(inputs: [UInt32](repeating: 0, count: piece), time: piece, position: position)
      output += taken.values
      position += piece
    }
    return output
  }
}
