import Basics
import Glibc
import Model
import Store
import TestSupport
import Testing
import Training

@Suite("Training")
struct TrainerTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test func `a model that knows nothing is as unsure as chance, and learns`() throws {
    var configuration = tiny.configuration
    configuration.recipe.steps = 60
    _ = try tiny.begin(configuration, in: "run").run()
    let curve = try tiny.run("run").curve()
    #expect(abs(try #require(curve[0].validationLoss) - log(257)) < 0.1)
    #expect(abs(try #require(curve[1].loss) - log(257)) < 0.1)
    #expect(try #require(curve[60].validationLoss) < 3.5)
  }

  @Test func `the curve says what was done`() throws {
    _ = try tiny.begin(in: "run").run()
    let curve = try tiny.run("run").curve()
    let recipe = tiny.configuration.recipe
    #expect(curve.map(\.step) == Array(0...20))
    #expect(curve.filter { $0.validationLoss != nil }.map(\.step) == [0, 5, 10, 15, 20])
    #expect(curve.filter { $0.sample != nil }.map(\.step) == [10, 20])
    #expect(curve[1...].map(\.learningRate) == (1...20).map(recipe.schedule.rate(at:)))
    let tokens = try tiny.dataset.reader(.train).tokenCount
    for (before, after) in zip(curve, curve.dropFirst()) {
      #expect(after.tokens - before.tokens <= recipe.tokensPerStep)
      #expect(abs(after.epoch * Double(tokens) - Double(after.tokens)) < 9)
    }
  }

  @Test func `several small batches are one large one`() throws {
    func weights(_ name: String, batchSize: Int, accumulate: Int) throws -> [Float] {
      var configuration = tiny.configuration
      configuration.recipe.model.dropout = 0
      configuration.recipe.batchSize = batchSize
      configuration.recipe.accumulate = accumulate
      _ = try tiny.begin(configuration, in: name).run()
      let file = try SafetensorsFile(
        path: Path.join(tiny.run(name).checkpoint(20).path, "model.safetensors"))
      return try file.names.flatMap { try file.floats(of: $0) }
    }
    let large = try weights("large", batchSize: 6, accumulate: 1)
    let small = try weights("small", batchSize: 2, accumulate: 3)
    let difference = zip(large, small).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }.squareRoot()
    let length = large.reduce(0.0) { $0 + pow(Double($1), 2) }.squareRoot()
    #expect(difference < 1e-4 * length)
    let curves = try ["large", "small"].map { try tiny.run($0).curve() }
    #expect(curves[0].map(\.tokens) == curves[1].map(\.tokens))
    for (left, right) in zip(curves[0], curves[1]).dropFirst() {
      #expect(abs(try #require(left.loss) - #require(right.loss)) < 1e-4)
    }
  }

  @Test(arguments: [1e30, 1e12])
  func `a loss or weights that explode stop the run, and no broken checkpoint is saved`(rate: Double) throws {
    var configuration = tiny.configuration
    configuration.recipe.learningRate = rate
    configuration.recipe.clip = 0
    configuration.cadence.checkpointInterval = 1
    configuration.cadence.evaluationInterval = 0
    configuration.cadence.sampleInterval = 0
    let error = #expect(throws: TrainingError.self) { try tiny.begin(configuration, in: "run").run() }
    guard case .notFinite(_, _, let step, let checkpoint) = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    let steps = try tiny.run("run").checkpointSteps()
    #expect(step == (steps.last ?? 0) + 1)
    #expect(checkpoint == steps.last.map { tiny.run("run").checkpoint($0).path })
    #expect(rate < 1e30 || steps.isEmpty)
  }

  @Test func `settings that make no sense leave no folder behind`() throws {
    var configuration = tiny.configuration
    configuration.recipe.batchSize = 0
    #expect(throws: TrainingError.setting("--batch-size is 1 or more, not 0")) {
      try tiny.begin(configuration, in: "run")
    }
    #expect(Folder.kind(tiny.run("run").path) == nil)
  }
}
