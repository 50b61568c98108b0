import Glibc
import Model
import TestSupport
import Testing

@Suite("Goldens")
struct GoldenTests {
  @Test(
    .enabled(if: Shared.path("golden/model") != nil, "needs ../shared"), arguments: ["tied", "untied"],
    [1, 2])
  func `PyTorch's numbers come out`(name: String, threads: Int) throws {
    for row in try Golden(Shared.path("golden/model/\(name)")!).check(threads: threads) {
      #expect(row.isMet, "\(row)")
    }
  }

  @Test(arguments: [true, false])
  func `numpy's numbers come out`(isTied: Bool) throws {
    let golden = isTied ? RecordedGolden.tied : .untied
    let (model, inputs, targets) = try example(isTied: isTied)
    let logits = try model.logits(inputs: inputs, batch: 2, time: 6)
    expectClose(
      [0, 4, 11].flatMap { logits[$0 * 13..<($0 + 1) * 13] }, golden.logits, within: 2e-6, "logits")
    #expect(abs(try model.evaluate(inputs: inputs, targets: targets).mean - golden.loss) < 1e-6)
    let gradients = try model.gradients(inputs, targets, lossScale: 0.1)
    for (index, parameter) in model.parameters.enumerated() {
      let gradient = gradients[index].map { Double($0) }
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let probe = gradient.enumerated().reduce(0.0) { $0 + $1.element * cos(Double($1.offset)) }
      let bound = 5e-6 * golden.gradientNorms[index]
      #expect(abs(norm - golden.gradientNorms[index]) < bound, "\(parameter.name)")
      #expect(abs(probe - golden.gradientProbes[index]) < bound, "\(parameter.name)")
    }
  }

  @Test(arguments: [true, false])
  func `training goes as numpy's does`(isTied: Bool) throws {
    let golden = isTied ? RecordedGolden.tied : .untied
    let (model, inputs, targets) = try example(isTied: isTied)
    let optimizer = try AdamW(model, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1)
    for loss in golden.losses {
      #expect(abs(try model.evaluate(inputs: inputs, targets: targets).mean - loss) < 3e-6)
      _ = try model.gradients(inputs, targets, lossScale: 0.1)
      optimizer.step(learningRate: 0.01, gradientScale: min(1, 1 / (model.gradientNorm() + 1e-6)))
    }
  }

  /// The model and the batch of scripts/generate-model-golden.
  private func example(isTied: Bool) throws -> (model: GPT, inputs: [UInt32], targets: [Int32]) {
    let configuration = GPTConfiguration(
      vocabularySize: 13, contextLength: 6, layers: 2, heads: 2, width: 8, isTied: isTied)
    let model = try GPT(configuration, batch: 2, time: 6, threads: 2)
    for (index, parameter) in model.parameters.enumerated() {
      let center: Double = parameter.name.contains("ln_") && parameter.name.hasSuffix("weight") ? 1 : 0
      let values = (1...parameter.count).map { place in
        Float(center + 0.3 * sin(Double(place * place) * 0.37 + Double(index)))
      }
      model.set(values, of: parameter)
    }
    let tokens = (0..<12).map { (place: Int) -> Int in (5 * place * place + 3 * place + 1) % 13 }
    // The last token of a row has no target.
    let targets = (0..<12).map { (place: Int) -> Int32 in
      place % 6 == 5 ? GPT.ignored : Int32(tokens[place + 1])
    }
    return (model, tokens.map(UInt32.init), targets)
  }
}
