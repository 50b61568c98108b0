internal import Basics

/// A GPT-2 that can be evaluated and trained.
///
///     let model = try GPT(configuration, batch: 8, time: 256, threads: 2)
///     model.initialize(seed: 1)
///     let optimizer = try AdamW(model)
///     model.zeroGradients()
///     let loss = try model.accumulateGradients(inputs: inputs, targets: targets, dropoutSeed: 1, lossScale: 1 / 2048)
///     optimizer.step(learningRate: 1e-3)
///
/// Memory is reserved when the model is made and at the first call that evaluates or trains; the calls after need no
/// more. The same calls give the same bits for any number of threads. A model belongs to one thread at a time.
public final class GPT {
  /// The numbers that the model was made with.
  public let configuration: GPTConfiguration
  /// Rows that one call may hold.
  public let batch: Int
  /// Tokens of a row.
  public let time: Int
  /// Threads that compute.
  public var threads: Int { pool.threads }
  /// In a fixed order: embeddings, blocks, last norm, untied head.
  public var parameters: [Parameter] { store.parameters }

  let network: GPTNetwork
  let store: ParameterStore
  let pool: ThreadPool
  private var training: (step: Step, head: CrossEntropy)?
  private var inference: (step: Step, head: CrossEntropy)?

  /// Plans a model for batches of up to `batch` rows of `time` tokens. Its parameters are zero.
  public init(_ configuration: GPTConfiguration, batch: Int, time: Int, threads: Int) throws(ModelError) {
    try configuration.validate()
    try Self.check(configuration, batch: batch, time: time)
    guard threads >= 1 else { throw .configuration("\(threads) threads cannot compute; ask for 1 or more") }
    self.configuration = configuration
    self.batch = batch
    self.time = time
    network = GPTNetwork(configuration: configuration, parameters: GPTParameters(configuration))
    store = try ParameterStore(network.parameters.all)
    pool = ThreadPool(threads: threads) { MatrixProduct.useOneThread() }
  }

  private static func check(_ configuration: GPTConfiguration, batch: Int, time: Int) throws(ModelError) {
    guard time >= 1, time <= configuration.contextLength else {
      throw .batch("rows of \(time) tokens, where the context allows 1 to \(configuration.contextLength)")
    }
    // More tokens, times the numbers of each, could be more than an Int counts.
    let limit = (1 << 28) / time
    guard batch >= 1, batch <= limit else { throw .batch("\(batch) rows; 1 to \(limit) can be planned") }
  }

  // MARK: Parameters

  /// A copy of a parameter's values.
  public func values(of parameter: Parameter) -> [Float] { store.value(parameter).array }

  /// Replaces a parameter's values.
  public func set(_ values: [Float], of parameter: Parameter) {
    store.value(parameter).copy(from: values.span)
  }

  // MARK: Loss and gradients

  /// The loss of a batch, without dropout.
  ///
  /// - Parameters:
  ///   - inputs: one or more rows of `time` tokens, at most `batch`
  ///   - targets: what follows each of them; -100 where nothing is to be foretold
  public func evaluate(inputs: [UInt32], targets: [Int32]) throws(ModelError) -> LossSum {
    try check(inputs, targets)
    let step = try anyStep().step
    step.forward(inputs: inputs, targets: targets, time: time)
    return step.loss
  }

  /// Adds the gradients of a batch's loss, times `lossScale`, to those already there; dropout is on.
  ///
  /// The loss that is differentiated is the sum over the targets, so that `lossScale` is 1 / (targets of the step).
  ///
  /// - Parameter dropoutSeed: what is dropped is a function of this number alone: give every batch its own.
  public func accumulateGradients(
    inputs: [UInt32], targets: [Int32], dropoutSeed: UInt64, lossScale: Float
  ) throws(ModelError) -> LossSum {
    try check(inputs, targets)
    let step = try trainingStep()
    step.train(
      inputs: inputs, targets: targets, time: time, dropoutSeed: dropoutSeed, lossScale: lossScale)
    return step.loss
  }

  /// What the model foretells after each token: (batch, time, vocabulary).
  ///
  /// Any number of rows of any length that the model is planned for: `time` of one row at most `batch * time` of the
  /// plan, and at most the context's.
  public func logits(inputs: [UInt32], batch: Int, time: Int) throws(ModelError) -> [Float] {
    guard time >= 1, time <= min(configuration.contextLength, self.batch * self.time) else {
      throw .batch(
        "rows of \(time) tokens, where \(min(configuration.contextLength, self.batch * self.time)) fit")
    }
    guard batch >= 1, inputs.count == batch * time else {
      throw .batch("\(inputs.count) tokens are not \(batch) rows of \(time)")
    }
    try check(tokens: inputs)
    let (step, head) = try anyStep()
    let rows = self.batch * self.time / time
    var logits = [Float](repeating: 0, count: inputs.count * configuration.vocabularySize)
    Floats.lend(&logits) { logits in
      for start in stride(from: 0, to: batch, by: rows) {
        let range = start * time..<min(start + rows, batch) * time
        step.hidden(inputs: Array(inputs[range]), time: time)
        let places =
          range.lowerBound * configuration.vocabularySize..<range.upperBound * configuration.vocabularySize
        head.logits(0..<range.count, step, into: logits[places])
      }
    }
    return logits
  }

  /// Where the time of the last call that trained went; nothing before the first.
  package var profile: [StepProfile] { training?.step.profile ?? [] }

  // MARK: Plans

  private var capacity: Capacity {
    Capacity(
      tokens: batch * time, time: min(configuration.contextLength, batch * time), threads: pool.threads)
  }

  /// Whichever step is there: training's can evaluate too.
  private func anyStep() throws(ModelError) -> (step: Step, head: CrossEntropy) {
    if let training { return training }
    if let inference { return inference }
    let made = try makeStep(isTraining: false)
    inference = made
    return made
  }

  private func trainingStep() throws(ModelError) -> Step {
    if let training { return training.step }
    inference = nil
    try store.reserveGradients()
    let made = try makeStep(isTraining: true)
    training = made
    return made.step
  }

  private func makeStep(isTraining: Bool) throws(ModelError) -> (step: Step, head: CrossEntropy) {
    let tape = Tape()
    let head = network.write(on: tape)
    let step = try Step(tape, capacity, parameters: store, pool: pool, isTraining: isTraining)
    return (step, head)
  }
}
