internal import Model
public import Store

/// What a user asked for: all that is nil is chosen for the data and the machine.
public struct TrainingRequest: Sendable, Equatable {
  public var layers: Int?
  public var heads: Int?
  public var width: Int?
  public var context: Int?
  public var dropout: Double?
  public var isTied: Bool?
  public var batchSize: Int?
  public var accumulate: Int?
  public var learningRate: Double?
  public var minimumLearningRate: Double?
  public var warmupSteps: Int?
  public var beta1: Double?
  public var beta2: Double?
  public var epsilon: Double?
  public var weightDecay: Double?
  public var clip: Double?
  public var seed: Int?
  public var shuffle: Shuffle?
  /// How long to train: at most one of steps, epochs and minutes.
  public var steps: Int?
  public var epochs: Double?
  public var minutes: Double?
  public var evaluationBatches: Int?
  public var evaluationInterval: Int?
  public var checkpointInterval: Int?
  public var keep: Int?
  public var sampleInterval: Int?
  public var samplePrompt: String?
  public var sampleTokens: Int?

  public init() {}

  /// `configuration` with all that was asked for in its place, but for epochs and minutes.
  func applied(to configuration: TrainingConfiguration) -> TrainingConfiguration {
    var result = configuration
    func set<Value>(_ path: WritableKeyPath<TrainingConfiguration, Value>, _ value: Value?) {
      if let value { result[keyPath: path] = value }
    }
    set(\.recipe.model.layers, layers)
    set(\.recipe.model.heads, heads)
    set(\.recipe.model.width, width)
    set(\.recipe.model.contextLength, context)
    set(\.recipe.model.dropout, dropout)
    set(\.recipe.model.isTied, isTied)
    set(\.recipe.batchSize, batchSize)
    set(\.recipe.accumulate, accumulate)
    set(\.recipe.learningRate, learningRate)
    set(\.recipe.minimumLearningRate, minimumLearningRate)
    set(\.recipe.warmupSteps, warmupSteps)
    set(\.recipe.beta1, beta1)
    set(\.recipe.beta2, beta2)
    set(\.recipe.epsilon, epsilon)
    set(\.recipe.weightDecay, weightDecay)
    set(\.recipe.clip, clip)
    set(\.recipe.seed, seed)
    set(\.recipe.shuffle, shuffle)
    set(\.recipe.steps, steps)
    set(\.recipe.evaluationBatches, evaluationBatches)
    set(\.cadence.evaluationInterval, evaluationInterval)
    set(\.cadence.checkpointInterval, checkpointInterval)
    set(\.cadence.keep, keep)
    set(\.cadence.sampleInterval, sampleInterval)
    set(\.cadence.samplePrompt, samplePrompt)
    set(\.cadence.sampleTokens, sampleTokens)
    return result
  }

  var hasSize: Bool { layers != nil || heads != nil || width != nil }
  var hasSteps: Bool { steps != nil || epochs != nil }
  /// Whether size or length depend on the machine's speed.
  public var needsMeasuring: Bool { !hasSize || !hasSteps }

  /// - Throws: ``TrainingError/setting(_:)`` where the length is given twice or is none.
  package func validate() throws(TrainingError) {
    guard [steps != nil, epochs != nil, minutes != nil].filter({ $0 }).count < 2 else {
      throw .setting("--steps, --epochs and --minutes each say how long to train; give one of them")
    }
    for (name, value) in [("--epochs", epochs), ("--minutes", minutes)] {
      if let value, !(value > 0 && value < 1e6) { throw .setting("\(name) is more than 0, not \(value)") }
    }
    // No product of these overflows.
    let sizes = [
      ("--layers", layers, 1 << 10), ("--heads", heads, 1 << 10), ("--width", width, 1 << 16),
      ("--context", context, 1 << 20), ("--batch-size", batchSize, 1 << 20),
      ("--accumulate", accumulate, 1 << 20), ("--steps", steps, 1 << 40),
    ]
    for (name, value, most) in sizes {
      if let value, !(1...most ~= value) { throw .setting("\(name) is from 1 to \(most), not \(value)") }
    }
  }
}
