import Model
import Testing
import Training

@Suite("Choosing a model and a length")
struct PlannerTests {
  /// A machine of so many floating-point operations a second.
  private func plan(
    _ request: TrainingRequest = TrainingRequest(), tokens: Int, vocabulary: Int = 4096, speed: Double = 2e11,
    memory: Int = 8 << 30
  ) throws -> TrainingPlan {
    let facts = PlanningFacts(
      trainingTokens: tokens, validationTokens: tokens / 100, vocabularySize: vocabulary, memory: memory)
    return try Planner(request, facts) { model, batch in
      Planner.work(model) * Double(batch * model.contextLength) / speed
    }.plan(shards: "shards")
  }

  @Test(arguments: [500, 5_000, 300_000, 5_000_000, 1_000_000_000, 1_000_000_000_000])
  func `takes about ten minutes and no more than twenty passes`(tokens: Int) throws {
    let plan = try plan(tokens: tokens)
    let recipe = plan.configuration.recipe
    let seconds = try #require(plan.seconds)
    #expect(seconds <= 601)
    let passes = Double(recipe.steps) / recipe.stepsPerEpoch(tokens: tokens)
    #expect(passes <= 20 || recipe.steps == 1)
    #expect(seconds > 590 || passes > 18 || tokens < 10_000)
    try recipe.validate()
    try plan.configuration.cadence.validate()
  }

  @Test func `more time or speed never makes the model smaller`() throws {
    func widths(_ plans: [TrainingPlan]) -> [Int] { plans.map(\.configuration.recipe.model.width) }
    let bySpeed = widths(try [1e10, 1e11, 1e12, 1e15].map { try plan(tokens: 1_000_000_000, speed: $0) })
    #expect(bySpeed == bySpeed.sorted() && bySpeed.first != bySpeed.last)
    let byTime = widths(
      try [1.0, 10, 100, 10_000].map { minutes in
        var request = TrainingRequest()
        request.minutes = minutes
        return try plan(request, tokens: 1_000_000_000)
      })
    #expect(byTime == byTime.sorted() && byTime.first != byTime.last)
  }

  @Test func `a length in steps or passes does not buy a model that takes days`() throws {
    var request = TrainingRequest()
    request.steps = 1_000
    let bySteps = try plan(request, tokens: 5_000_000).configuration.recipe
    request.steps = nil
    request.epochs = 1
    let byEpochs = try plan(request, tokens: 5_000_000).configuration.recipe
    for recipe in [bySteps, byEpochs] {
      let work = Planner.work(recipe.model) * Double(recipe.tokensPerStep) * Double(recipe.steps)
      #expect(work / 2e11 <= 600)
    }
  }

  @Test(arguments: [0, 1, 3])
  func `measuring stops when it is asked to`(questions: Int) {
    let model = GPTConfiguration(vocabularySize: 16, contextLength: 8, layers: 1, heads: 1, width: 8)
    var asked = 0
    #expect(throws: TrainingError.cancelled) {
      try Machine.secondsPerStep(
        model, batch: 1, threads: 1,
        isCancelled: {
          asked += 1
          return asked > questions
        })
    }
    #expect(asked == questions + 1)
  }

  @Test func `dropout is part of what is measured`() throws {
    let facts = PlanningFacts(
      trainingTokens: 300_000, validationTokens: 3_000, vocabularySize: 4096, memory: 8 << 30)
    var request = TrainingRequest()
    request.minutes = 10
    let plan = try Planner(request, facts) { model, batch in
      Planner.work(model) * Double(batch * model.contextLength) / 2e11 * (model.dropout > 0 ? 1.5 : 1)
    }.plan(shards: "shards")
    let recipe = plan.configuration.recipe
    #expect(recipe.model.dropout > 0)
    let seconds = Planner.work(recipe.model) * Double(recipe.tokensPerStep * recipe.steps) / 2e11 * 1.5
    #expect(500...600 ~= seconds)
  }

  @Test func `a run that is validated at its end only is saved on the way`() throws {
    var request = TrainingRequest()
    request.evaluationInterval = 0
    #expect(try plan(request, tokens: 5_000_000).configuration.cadence.checkpointInterval > 0)
  }

  @Test func `little memory bounds the model`() throws {
    let roomy = try plan(tokens: 1_000_000_000_000, speed: 1e16)
    let tight = try plan(tokens: 1_000_000_000_000, speed: 1e16, memory: 500 << 20)
    #expect(16 * tight.configuration.recipe.model.parameterCount <= 500 << 20)
    #expect(tight.configuration.recipe.model.width < roomy.configuration.recipe.model.width)
  }

  @Test func `what was asked for is what comes`() throws {
    var request = TrainingRequest()
    request.layers = 3
    request.width = 96
    request.heads = 6
    request.context = 40
    request.dropout = 0.3
    request.isTied = false
    request.batchSize = 5
    request.accumulate = 2
    request.learningRate = 0.002
    request.steps = 77
    request.seed = 11
    request.evaluationInterval = 13
    request.checkpointInterval = 17
    request.keep = 4
    let configuration = try plan(request, tokens: 100_000).configuration
    let model = GPTConfiguration(
      vocabularySize: 4096, contextLength: 40, layers: 3, heads: 6, width: 96, dropout: 0.3, isTied: false)
    #expect(configuration.recipe.model == model)
    #expect(configuration.recipe.steps == 77)
    #expect(configuration.recipe.batchSize == 5)
    #expect(configuration.recipe.accumulate == 2)
    #expect(configuration.recipe.learningRate == 0.002)
    #expect(configuration.recipe.minimumLearningRate == 0.0002)
    #expect(configuration.recipe.seed == 11)
    #expect(configuration.cadence.evaluationInterval == 13)
    #expect(configuration.cadence.checkpointInterval == 17)
    #expect(configuration.cadence.keep == 4)
  }

  @Test(arguments: [(nil, 100), (nil, 7), (5, nil), (5, 100)] as [(Int?, Int?)])
  func `a size half given is filled in so that it is one`(layers: Int?, width: Int?) throws {
    var request = TrainingRequest()
    request.layers = layers
    request.width = width
    let model = try plan(request, tokens: 100_000).configuration.recipe.model
    #expect(model.layers == layers ?? model.layers && model.width == width ?? model.width)
    #expect(model.width % model.heads == 0)
  }

  @Test func `epochs become steps`() throws {
    var request = TrainingRequest()
    request.epochs = 2.5
    let recipe = try plan(request, tokens: 1_000_000).configuration.recipe
    #expect(recipe.steps == (2_500_000 + recipe.tokensPerStep - 1) / recipe.tokensPerStep)
  }

  @Test func `heads that do not divide the width are refused`() {
    var request = TrainingRequest()
    request.width = 100
    request.heads = 3
    #expect(throws: TrainingError.self) { try plan(request, tokens: 1000) }
  }
}
