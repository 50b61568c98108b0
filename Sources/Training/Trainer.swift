internal import Basics
internal import Model
public import Store
internal import Tokenizer

/// Trains a model: a run that can be killed at any time and goes on as if it had not been.
///
///     let trainer = try Trainer(beginning: configuration, in: RunFolder("runs/first"), data: data, threads: 2)
///     switch try trainer.run(report: { event in ... }, isCancelled: { Interrupt.isRequested }) { ... }
///
/// All that a step depends on is the weights, the optimizer's moments, the number of the step and the loader's place,
/// and a checkpoint holds all of these. So a run that goes on from one has the same weights and the same lines in
/// `metrics.jsonl` as one that was never stopped, on any number of threads.
public final class Trainer {
  public let folder: RunFolder
  public let description: RunDescription
  /// Steps done.
  public internal(set) var step = 0
  var tokens = 0
  /// The checkpoint with the lowest validation loss.
  public internal(set) var best: CheckpointState.Best?
  var pending: StepRecord?
  /// The step of the newest checkpoint, where that holds all there is to save.
  private(set) var savedStep: Int?
  let model: GPT
  let optimizer: AdamW
  let batches: BatchQueue
  /// The batches of a step, whose memory the next step uses again.
  var stepBatches: [TokenBatch]
  /// For each dataset with a validation split, with the dataset's share.
  let evaluators: [(evaluator: Evaluator, weight: Int)]
  let writer: TextGenerator
  private let metrics: MetricsLog
  private let lock: FolderLock?
  var clock: SessionClock
  /// What the clock said when the newest checkpoint was saved, or when this session began.
  private(set) var savedSeconds: Double
  /// After so many seconds without a checkpoint one is saved, whatever the interval in steps.
  package var longestUnsaved = 600.0

  /// Starts a run in a folder of its own.
  ///
  /// - Throws: ``TrainingError/runExists(path:isRun:)`` where the folder holds something.
  public convenience init(
    beginning configuration: TrainingConfiguration, in folder: RunFolder, data: DatasetMixture, threads: Int
  ) throws(TrainingError) {
    try configuration.recipe.validate()
    try configuration.cadence.validate()
    try folder.create()
    try self.init(
      RunDescription(configuration, data: data), nil, in: folder, lock: folder.lock(), data: data,
      threads: threads)
  }

  /// Starts from `state`, or from the beginning where that is nil.
  init(
    _ description: RunDescription, _ state: CheckpointState?, in folder: RunFolder,
    lock: consuming FolderLock?, data: DatasetMixture, threads: Int
  ) throws(TrainingError) {
    let recipe = description.configuration.recipe
    self.folder = folder
    self.description = description
    self.lock = lock
    clock = SessionClock(before: state?.seconds ?? 0)
    savedSeconds = state?.seconds ?? 0
    do {
      try Self.prepare(folder, data)
      model = try GPT(
        recipe.model, batch: recipe.batchSize, time: recipe.model.contextLength, threads: threads)
      optimizer = try AdamW(
        model, beta1: Float(recipe.beta1), beta2: Float(recipe.beta2), epsilon: Float(recipe.epsilon),
        weightDecay: Float(recipe.weightDecay))
      batches = try Self.batches(data, recipe, state?.loader)
      stepBatches = Array(repeating: TokenBatch(), count: recipe.accumulate)
      let tokenizer = try folder.tokenizer(for: description)
      evaluators = data.parts.filter { $0.dataset.tokenCount(.val) > 0 }.map {
        (
          Evaluator(
            dataset: $0.dataset, split: .val, tokenizer: tokenizer, batches: recipe.evaluationBatches),
          $0.weight
        )
      }
      writer = try TextGenerator(model, tokenizer)
      if let state {
        try folder.checkpoint(state.step).restore(model, optimizer, state)
      } else {
        model.initialize(seed: UInt64(recipe.seed))
      }
      metrics = try MetricsLog(path: folder.metricsFile, keepingThrough: Self.lastLine(state))
    } catch { throw TrainingError(error) }
    if let state { try take(state) }
    // Last of all: what is in a folder without it was never a run.
    try JSONFile.write(description.json, to: folder.configurationFile)
  }

  private static func batches(
    _ data: DatasetMixture, _ recipe: TrainingRecipe, _ state: LoaderState?
  ) throws -> BatchQueue {
    var options = LoaderOptions(
      contextLength: recipe.model.contextLength, batchSize: recipe.batchSize, seed: UInt64(recipe.seed))
    options.shuffle = recipe.shuffle
    var loader = try BatchLoader(data, split: .train, options)
    if let state { try loader.restore(state) }
    return BatchQueue(loader)
  }

  /// The step whose line is the last to keep: a pending one's is written again.
  private static func lastLine(_ state: CheckpointState?) -> Int? {
    state.map { $0.pending == nil ? $0.step : $0.step - 1 }
  }

  /// Writes what every run's folder holds and clears away what a killed process left.
  private static func prepare(_ folder: RunFolder, _ data: DatasetMixture) throws {
    try folder.write(data.tokenizer)
    try Folder.create(folder.checkpointsFolder)
    try folder.removeUnfinished()
  }

  private func take(_ state: CheckpointState) throws(TrainingError) {
    step = state.step
    tokens = state.tokens
    // It may have been removed by hand.
    let known = try folder.checkpointSteps()
    best = state.best.flatMap { known.contains($0.step) ? $0 : nil }
    pending = state.pending
    savedStep = pending == nil ? step : nil
  }

  /// Saves a checkpoint, then removes those that are not to be kept any more.
  ///
  /// - Throws: ``TrainingError/notFinite(quantity:value:step:lastCheckpoint:)``: broken weights never take a good
  ///   checkpoint's place.
  func save() throws(TrainingError) -> String {
    try checkFinite("weights' length", Double(model.parameterNorm()), step: step)
    try metrics.synchronize()
    let checkpoint = folder.checkpoint(step)
    let state = CheckpointState(
      step: step, tokens: tokens, seconds: clock.seconds, loader: batches.state, best: best, pending: pending,
      description: description)
    if Folder.kind(checkpoint.path) == nil {
      try checkpoint.save(model, optimizer, state)
    } else {
      // The one that the run goes on from: only what was pending after its step is new.
      try checkpoint.update(state)
    }
    savedStep = pending == nil ? step : nil
    savedSeconds = clock.seconds
    try folder.removeOldCheckpoints(keep: description.configuration.cadence.keep, best: best?.step)
    return checkpoint.path
  }

  func log(_ record: StepRecord) throws(TrainingError) { try metrics.append(record) }
}

/// The time that a run has taken, over all its sessions.
struct SessionClock {
  private let before: Double
  private let start = ContinuousClock.now

  init(before: Double) { self.before = before }

  var seconds: Double { before + (ContinuousClock.now - start) / .seconds(1) }
}
