import Model
import Testing

@Suite("Plans")
struct PlanTests {
  @Test(arguments: 0..<400 as Range<UInt64>)
  func `whatever the network, nothing is overwritten that is still read`(seed: UInt64) {
    for isTraining in [false, true] {
      var memory = SymbolicMemory(RandomTape(seed: seed).tape, isTraining: isTraining)
      memory.run(isTraining: isTraining)
      // Evaluation between two steps, then another step.
      memory.run(isTraining: false)
      memory.run(isTraining: isTraining)
      #expect(memory.faults == [])
    }
  }

  @Test(arguments: [0, 0.1], [1, 2, 5])
  func `a transformer's memory holds what is read`(dropout: Double, layers: Int) {
    var memory = SymbolicMemory(transformer(layers, dropout), isTraining: true)
    memory.run(isTraining: true)
    memory.run(isTraining: false)
    #expect(memory.faults == [])
    // Two norms and an activation a layer, and the last norm, less what is still there where backward starts.
    #expect(memory.recomputed == 3 * layers)
  }

  @Test func `without training, memory does not grow with the layers`() {
    let sizes = [1, 2, 8].map { SymbolicMemory(transformer($0, 0), isTraining: false).size }
    #expect(sizes[0] == sizes[1] && sizes[1] == sizes[2])
  }

  /// In widths: the stream before each half, what attention reads (3) and gives, and what GELU reads (4).
  @Test func `training keeps of each layer only what backward reads`() {
    let sizes = [4, 5, 6].map { SymbolicMemory(transformer($0, 0), isTraining: true).size }
    let layer = SymbolicMemory.tokens * (width * (1 + 1 + 3 + 1 + 4))
    for (less, more) in zip(sizes, sizes.dropFirst()) {
      // The logarithms of attention's sums are one number a head; norms' statistics are computed again.
      #expect(more - less >= layer && more - less <= layer + SymbolicMemory.tokens * 2 * heads)
    }
  }

  private let width = 16
  private let heads = 2

  /// A GPT's blocks: norms, attention and feed-forward on a residual stream.
  private func transformer(_ layers: Int, _ rate: Double) -> Tape {
    func parameter(_ shape: Int...) -> Parameter { Parameter(name: "", shape: shape, index: 0, offset: 0) }
    func linear(_ input: Int, _ output: Int) -> LinearParameters {
      LinearParameters(weight: parameter(input, output), bias: parameter(output))
    }
    let norm = NormParameters(weight: parameter(width), bias: parameter(width))
    let dropout = Dropout(rate, place: 1)
    let tape = Tape()
    var stream = tape.embedding(
      tokens: parameter(9, width), positions: parameter(9, width), dropout: dropout)
    for _ in 0..<layers {
      let mixed = tape.attention(
        tape.linear(tape.layerNorm(stream, norm, epsilon: 1e-5), linear(width, 3 * width)), heads: heads,
        dropout: dropout)
      stream = tape.add(stream, tape.linear(mixed, linear(width, width)), dropout: dropout)
      let hidden = tape.linear(tape.layerNorm(stream, norm, epsilon: 1e-5), linear(width, 4 * width))
      stream = tape.add(stream, tape.linear(tape.gelu(hidden), linear(4 * width, width)), dropout: dropout)
    }
    _ = tape.crossEntropy(tape.layerNorm(stream, norm, epsilon: 1e-5), weight: parameter(9, width))
    return tape
  }
}
