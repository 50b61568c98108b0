internal import Basics
internal import Glibc
package import Model

/// What the choice of a model depends on.
public struct PlanningFacts: Sendable {
  /// Tokens in the training split and in the validation split.
  public var trainingTokens: Int
  public var validationTokens: Int
  public var vocabularySize: Int
  /// Memory that a run may take, in bytes.
  public var memory: Int

  public init(trainingTokens: Int, validationTokens: Int, vocabularySize: Int, memory: Int) {
    self.trainingTokens = trainingTokens
    self.validationTokens = validationTokens
    self.vocabularySize = vocabularySize
    self.memory = memory
  }
}

/// A run that is not begun yet.
public struct TrainingPlan: Sendable {
  public var configuration: TrainingConfiguration
  /// What a step takes on this machine; nil where size and length were given, so that nothing had to be measured.
  public var secondsPerStep: Double?
  /// What was chosen and why, a line each.
  public var reasons: [String]

  /// What the run takes, validation and all.
  public var seconds: Double? {
    secondsPerStep.map { Double(configuration.recipe.steps) * $0 / (1 - Planner.overhead) }
  }
}

/// Fills in what a user left open: a model and a length that suit the data and the machine.
package struct Planner {
  /// Seconds for a step of `batch` rows, measured.
  package typealias Measure = (_ model: GPTConfiguration, _ batch: Int) throws(TrainingError) -> Double

  let request: TrainingRequest
  let facts: PlanningFacts
  let measure: Measure

  /// The time that a run takes where nothing is said: about ten minutes.
  static let standardMinutes = 10.0
  /// Passes over the text after which more time is not worth its while.
  static let mostEpochs = 20.0

  package init(_ request: TrainingRequest, _ facts: PlanningFacts, measure: @escaping Measure) {
    self.request = request
    self.facts = facts
    self.measure = measure
  }

  package func plan(shards: String) throws(TrainingError) -> TrainingPlan {
    try request.validate()
    var reasons: [String] = []
    var recipe = try chooseModel(&reasons)
    chooseBatch(&recipe)
    var seconds = try request.needsMeasuring ? secondsPerStep(recipe) : nil
    let length = reasons.count
    chooseLength(&recipe, secondsPerStep: seconds, &reasons)
    if seconds != nil, request.dropout == nil, recipe.model.dropout > 0 {
      // Dropout takes time of its own: half as much again for a small model.
      let dropout = recipe.model.dropout
      seconds = try secondsPerStep(recipe)
      reasons.removeSubrange(length...)
      chooseLength(&recipe, secondsPerStep: seconds, &reasons)
      recipe.model.dropout = dropout
    }
    chooseRates(&recipe)
    var configuration = TrainingConfiguration(recipe: recipe, cadence: cadence(recipe), shards: shards)
    configuration = request.applied(to: configuration)
    try configuration.recipe.validate()
    try configuration.cadence.validate()
    return TrainingPlan(configuration: configuration, secondsPerStep: seconds, reasons: reasons)
  }

  private func secondsPerStep(_ recipe: TrainingRecipe) throws(TrainingError) -> Double {
    try measure(recipe.model, recipe.batchSize) * Double(recipe.accumulate)
  }

  /// Sizes to choose from: layers, heads, width.
  static let sizes = [
    (2, 2, 64), (3, 3, 96), (4, 4, 128), (4, 3, 192), (6, 4, 256), (6, 6, 384), (8, 8, 512), (12, 12, 768),
    (24, 16, 1024), (36, 20, 1280), (48, 25, 1600),
  ]

  private func chooseModel(_ reasons: inout [String]) throws(TrainingError) -> TrainingRecipe {
    var model = request.hasSize ? fill() : try chooseSize(&reasons)
    model.dropout = request.dropout ?? 0
    do { try model.validate() } catch { throw .model(error) }
    return TrainingRecipe(model: model, steps: 1, batchSize: 1, learningRate: 0)
  }

  private func model(_ layers: Int, _ heads: Int, _ width: Int) -> GPTConfiguration {
    GPTConfiguration(
      vocabularySize: facts.vocabularySize, contextLength: request.context ?? context, layers: layers,
      heads: heads, width: width, isTied: request.isTied ?? true)
  }

  /// Rows long enough to learn from, and many enough of them in a short text.
  private var context: Int {
    [256, 128, 64].first { facts.trainingTokens >= 100 * $0 } ?? 32
  }

  /// A model of which some sizes are given: heads of 64 channels, as many layers as heads.
  private func fill() -> GPTConfiguration {
    let heads = request.heads ?? max(1, (request.width ?? 64 * (request.layers ?? 4)) / 64)
    let width = request.width ?? 64 * heads
    return model(request.layers ?? max(2, heads), request.heads ?? divisor(of: width, near: heads), width)
  }

  private func divisor(of width: Int, near heads: Int) -> Int {
    (1...heads).last { width % $0 == 0 } ?? 1
  }

  /// The size with the lowest loss that the scaling law promises for the time and the text.
  private func chooseSize(_ reasons: inout [String]) throws(TrainingError) -> GPTConfiguration {
    let probe = model(4, 4, 128)
    let rows = max(1, 2048 / probe.contextLength)
    let seconds = try measure(probe, rows)
    let speed = Double(rows * probe.contextLength) * Self.work(probe) / seconds
    var best: (model: GPTConfiguration, loss: Double)?
    for (layers, heads, width) in Self.sizes {
      let candidate = model(layers, heads, width)
      let perSecond = speed / Self.work(candidate)
      let tokens = max(1, trainedTokens(candidate, perSecond: perSecond))
      // A length in steps or passes says nothing about time: nobody waits a year who did not ask for that size.
      if best != nil, Self.bytes(candidate) > facts.memory || tokens / perSecond > budget { continue }
      let loss = ScalingLaw.loss(
        parameters: Double(12 * layers * width * width), tokens: tokens,
        uniqueTokens: Double(facts.trainingTokens))
      if loss < best?.loss ?? .infinity { best = (candidate, loss) }
    }
    let chosen = best!.model
    reasons.append(
      """
      size: of \(Self.sizes.count), the one that Chinchilla's law promises most of for this much text and time, at \
      \(Int(speed / 1e9)) GFLOP/s as measured
      """)
    return chosen
  }

  /// Tokens that a run of this model would see.
  private func trainedTokens(_ model: GPTConfiguration, perSecond: Double) -> Double {
    let all = Double(facts.trainingTokens)
    if let steps = request.steps {
      let rows = request.batchSize ?? rows(of: model.contextLength)
      return Double(steps) * Double(rows) * Double(request.accumulate ?? 1) * Double(model.contextLength)
    }
    if let epochs = request.epochs { return epochs * all }
    let inTime = budget * (1 - Self.overhead) * perSecond
    return request.minutes == nil ? min(inTime, Self.mostEpochs * all) : inTime
  }

  private var budget: Double { 60 * (request.minutes ?? Self.standardMinutes) }

  /// Floating-point operations to learn from a token: 6 for each weight of a matrix, and attention's.
  package static func work(_ model: GPTConfiguration) -> Double {
    let weights = 12 * model.layers * model.width * model.width + model.vocabularySize * model.width
    return Double(6 * weights + 12 * model.layers * model.width * model.contextLength)
  }

  /// Memory for weights, gradients, both moments and a row's activations.
  private static func bytes(_ model: GPTConfiguration) -> Int {
    16 * model.parameterCount + 4 * model.contextLength
      * (20 * model.layers * model.width + model.vocabularySize)
  }

  static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
