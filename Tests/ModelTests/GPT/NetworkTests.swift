import Model
import Testing

@Suite("Network")
struct NetworkTests {
  @Test(arguments: Tiny.shapes)
  func `foretells what GPT-2's definition does`(tiny: Tiny) throws {
    let model = try tiny.model()
    let slow = SlowGPT(model)
    let (inputs, targets) = tiny.tokens()
    let logits = try model.logits(inputs: inputs, batch: tiny.batch, time: tiny.context)
    expectClose(logits, slow.logits(inputs, time: tiny.context).values, within: 5e-6, "logits")
    let loss = try model.evaluate(inputs: inputs, targets: targets)
    #expect(loss.count == targets.count)
    #expect(
      abs(loss.sum - slow.loss(inputs, targets, time: tiny.context)) <= 2e-6 * Double(targets.count),
      "loss")
  }

  /// Finite differences of the definition, at up to 40 places and along a direction for each parameter.
  @Test(arguments: Tiny.shapes)
  func `every gradient is that of the loss`(tiny: Tiny) throws {
    let model = try tiny.model(threads: 2)
    let slow = SlowGPT(model)
    let (inputs, targets) = tiny.tokens()
    let gradients = try model.gradients(inputs, targets, lossScale: 0.125)
    for (parameter, gradient) in zip(model.parameters, gradients) {
      let name = SlowGPT.plain(parameter)
      func loss(_ grid: Grid) -> Double {
        var changed = slow
        changed.parameters[name] = grid
        return changed.loss(inputs, targets, time: tiny.context) * 0.125
      }
      Differences.expect(
        gradient, of: loss, at: slow.parameters[name]!, within: 2e-5, limit: 40, parameter.name)
    }
  }

  @Test(arguments: [false, true])
  func `a step against the gradient lowers the loss as foreseen`(isTied: Bool) throws {
    let tiny = Tiny(isTied: isTied)
    let model = try tiny.model()
    let (inputs, targets) = tiny.tokens()
    let before = try model.evaluate(inputs: inputs, targets: targets).mean
    let gradients = try model.gradients(inputs, targets, lossScale: 1 / Float(targets.count))
    let squares = gradients.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(Double(model.gradientNorm()) - squares.squareRoot()) < 1e-6 * squares.squareRoot())
    let rate: Float = 1e-3
    for (parameter, gradient) in zip(model.parameters, gradients) {
      model.set(zip(model.values(of: parameter), gradient).map { $0 - rate * $1 }, of: parameter)
    }
    let gain = try before - model.evaluate(inputs: inputs, targets: targets).mean
    #expect(abs(gain / (Double(rate) * squares) - 1) < 0.05)
  }

  @Test func `twenty steps learn a batch by heart`() throws {
    let tiny = Tiny()
    let model = try tiny.model()
    let optimizer = try AdamW(model, weightDecay: 0)
    let inputs = tiny.tokens().inputs
    // What follows is the token itself, which can be learned.
    let targets = inputs.map { Int32($0) }
    let before = try model.evaluate(inputs: inputs, targets: targets).mean
    for _ in 0..<20 {
      _ = try model.gradients(inputs, targets, lossScale: 1 / Float(targets.count))
      optimizer.step(learningRate: 0.02)
    }
    let after = try model.evaluate(inputs: inputs, targets: targets).mean
    #expect(after < 0.2 * before)
  }

  @Test func `a token sees nothing that comes after it`() throws {
    let tiny = Tiny(context: 70, batch: 1)
    let model = try tiny.model(threads: 2)
    let inputs = tiny.tokens().inputs
    let logits = try model.logits(inputs: inputs, batch: 1, time: 70)
    for place in [0, 1, 17, 63, 64, 68] {
      var changed = inputs
      for later in place + 1..<70 { changed[later] = (changed[later] + 1) % 11 }
      let others = try model.logits(inputs: changed, batch: 1, time: 70)
      #expect(others[..<((place + 1) * 11)] == logits[..<((place + 1) * 11)])
      #expect(others[((place + 1) * 11)...] != logits[((place + 1) * 11)...])
    }
  }
}
