public import Model
public import Store

/// All that decides a run, written to its `config.json`.
public struct TrainingConfiguration: Sendable, Equatable {
  /// What decides the trained numbers and the curve.
  public var recipe: TrainingRecipe
  /// How often the run is looked at and saved, which may change when it goes on.
  public var cadence: TrainingCadence
  /// The folder of the dataset.
  public var shards: String

  public init(recipe: TrainingRecipe, cadence: TrainingCadence, shards: String) {
    self.recipe = recipe
    self.cadence = cadence
    self.shards = shards
  }
}

/// The settings that decide the trained numbers: two runs of one recipe over one dataset are the same, to the bit.
public struct TrainingRecipe: Sendable, Equatable {
  public var model: GPTConfiguration
  /// Updates to make.
  public var steps: Int
  /// Rows that are computed at once.
  public var batchSize: Int
  /// Batches whose gradients are added before an update.
  public var accumulate: Int
  /// The highest learning rate, reached at the end of the warm-up.
  public var learningRate: Double
  /// The learning rate of the last step.
  public var minimumLearningRate: Double
  /// Steps in which the learning rate rises from 0.
  public var warmupSteps: Int
  public var beta1 = 0.9
  public var beta2 = 0.99
  public var epsilon = 1e-8
  /// Decoupled decay of the matrices.
  public var weightDecay = 0.1
  /// The longest gradient that is not shortened; 0 for any length.
  public var clip = 1.0
  /// Decides the first weights, the order of the windows and the dropout.
  public var seed = 1
  /// The order of the windows.
  public var shuffle = Shuffle.full
  /// Validation batches of `batchSize` rows; 0 for the whole split.
  public var evaluationBatches: Int

  public init(
    model: GPTConfiguration, steps: Int, batchSize: Int, accumulate: Int = 1, learningRate: Double,
    minimumLearningRate: Double? = nil, warmupSteps: Int = 0, evaluationBatches: Int = 0
  ) {
    self.model = model
    self.steps = steps
    self.batchSize = batchSize
    self.accumulate = accumulate
    self.learningRate = learningRate
    self.minimumLearningRate = minimumLearningRate ?? learningRate / 10
    self.warmupSteps = warmupSteps
    self.evaluationBatches = evaluationBatches
  }

  /// Tokens in a step: padding in the last window of an epoch makes a step hold fewer.
  public var tokensPerStep: Int { batchSize * accumulate * model.contextLength }

  /// Steps that a pass over so many tokens takes; the last window of a pass may be short.
  package func stepsPerEpoch(tokens: Int) -> Double {
    let windows = (tokens + model.contextLength - 1) / model.contextLength
    return Double(max(1, windows)) / Double(batchSize * accumulate)
  }

  public var schedule: LearningRateSchedule {
    LearningRateSchedule(
      peak: learningRate, minimum: minimumLearningRate, warmupSteps: warmupSteps, steps: steps)
  }
}

/// How often a run is looked at and saved. None of it changes what the run learns.
public struct TrainingCadence: Sendable, Equatable {
  /// Steps between validations; 0 for one at the end only.
  public var evaluationInterval: Int
  /// Steps between checkpoints, counted from the start; 0 for one at the end only.
  public var checkpointInterval: Int
  /// The newest checkpoints that are kept, beside the best one.
  public var keep = 2
  /// Steps between samples; 0 for none.
  public var sampleInterval: Int
  public var samplePrompt = ""
  public var sampleTokens = 60

  public init(evaluationInterval: Int, checkpointInterval: Int, sampleInterval: Int) {
    self.evaluationInterval = evaluationInterval
    self.checkpointInterval = checkpointInterval
    self.sampleInterval = sampleInterval
  }
}

extension TrainingRecipe {
  /// - Throws: ``TrainingError/setting(_:)`` naming the first setting that makes no sense.
  package func validate() throws(TrainingError) {
    let counts = [
      ("--steps", steps, 1), ("--batch-size", batchSize, 1), ("--accumulate", accumulate, 1),
      ("--warmup", warmupSteps, 0), ("--eval-batches", evaluationBatches, 0), ("--seed", seed, 0),
    ]
    for (name, value, least) in counts where value < least {
      throw .setting("\(name) is \(least) or more, not \(value)")
    }
    let amounts = [
      ("--learning-rate", learningRate), ("--min-learning-rate", minimumLearningRate),
      ("--weight-decay", weightDecay), ("--clip", clip), ("--epsilon", epsilon),
    ]
    for (name, value) in amounts where !(value >= 0 && value.isFinite) {
      throw .setting("\(name) is 0 or more, not \(value)")
    }
    for (name, value) in [("--beta1", beta1), ("--beta2", beta2)] where !(value >= 0 && value < 1) {
      throw .setting("\(name) is from 0 up to, but not including, 1, not \(value)")
    }
    // What is computed with has 32 bits.
    guard Float(beta1) < 1, Float(beta2) < 1 else {
      throw .setting("--beta1 \(beta1) and --beta2 \(beta2) are below 1 by less than 32 bits can tell")
    }
    guard Float(epsilon) > 0 else { throw .setting("--epsilon is more than 0, not \(epsilon)") }
    guard Float(learningRate).isFinite else { throw .setting("--learning-rate \(learningRate) is too large") }
    guard minimumLearningRate <= learningRate else {
      throw .setting("--min-learning-rate \(minimumLearningRate) is above --learning-rate \(learningRate)")
    }
  }
}

extension TrainingCadence {
  /// - Throws: ``TrainingError/setting(_:)`` naming the first setting that makes no sense.
  package func validate() throws(TrainingError) {
    let counts = [
      ("--eval-interval", evaluationInterval, 0), ("--checkpoint-interval", checkpointInterval, 0),
      ("--sample-interval", sampleInterval, 0), ("--keep", keep, 1), ("--sample-tokens", sampleTokens, 0),
    ]
    for (name, value, least) in counts where value < least {
      throw .setting("\(name) is \(least) or more, not \(value)")
    }
  }

  /// Whether the step is one of every `interval`.
  static func isDue(_ step: Int, every interval: Int) -> Bool { interval > 0 && step % interval == 0 }
}
