import Basics
import Glibc
import Model
import Testing

@Suite("CrossEntropy")
struct CrossEntropyTests {
  @Test(arguments: [(1, 1, 2), (3, 5, 3), (20, 17, 33), (300, 3, 16)])
  func `is the surprise at the targets`(shape: (tokens: Int, width: Int, vocabulary: Int)) throws {
    let targets = targets(shape.tokens, below: shape.vocabulary, ignoring: 0)
    try rig(shape.tokens, shape.width, shape.vocabulary, targets).check { inputs, parameters, _ in
      var loss = Grid(rows: 1, columns: 1)
      loss.values = [Slow.loss(Slow.logits(inputs[0], parameters[0]), targets)]
      return loss
    }
  }

  @Test(arguments: [1, 3, 10])
  func `tokens without a target count for nothing`(every: Int) throws {
    let targets = targets(41, below: 33, ignoring: every)
    let rig = rig(41, 7, 33, targets)
    // With every target ignored the loss is exactly zero, as are all slopes.
    try rig.check { inputs, parameters, _ in
      var loss = Grid(rows: 1, columns: 1)
      loss.values = [Slow.loss(Slow.logits(inputs[0], parameters[0]), targets)]
      return loss
    }
    let outcome = try rig.run()
    #expect(outcome.loss.count == targets.count { $0 >= 0 })
    for (token, target) in targets.enumerated() where target < 0 {
      #expect(outcome.inputGradients[0][token * 7..<token * 7 + 7].allSatisfy { $0 == 0 })
    }
  }

  /// 64 MB of logits at a time: three chunks here, whose gradients add up.
  @Test func `a large vocabulary is worked on in chunks`() throws {
    let (tokens, width, vocabulary) = (600, 2, 70_000)
    let targets = targets(tokens, below: vocabulary, ignoring: 7)
    let rig = rig(tokens, width, vocabulary, targets)
    let outcome = try rig.run(threads: 2)
    let logits = Slow.logits(rig.inputs[0], rig.parameters[0])
    expectClose([Float(outcome.loss.sum)], [Slow.loss(logits, targets)], within: 2e-6, "loss")
    var (inputs, weight) = (rig.inputs[0].map { _ in 0 }, rig.parameters[0].map { _ in 0 })
    for (token, target) in targets.enumerated() where target >= 0 {
      let powers = logits.row(token).map { exp($0) }
      let sum = powers.reduce(0, +)
      for word in 0..<vocabulary {
        let slope = Double(rig.lossScale) * (powers[word] / sum - (word == Int(target) ? 1 : 0))
        for channel in 0..<width {
          inputs[token, channel] += slope * rig.parameters[0][word, channel]
          weight[word, channel] += slope * rig.inputs[0][token, channel]
        }
      }
    }
    expectClose(outcome.inputGradients[0], inputs.values, within: 5e-6, "gradient of the input")
    expectClose(outcome.parameterGradients[0], weight.values, within: 5e-6, "gradient of the matrix")
  }

  @Test func `a target that is certain costs nothing, and one that is impossible stays finite`() throws {
    var rig = rig(2, 1, 2, [0, 1])
    rig.inputs[0].values = [1, 1]
    rig.parameters[0].values = [300, -300]
    let outcome = try rig.run()
    #expect(outcome.loss.sum == 600)
    #expect(abs(outcome.inputGradients[0][0]) < 1e-30)
    #expect(outcome.inputGradients[0][1] == 600 * rig.lossScale)
  }

  private func rig(_ tokens: Int, _ width: Int, _ vocabulary: Int, _ targets: [Int32]) -> Rig {
    Rig(
      time: tokens, targets: targets, lossScale: 0.125,
      inputs: [Grid(rows: tokens, columns: width, seed: 1)],
      parameters: [Grid(rows: vocabulary, columns: width, seed: 2, times: 2)]
    ) { tape, inputs, parameters in
      _ = tape.crossEntropy(inputs[0], weight: parameters[0])
      return nil
    }
  }

  /// Random targets, of which each `ignoring`-th is left out.
  private func targets(_ count: Int, below vocabulary: Int, ignoring: Int) -> [Int32] {
    var random = SplitMix64(seed: 8)
    return (0..<count).map { token in
      let target = Int32.random(in: 0..<Int32(vocabulary), using: &random)
      return ignoring > 0 && token % ignoring == 0 ? -100 : target
    }
  }
}
