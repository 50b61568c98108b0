import Basics
import Model
import Testing

/// A tape with one operation between given inputs and a given gradient of its result, run as training runs a network.
struct Rig {
  var batch = 1
  var time = 1
  var tokens: [UInt32]?
  var targets: [Int32] = []
  var lossScale: Float = 1
  var dropoutSeed: UInt64 = 5
  var inputs: [Grid] = []
  var parameters: [Grid] = []
  /// Whether others read the inputs after the operation, so that it has to add its gradients to theirs.
  var isShared = false
  /// Writes the operation and returns its result, or nil where it ends in a loss.
  let write: (Tape, [Tensor], [Parameter]) -> Tensor?

  /// All that comes out.
  struct Outcome: Equatable {
    var result: [Float] = []
    /// The result outside training.
    var evaluated: [Float] = []
    var loss = LossSum()
    var inputGradients: [[Float]] = []
    var parameterGradients: [[Float]] = []

    /// Minus zero is not zero, and not-a-number is itself.
    var bits: [[UInt32]] {
      ([result, evaluated] + inputGradients + parameterGradients).map { $0.map(\.bitPattern) }
    }
  }

  /// The gradient of the result that comes from behind, and that of the inputs which come from other readers.
  func upstream(width: Int) -> Grid { Grid(rows: batch * time, columns: width, seed: 21) }
  func others(_ index: Int) -> Grid {
    Grid(rows: batch * time, columns: inputs[index].columns, seed: 31 + UInt64(index))
  }

  func run(threads: Int = 1, steps: Int = 1) throws -> Outcome {
    let tape = Tape()
    let layout = layout()
    let store = try ParameterStore(layout)
    try store.reserveGradients()
    let given = inputs.map { Given(tape.tensor(width: $0.columns), on: tape) }
    let result = write(tape, given.map(\.output), layout)
    let taken = result.map { Taken($0, upstream(width: $0.width).floats, on: tape) }
    if isShared {
      for (index, given) in given.enumerated() { _ = Taken(given.output, others(index).floats, on: tape) }
    }
    // Room for more than is used: the last batch of a pass is smaller than the others.
    let capacity = Capacity(tokens: (batch + 1) * (time + 3), time: time + 3, threads: threads)
    let pool = ThreadPool(threads: threads) { MatrixProduct.useOneThread() }
    let step = try Step(tape, capacity, parameters: store, pool: pool, isTraining: true)

    // Not-a-number wherever the first step leaves something behind: the following must not read it.
    set(given, layout, store) { _ in .nan }
    train(step)
    store.zeroGradients()
    set(given, layout, store, Float.init)
    for _ in 0..<steps { train(step) }

    var outcome = Outcome()
    outcome.result = taken?.values ?? []
    outcome.inputGradients = given.map(\.gradient)
    let gradients = store.settledGradients()
    outcome.parameterGradients = layout.map { gradients[$0.offset..<$0.offset + $0.count].array }
    step.forward(inputs: tokens ?? zeros, targets: targets, time: time)
    outcome.evaluated = taken?.values ?? []
    outcome.loss = step.loss
    return outcome
  }

  private var zeros: [UInt32] { [UInt32](repeating: 0, count: batch * time) }

  private func train(_ step: Step) {
    step.train(
      inputs: tokens ?? zeros, targets: targets, time: time, dropoutSeed: dropoutSeed, lossScale: lossScale)
  }

  private func set(
    _ given: [Given], _ layout: [Parameter], _ store: ParameterStore, _ value: (Double) -> Float
  ) {
    for (given, grid) in zip(given, inputs) { given.values = grid.values.map(value) }
    for (parameter, grid) in zip(layout, parameters) {
      store.value(parameter).set(grid.values.map(value))
    }
  }

  private func layout() -> [Parameter] {
    var layout: [Parameter] = []
    for grid in parameters {
      layout.append(
        Parameter(
          name: "\(layout.count)", shape: grid.shape, index: layout.count,
          offset: layout.last.map(ParameterStore.end) ?? 0))
    }
    return layout
  }
}

/// Writes given values, and notes the gradient that arrives.
final class Given: Operation {
  let output: Tensor
  var values: [Float] = []
  var gradient: [Float] = []
  var inputs: [Tensor] { [] }
  var outputs: [Tensor] { [output] }
  var kept: [Tensor] { [] }

  init(_ output: Tensor, on tape: Tape) {
    self.output = output
    tape.append(self)
  }

  func forward(_ step: Step) { step.values(output).set(values) }
  func backward(_ step: Step) { gradient = step.gradient(output).array }
}

/// Notes the values that arrive, and passes a given gradient back.
final class Taken: Operation {
  let input: Tensor
  let gradient: [Float]
  var values: [Float] = []
  var inputs: [Tensor] { [input] }
  var outputs: [Tensor] { [] }
  var kept: [Tensor] { [] }

  init(_ input: Tensor, _ gradient: [Float], on tape: Tape) {
    self.input = input
    self.gradient = gradient
    tape.append(self)
  }

  func forward(_ step: Step) { values = step.values(input).array }

  func backward(_ step: Step) {
    let memory = step.gradient(input)
    let sum = step.mode(ofInput: 0) == .add ? zip(memory.array, gradient).map(+) : gradient
    memory.set(sum)
  }
}

extension Floats {
  func set(_ values: [Float]) { copy(from: values.span) }
}
