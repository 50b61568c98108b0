import Basics
import Model
import Testing

@Suite("Batches")
struct BatchTests {
  private let tiny = Tiny()

  @Test func `targets of -100 count for nothing`() throws {
    let model = try tiny.model()
    let (inputs, targets) = tiny.tokens()
    // The last row is padding: whatever stands there changes neither loss nor gradients.
    let some = targets[..<16] + [Int32](repeating: GPT.ignored, count: 8)
    let outcomes = try [UInt32(0), 5].map { filler in
      let padded = inputs[..<16] + [UInt32](repeating: filler, count: 8)
      let loss = try model.evaluate(inputs: Array(padded), targets: Array(some))
      return (loss, try model.gradients(Array(padded), Array(some)))
    }
    #expect(outcomes[0].0 == outcomes[1].0)
    #expect(outcomes[0].1 == outcomes[1].1)
    #expect(outcomes[0].0.count == 16)
    // Nor does it matter whether the row is there at all.
    let short = try model.gradients(Array(inputs[..<16]), Array(targets[..<16]))
    for (left, right) in zip(short, outcomes[0].1) {
      expectClose(left, right.map { Double($0) }, within: 2e-6, "gradients without the row")
    }
  }

  @Test func `a batch without any target has no loss and no gradient`() throws {
    let model = try tiny.model()
    let inputs = tiny.tokens().inputs
    let none = [Int32](repeating: GPT.ignored, count: inputs.count)
    #expect(try model.evaluate(inputs: inputs, targets: none) == LossSum())
    let gradients = try model.gradients(inputs, none)
    #expect(gradients.joined().allSatisfy { $0 == 0 })
    #expect(model.gradientNorm() == 0)
  }

  @Test(arguments: Tiny.shapes.filter { $0.batch > 1 })
  func `small batches add up to the large one`(tiny: Tiny) throws {
    let model = try tiny.model(threads: 2)
    let (inputs, targets) = tiny.tokens()
    let whole = try model.gradients(inputs, targets)
    let loss = try model.evaluate(inputs: inputs, targets: targets)
    var sum = LossSum()
    model.zeroGradients()
    for row in 0..<tiny.batch {
      let range = row * tiny.context..<(row + 1) * tiny.context
      sum += try model.accumulateGradients(
        inputs: Array(inputs[range]), targets: Array(targets[range]), dropoutSeed: 1, lossScale: 0.125)
    }
    for (index, parameter) in model.parameters.enumerated() {
      expectClose(
        model.gradient(of: parameter), whole[index].map { Double($0) }, within: 5e-6, parameter.name)
    }
    #expect(sum.count == loss.count)
    #expect(abs(sum.sum - loss.sum) < 1e-5)
  }

  @Test func `forgotten gradients are zero`() throws {
    let model = try tiny.model()
    let (inputs, targets) = tiny.tokens()
    #expect(model.gradientNorm() == 0)
    _ = try model.gradients(inputs, targets)
    #expect(model.gradientNorm() > 0)
    model.zeroGradients()
    #expect(model.gradientNorm() == 0)
    #expect(model.parameters.flatMap { model.gradient(of: $0) }.allSatisfy { $0 == 0 })
  }

  @Test func `logits come for any rows that fit, and for more rows than fit at once`() throws {
    let model = try tiny.model()
    let slow = SlowGPT(model)
    var random = SplitMix64(seed: 3)
    for (batch, time) in [(1, 1), (1, 8), (3, 8), (4, 5), (24, 1), (50, 3), (7, 8)] {
      let inputs = (0..<batch * time).map { _ in UInt32.random(in: 0..<11, using: &random) }
      let logits = try model.logits(inputs: inputs, batch: batch, time: time)
      expectClose(logits, slow.logits(inputs, time: time).values, within: 5e-6, "\(batch) rows of \(time)")
    }
  }

  @Test func `what does not fit is refused, saying what`() throws {
    let model = try tiny.model()
    func evaluate(_ inputs: [UInt32], _ targets: [Int32]? = nil) throws {
      _ = try model.evaluate(
        inputs: inputs, targets: targets ?? [Int32](repeating: 0, count: inputs.count))
    }
    let row = [UInt32](repeating: 0, count: 8)
    #expect(throws: ModelError.batch("0 inputs are not 1 to 3 rows of 8 tokens")) { try evaluate([]) }
    #expect(throws: ModelError.batch("7 inputs are not 1 to 3 rows of 8 tokens")) {
      try evaluate(Array(row[1...]))
    }
    #expect(throws: ModelError.batch("32 inputs are not 1 to 3 rows of 8 tokens")) {
      try evaluate(row + row + row + row)
    }
    #expect(throws: ModelError.batch("8 inputs have 7 targets")) {
      try evaluate(row, [Int32](repeating: 0, count: 7))
    }
    #expect(throws: ModelError.token(11, position: 7, vocabularySize: 11)) { try evaluate(row[1...] + [11]) }
    for target in [11, -1, Int32.min] {
      #expect(throws: ModelError.token(Int(target), position: 0, vocabularySize: 11)) {
        try evaluate(row, [target] + [Int32](repeating: 0, count: 7))
      }
    }
    #expect(throws: ModelError.batch("rows of 9 tokens, where 8 fit")) {
      try model.logits(inputs: row + [0], batch: 1, time: 9)
    }
    #expect(throws: ModelError.batch("8 tokens are not 2 rows of 8")) {
      try model.logits(inputs: row, batch: 2, time: 8)
    }
    #expect(throws: ModelError.token(4_000_000_000, position: 0, vocabularySize: 11)) {
      try model.logits(inputs: [4_000_000_000], batch: 1, time: 1)
    }
  }
}
