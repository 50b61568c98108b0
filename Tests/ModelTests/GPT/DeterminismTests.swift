import Basics
import Model
import Testing

@Suite("Determinism")
struct DeterminismTests {
  /// Losses, logits, gradients and parameters of some training steps with dropout.
  private func history(_ tiny: Tiny, threads: Int) throws -> [[Float]] {
    let model = try tiny.model(threads: threads)
    let optimizer = try AdamW(model)
    let (inputs, targets) = tiny.tokens()
    var numbers: [[Float]] = []
    for step in 0..<3 {
      numbers += try model.gradients(inputs, targets, dropoutSeed: UInt64(step))
      optimizer.step(learningRate: 0.01, gradientScale: min(1, 1 / model.gradientNorm()))
      numbers.append([Float(try model.evaluate(inputs: inputs, targets: targets).sum)])
      numbers.append(try model.logits(inputs: inputs, batch: tiny.batch, time: tiny.context))
      numbers += model.allValues
    }
    return numbers
  }

  /// The last is large enough for several tiles of a product, groups of tokens and chunks of a parameter.
  @Test(
    arguments: Tiny.shapes + [Tiny(vocabulary: 700, context: 40, heads: 4, width: 132, batch: 4)])
  func `the number of threads changes no bit`(tiny: Tiny) throws {
    var tiny = tiny
    tiny.dropout = 0.2
    let one = try history(tiny, threads: 1).map { $0.map(\.bitPattern) }
    for threads in 2...4 {
      let others = try history(tiny, threads: threads).map { $0.map(\.bitPattern) }
      #expect(others == one, "\(threads) threads")
    }
  }

  @Test func `dropout follows from its seed alone`() throws {
    let tiny = Tiny(dropout: 0.3)
    let model = try tiny.model()
    let (inputs, targets) = tiny.tokens()
    let first = try model.gradients(inputs, targets, dropoutSeed: 7)
    let second = try model.gradients(inputs, targets, dropoutSeed: 8)
    #expect(try model.gradients(inputs, targets, dropoutSeed: 7) == first)
    #expect(second != first)
    // The model that drops nothing is another one yet.
    #expect(try Tiny().model().gradients(inputs, targets) != first)
  }

  @Test func `evaluation and logits drop nothing`() throws {
    let (inputs, targets) = Tiny().tokens()
    let (model, same) = (try Tiny(dropout: 0.3).model(), try Tiny().model())
    _ = try model.gradients(inputs, targets)
    #expect(
      try model.evaluate(inputs: inputs, targets: targets) == same.evaluate(inputs: inputs, targets: targets))
    #expect(
      try model.logits(inputs: inputs, batch: 3, time: 8) == same.logits(inputs: inputs, batch: 3, time: 8))
  }

  @Test func `each of the three dropouts counts`() throws {
    let (inputs, targets) = Tiny().tokens()
    let paths: [WritableKeyPath<GPTConfiguration, Double>] = [
      \.embeddingDropout, \.attentionDropout, \.residualDropout,
    ]
    let values = try Tiny().model().allValues
    let gradients = try paths.map { path in
      var configuration = Tiny().configuration
      configuration[keyPath: path] = 0.3
      let model = try GPT(configuration, batch: 3, time: 8, threads: 1)
      for (parameter, values) in zip(model.parameters, values) { model.set(values, of: parameter) }
      return try model.gradients(inputs, targets)
    }
    #expect(try Set(gradients + [Tiny().model().gradients(inputs, targets)]).count == 4)
  }

  /// Parameters that are no numbers fill all memory with such; the next step must not read it.
  @Test func `a step that went wrong leaves nothing behind`() throws {
    let tiny = Tiny(dropout: 0.1)
    let model = try tiny.model(threads: 2)
    let (inputs, targets) = tiny.tokens()
    let values = model.allValues
    let first = try model.gradients(inputs, targets)
    let loss = try model.evaluate(inputs: inputs, targets: targets)
    for parameter in model.parameters {
      model.set([Float](repeating: .nan, count: parameter.count), of: parameter)
    }
    #expect(try model.gradients(inputs, targets).joined().contains { $0.isNaN })
    for (parameter, values) in zip(model.parameters, values) { model.set(values, of: parameter) }
    #expect(try model.evaluate(inputs: inputs, targets: targets) == loss)
    #expect(try model.gradients(inputs, targets) == first)
  }

  /// In a process of its own, as other tests use memory too.
  @Test func `steps after the first take no more memory`() async {
    await #expect(processExitsWith: .success) {
      let tiny = Tiny(context: 32, layers: 1, heads: 1, width: 4, batch: 4, dropout: 0.1)
      let model = try tiny.model()
      let optimizer = try AdamW(model)
      let generator = try Generator(model)
      let (inputs, targets) = tiny.tokens()
      func step() throws {
        _ = try model.gradients(inputs, targets)
        optimizer.step(learningRate: 1e-3, gradientScale: 1 / model.gradientNorm())
        _ = try model.evaluate(inputs: inputs, targets: targets)
        _ = try model.logits(inputs: inputs, batch: 4, time: 32)
        generator.reset()
        _ = try generator.append(Array(inputs[..<20]))
      }
      for _ in 0..<50 { try step() }
      let before = try writablePages()
      // So many that a kilobyte a step would be megabytes.
      for _ in 0..<2_000 { try step() }
      let after = try writablePages()
      #expect(after == before)
    }
  }
}

/// Pages that this process may write, on the heap and beside it.
private func writablePages() throws -> Int {
  let fields = try File.contents("/proc/self/statm").split(separator: 0x20)
  return try #require(Int(String(decoding: fields[5], as: UTF8.self)))
}
