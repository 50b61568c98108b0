internal import Glibc
internal import Model

extension Planner {
  /// The share of the time for validation, samples and checkpoints.
  static let overhead = 0.08
  /// Validations in a run.
  private static let validations = 20

  /// Rows for a step: as many tokens as give a run some thousand steps.
  func chooseBatch(_ recipe: inout TrainingRecipe) {
    recipe.batchSize = request.batchSize ?? rows(of: recipe.model.contextLength)
    recipe.accumulate = request.accumulate ?? 1
  }

  func rows(of context: Int) -> Int {
    // A fiftieth of the text at most: a short text still gives some steps an epoch.
    max(1, min(32, min(4096, facts.trainingTokens / 50) / context))
  }

  func chooseLength(_ recipe: inout TrainingRecipe, secondsPerStep: Double?, _ reasons: inout [String]) {
    let epochSteps = recipe.stepsPerEpoch(tokens: facts.trainingTokens)
    if let steps = request.steps {
      recipe.steps = steps
    } else if let epochs = request.epochs {
      recipe.steps = max(1, Int((epochs * epochSteps).rounded(.up)))
    } else if let secondsPerStep {
      let seconds = 60 * (request.minutes ?? Self.standardMinutes)
      let inTime = seconds * (1 - Self.overhead) / secondsPerStep
      let most = request.minutes == nil ? Self.mostEpochs * epochSteps : .infinity
      recipe.steps = max(1, Int(min(inTime, most, 1e9)))
      reasons.append(
        inTime < most
          ? "length: what fits in \(Self.text(seconds / 60)) minutes here; --minutes, --epochs or --steps change it"
          : "length: \(Int(Self.mostEpochs)) passes over the text; more would teach little, --epochs forces them"
      )
    }
    if request.dropout == nil {
      recipe.model.dropout = Self.dropout(epochs: Double(recipe.steps) / epochSteps)
    }
  }

  /// Text that is seen often would be learned by heart.
  private static func dropout(epochs: Double) -> Double {
    epochs <= 2 ? 0 : epochs <= 6 ? 0.1 : 0.2
  }

  /// Wider models want smaller steps: 0.0006 at GPT-2's width of 768, 0.003 at 128 and below.
  func chooseRates(_ recipe: inout TrainingRecipe) {
    let rate = min(0.003, 0.46 / Double(recipe.model.width))
    recipe.learningRate = request.learningRate ?? max(1e-4, (rate * 10_000).rounded() / 10_000)
    recipe.minimumLearningRate = recipe.learningRate / 10
    recipe.warmupSteps = min(recipe.steps / 10, 200)
    recipe.evaluationBatches = evaluationBatches(recipe)
  }

  /// As much of the validation split as keeps validation below a twentieth of the time: a token costs a third there.
  private func evaluationBatches(_ recipe: TrainingRecipe) -> Int {
    let rows = recipe.batchSize * recipe.model.contextLength
    let trained = Double(recipe.steps) * Double(recipe.tokensPerStep)
    let affordable = max(16_384, Int(min(3 * trained / Double(20 * Self.validations), 1e15)))
    return facts.validationTokens <= affordable ? 0 : max(1, affordable / rows)
  }

  func cadence(_ recipe: TrainingRecipe) -> TrainingCadence {
    let interval = Self.round(Double(recipe.steps) / Double(Self.validations))
    let evaluation = request.evaluationInterval ?? interval
    return TrainingCadence(
      evaluationInterval: evaluation, checkpointInterval: evaluation == 0 ? interval : evaluation,
      sampleInterval: request.sampleInterval ?? 4 * interval)
  }

  /// A number of steps that a person would choose: 1, 2, 5, 10, 20, 50, ...
  static func round(_ steps: Double) -> Int {
    var unit = 1
    while Double(unit * 10) <= steps { unit *= 10 }
    return [5, 2, 1].first { Double($0 * unit) <= steps }.map { $0 * unit } ?? 1
  }
}
