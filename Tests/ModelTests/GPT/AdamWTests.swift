import Basics
import Model
import Testing

@Suite("AdamW")
struct AdamWTests {
  /// Makes steps with both versions on the same gradients and compares values and moments after each.
  private func compare(
    _ model: GPT, _ optimizer: AdamW, _ decay: AdamW.Decay = .matrices, steps: Int,
    slow: (Int) -> SlowAdamW = { SlowAdamW(count: $0) },
    batch: (Int) -> (inputs: [UInt32], targets: [Int32])
  ) throws {
    var slow = model.parameters.map { slow($0.count) }
    var values = model.allValues.map { $0.map(Double.init) }
    for step in 0..<steps {
      let (inputs, targets) = batch(step)
      let gradients = try model.gradients(inputs, targets)
      let (rate, scale) = (Float(0.01) / Float(step + 1), 1 / model.gradientNorm())
      optimizer.step(learningRate: rate, gradientScale: scale)
      for (index, parameter) in model.parameters.enumerated() {
        slow[index].step(
          &values[index], gradients[index].map { Double($0) * Double(scale) }, rate: Double(rate),
          decays: decay == .all || parameter.shape.count == 2)
        expectClose(model.values(of: parameter), values[index], within: 2e-6, parameter.name)
        let moments = optimizer.moments(of: parameter)
        expectClose(moments.first, slow[index].first, within: 1e-6, "mean, \(parameter.name)")
        expectClose(moments.second, slow[index].second, within: 1e-6, "square, \(parameter.name)")
        // Both go on from the same numbers: small differences of small gradients are not what is tested.
        values[index] = model.values(of: parameter).map(Double.init)
        slow[index].first = moments.first.map(Double.init)
        slow[index].second = moments.second.map(Double.init)
      }
    }
    #expect(optimizer.stepCount == steps)
  }

  @Test(arguments: AdamW.Decay.allCases, [1, 2])
  func `does what the paper says`(decay: AdamW.Decay, threads: Int) throws {
    let tiny = Tiny(isTied: false)
    let model = try tiny.model(threads: threads)
    let optimizer = try AdamW(model, decay: decay)
    try compare(model, optimizer, decay, steps: 5) { tiny.tokens(seed: UInt64($0)) }
  }

  @Test func `every setting counts`() throws {
    let tiny = Tiny()
    let model = try tiny.model()
    let optimizer = try AdamW(model, beta1: 0.8, beta2: 0.99, epsilon: 0.01, weightDecay: 0.5)
    try compare(model, optimizer, steps: 4) {
      SlowAdamW(count: $0, beta1: 0.8, beta2: 0.99, epsilon: 0.01, weightDecay: 0.5)
    } batch: {
      tiny.tokens(seed: UInt64($0))
    }
  }

  @Test func `parameters of more numbers than a thread takes at a time are whole`() throws {
    let tiny = Tiny(vocabulary: 700, context: 4, layers: 1, width: 100, batch: 1)
    let model = try tiny.model(threads: 3)
    try compare(model, AdamW(model), steps: 2) {
      tiny.tokens(seed: UInt64($0))
    }
  }

  @Test func `without gradients matrices shrink and nothing else moves`() throws {
    let model = try Tiny().model()
    let optimizer = try AdamW(model, weightDecay: 0.1)
    let before = model.allValues
    optimizer.step(learningRate: 0.5)
    for (parameter, values) in zip(model.parameters, before) {
      let keep = Float(1 - 0.5 * 0.1)
      #expect(parameter.decays == (parameter.shape.count == 2))
      #expect(model.values(of: parameter) == (parameter.decays ? values.map { $0 * keep } : values))
    }
  }

  /// Bias correction makes the first step as long as the rate, whatever the gradient.
  @Test func `the first step goes as far as the learning rate`() throws {
    let tiny = Tiny()
    let model = try tiny.model()
    let optimizer = try AdamW(model, epsilon: 1e-20, weightDecay: 0)
    let before = model.allValues
    let (inputs, targets) = tiny.tokens()
    let gradients = try model.gradients(inputs, targets)
    optimizer.step(learningRate: 0.25)
    for (index, parameter) in model.parameters.enumerated() where !parameter.name.hasSuffix("c_attn.bias") {
      for (place, value) in model.values(of: parameter).enumerated() where gradients[index][place] != 0 {
        let moved = value - before[index][place]
        #expect(abs(abs(moved) - 0.25) < 1e-6)
        #expect((moved < 0) == (gradients[index][place] > 0))
      }
    }
  }

  @Test func `moments taken out and put back go on alike`() throws {
    let tiny = Tiny()
    func optimizer(_ model: GPT) throws -> AdamW { try AdamW(model) }
    func step(_ model: GPT, _ optimizer: AdamW, _ seed: UInt64) throws {
      let (inputs, targets) = tiny.tokens(seed: seed)
      _ = try model.gradients(inputs, targets)
      optimizer.step(learningRate: 0.01)
    }
    let model = try tiny.model()
    let first = try optimizer(model)
    for seed in 0..<3 as Range<UInt64> { try step(model, first, seed) }
    let copy = try tiny.model()
    let second = try optimizer(copy)
    for (parameter, values) in zip(copy.parameters, model.allValues) {
      copy.set(values, of: parameter)
      let moments = first.moments(of: parameter)
      second.setMoments(first: moments.first, second: moments.second, of: parameter)
    }
    second.stepCount = first.stepCount
    try step(model, first, 9)
    try step(copy, second, 9)
    #expect(copy.allValues == model.allValues)
  }
}
