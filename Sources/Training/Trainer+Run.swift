internal import Basics
internal import Model
internal import Store

extension Trainer {
  private var recipe: TrainingRecipe { description.configuration.recipe }
  private var cadence: TrainingCadence { description.configuration.cadence }

  /// Trains until all steps are done or `isCancelled` says true, which is asked after each step and within validation.
  ///
  /// - Throws: ``TrainingError/notFinite(quantity:value:step:lastCheckpoint:)`` where training goes wrong; the
  ///   checkpoints are as they were.
  public func run(
    report: (TrainingEvent) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingOutcome {
    if step >= recipe.steps, pending == nil { return .finished(hasTrained: false) }
    if let record = pending ?? (step == 0 && savedStep == nil ? firstRecord() : nil),
      try !complete(record, report, isCancelled)
    {
      return try interrupt(report)
    }
    while step < recipe.steps {
      if isCancelled() { return try interrupt(report) }
      if try !complete(try train(), report, isCancelled) { return try interrupt(report) }
    }
    return .finished(hasTrained: true)
  }

  private func firstRecord() -> StepRecord {
    StepRecord(step: 0, tokens: 0, epoch: 0, seconds: clock.seconds)
  }

  /// Does what is due after the step of `record`, writes its line, and saves where that is due.
  ///
  /// - Returns: false where it was interrupted; the record is pending then.
  private func complete(
    _ record: StepRecord, _ report: (TrainingEvent) -> Void, _ isCancelled: () -> Bool
  ) throws(TrainingError) -> Bool {
    var record = record
    pending = record
    guard try validate(&record, report, isCancelled), try sample(&record, isCancelled) else { return false }
    pending = nil
    record.seconds = clock.seconds
    try log(record)
    report(.step(record))
    if isSavedAfter(record.step) {
      if let loss = record.validationLoss, loss < best?.validationLoss ?? .infinity {
        best = CheckpointState.Best(step: record.step, validationLoss: loss)
      }
      report(.saved(step: step, path: try save()))
    } else if isSavedLongAgo(record.step) {
      report(.saved(step: step, path: try save()))
    }
    return true
  }

  /// Whether more time would be lost than anybody wants to do again. Such a checkpoint depends on the machine's speed and is
  /// never taken for the best one.
  private func isSavedLongAgo(_ step: Int) -> Bool {
    step > 0 && cadence.checkpointInterval > 0 && clock.seconds - savedSeconds >= longestUnsaved
  }

  private func isSavedAfter(_ step: Int) -> Bool {
    step > 0 && (step == recipe.steps || TrainingCadence.isDue(step, every: cadence.checkpointInterval))
  }

  private func interrupt(_ report: (TrainingEvent) -> Void) throws(TrainingError) -> TrainingOutcome {
    if savedStep != step { report(.saved(step: step, path: try save())) }
    return .interrupted(step: step, checkpoint: folder.checkpoint(step).path)
  }

  // MARK: A step

  /// Learns from one step's batches.
  private func train() throws(TrainingError) -> StepRecord {
    let start = ContinuousClock.now
    let before = tokens
    let loss = try accumulate()
    let norm = Double(model.gradientNorm())
    try checkFinite("loss", loss, step: step + 1)
    try checkFinite("gradient's length", norm, step: step + 1)
    step += 1
    let rate = recipe.schedule.rate(at: step)
    let scale = recipe.clip > 0 && norm > recipe.clip ? recipe.clip / norm : 1
    optimizer.step(learningRate: Float(rate), gradientScale: Float(scale))
    var record = StepRecord(step: step, tokens: tokens, epoch: epoch, seconds: 0)
    record.loss = loss
    record.gradientNorm = norm
    record.learningRate = rate
    record.tokensPerSecond = Double(tokens - before) / ((ContinuousClock.now - start) / .seconds(1))
    return record
  }

  /// Adds up the gradients of the step's batches, each token of all of them weighing the same.
  ///
  /// - Returns: the mean loss.
  private func accumulate() throws(TrainingError) -> Double {
    try TrainingError.wrapping {
      for index in stepBatches.indices { try batches.next(&stepBatches[index]) }
      let count = stepBatches.reduce(0) { $0 + $1.targets.count { $0 >= 0 } }
      var sum = 0.0
      model.zeroGradients()
      for (index, batch) in stepBatches.enumerated() {
        sum += try model.accumulateGradients(
          inputs: batch.inputs, targets: batch.targets, dropoutSeed: dropoutSeed(index),
          lossScale: 1 / Float(count)
        ).sum
      }
      tokens += count
      return sum / Double(count)
    }
  }

  /// Another seed for every batch that the run ever learns from.
  private func dropoutSeed(_ batch: Int) -> UInt64 {
    let place = UInt64(step) &* UInt64(recipe.accumulate) &+ UInt64(batch)
    return SplitMix64.mix(SplitMix64.mix(UInt64(recipe.seed)) &+ place)
  }

  /// Passes over the text so far.
  private var epoch: Double {
    batches.passes
  }

  func checkFinite(_ quantity: String, _ value: Double, step: Int) throws(TrainingError) {
    if value.isFinite { return }
    throw .notFinite(
      quantity: quantity, value: "\(value)", step: step,
      lastCheckpoint: try folder.checkpointSteps().last.map { folder.checkpoint($0).path })
  }

  // MARK: Looking at the model

  /// - Returns: false where it was interrupted.
  private func validate(
    _ record: inout StepRecord, _ report: (TrainingEvent) -> Void, _ isCancelled: () -> Bool
  ) throws(TrainingError) -> Bool {
    guard !evaluators.isEmpty else { return true }
    let isDue = TrainingCadence.isDue(record.step, every: cadence.evaluationInterval)
    guard isDue || record.step == recipe.steps else { return true }
    var done = 0
    var results: [(evaluation: Evaluation, weight: Int)] = []
    for (evaluator, weight) in evaluators {
      let result = try evaluator.evaluate(
        model,
        progress: {
          done += $0
          report(.validating(tokens: done))
        }, isCancelled: isCancelled)
      guard let result else { return false }
      results.append((result, weight))
    }
    let result = MixedEvaluation(results)
    try checkFinite("validation loss", result.loss, step: record.step)
    record.validationLoss = result.loss
    record.validationBitsPerByte = result.bitsPerByte
    return true
  }

  /// - Returns: false where it was interrupted.
  private func sample(_ record: inout StepRecord, _ isCancelled: () -> Bool) throws(TrainingError) -> Bool {
    let isDue = TrainingCadence.isDue(record.step, every: cadence.sampleInterval)
    guard record.step > 0, isDue || record.step == recipe.steps, cadence.sampleInterval > 0 else {
      return true
    }
    let options = GenerationOptions(seed: recipe.seed, maximumTokens: cadence.sampleTokens)
    var text: [UInt8] = Array(cadence.samplePrompt.utf8)
    let result = try TrainingError.wrapping {
      try writer.generate(after: text, options, emit: { text += $0 }, isCancelled: isCancelled)
    }
    guard result.ending != .cancelled else { return false }
    record.sample = String(decoding: text, as: UTF8.self)
    return true
  }
}
