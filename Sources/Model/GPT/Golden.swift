internal import Basics

/// Compares the model with what PyTorch computed for one small GPT-2 (how such a folder is made: docs/goldens.md).
///
///     let golden = try Golden("tied")
///     for row in try golden.check(threads: 2) { print(row) }
///
/// A folder holds `model/` as Hugging Face saves it, `expected.safetensors` and `expected.json`.
package struct Golden {
  /// One number that must not exceed its bound.
  package struct Row: CustomStringConvertible {
    package let what: String
    package let difference: Double
    package let bound: Double
    /// Not-a-number meets no bound.
    package var isMet: Bool { difference <= bound }
    package var description: String { "\(isMet ? "ok  " : "FAIL") \(what): \(difference), bound \(bound)" }
  }

  private let folder: String
  private let expected: SafetensorsFile
  private let losses: [Double]
  private let inputs: [UInt32]
  private let targets: [Int32]
  private let batch: Int
  private let time: Int

  package init(_ folder: String) throws {
    self.folder = folder
    expected = try SafetensorsFile(path: Path.join(folder, "expected.safetensors"))
    let text = try File.contents(Path.join(folder, "expected.json"))
    let json = try JSON.parse(String(decoding: text, as: UTF8.self))
    losses = json["losses"]?.elements?.compactMap(\.number) ?? []
    inputs = try expected.ints(of: "input_ids").map { UInt32(truncatingIfNeeded: $0) }
    targets = try expected.ints(of: "target_ids").map { Int32(truncatingIfNeeded: $0) }
    guard let shape = expected.shape(of: "input_ids"), shape.count == 2 else {
      throw ModelError.batch("input_ids of '\(expected.path)' are no (batch, time) matrix")
    }
    (batch, time) = (shape[0], shape[1])
  }

  /// All comparisons, in order.
  package func check(threads: Int) throws -> [Row] {
    let model = try ModelFolder.load(Path.join(folder, "model"), batch: batch, time: time, threads: threads)
    var rows = try [checkLogits(model), checkLoss(model), checkGreedy(model)]
    rows += try checkGradients(model)
    rows += try checkTraining(model)
    return rows
  }

  private func checkLogits(_ model: GPT) throws -> Row {
    let logits = try model.logits(inputs: inputs, batch: batch, time: time)
    let largest = zip(logits, try expected.floats(of: "logits")).reduce(Float(0)) {
      max($0, abs($1.0 - $1.1))
    }
    return Row(what: "logits, largest difference", difference: Double(largest), bound: 2e-5)
  }

  private func checkLoss(_ model: GPT) throws -> Row {
    let loss = try model.evaluate(inputs: inputs, targets: targets).mean
    let difference = abs(loss - Double(try expected.floats(of: "loss")[0]))
    return Row(what: "loss, difference", difference: difference, bound: 1e-5)
  }

  /// Counts the tokens that differ.
  private func checkGreedy(_ model: GPT) throws -> Row {
    let greedy = try expected.ints(of: "greedy").map { UInt32(truncatingIfNeeded: $0) }
    let generator = try Generator(model)
    var logits = try generator.append(Array(inputs[0..<8]))
    while generator.position < greedy.count {
      logits = try generator.append([UInt32(logits.indices.max { logits[$0] < logits[$1] }!)])
    }
    let different = zip(generator.tokens, greedy).count { $0 != $1 }
    return Row(what: "greedy continuation, different tokens", difference: Double(different), bound: 0)
  }

  private func checkGradients(_ model: GPT) throws -> [Row] {
    model.zeroGradients()
    let scale = 1 / Float(targets.count { $0 != GPT.ignored })
    _ = try model.accumulateGradients(inputs: inputs, targets: targets, dropoutSeed: 0, lossScale: scale)
    return try model.parameters.map { parameter in
      let difference = relative(
        model.gradient(of: parameter), try expected.floats(of: "grad.\(parameter.name)"))
      return Row(what: "gradient of \(parameter.name), relative", difference: difference, bound: 1e-4)
    }
  }

  // MARK: Training

  /// As many AdamW steps as losses are recorded.
  private func checkTraining(_ model: GPT) throws -> [Row] {
    let optimizer = try AdamW(model, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1)
    let scale = 1 / Float(targets.count { $0 != GPT.ignored })
    var rows: [Row] = []
    for (step, expected) in losses.enumerated() {
      model.zeroGradients()
      let loss = try model.accumulateGradients(
        inputs: inputs, targets: targets, dropoutSeed: UInt64(step), lossScale: scale)
      optimizer.step(learningRate: 1e-3, gradientScale: min(1, 1 / (model.gradientNorm() + 1e-6)))
      rows.append(
        Row(what: "loss of step \(step + 1), difference", difference: abs(loss.mean - expected), bound: 2e-5))
    }
    return try rows + model.parameters.map { try compareAfter($0, model) }
  }

  /// Of `c_attn.bias` the keys' third stays out: its gradient is zero but for rounding, which Adam blows up.
  private func compareAfter(_ parameter: Parameter, _ model: GPT) throws -> Row {
    var (ours, theirs) = (model.values(of: parameter), try expected.floats(of: "after.\(parameter.name)"))
    if parameter.name.hasSuffix(".c_attn.bias"), ours.count == theirs.count {
      let keys = ours.count / 3..<ours.count / 3 * 2
      ours.removeSubrange(keys)
      theirs.removeSubrange(keys)
    }
    return Row(
      what: "\(parameter.name) after training, relative", difference: relative(ours, theirs), bound: 1e-4)
  }

  /// The norm of the difference over the norm of what is expected.
  private func relative(_ ours: [Float], _ theirs: [Float]) -> Double {
    guard ours.count == theirs.count else { return .infinity }
    let difference = zip(ours, theirs).reduce(0.0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }
    let norm = theirs.reduce(0.0) { $0 + Double($1) * Double($1) }
    return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
  }
}
