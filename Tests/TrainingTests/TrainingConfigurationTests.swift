import Basics
import Model
import Testing
import Training

@Suite("Configuration")
struct TrainingConfigurationTests {
  private var configuration: TrainingConfiguration {
    let model = GPTConfiguration(
      vocabularySize: 300, contextLength: 16, layers: 2, heads: 2, width: 8, dropout: 0.1, isTied: false)
    var recipe = TrainingRecipe(
      model: model, steps: 20, batchSize: 3, accumulate: 2, learningRate: 0.01, warmupSteps: 4,
      evaluationBatches: 5)
    recipe.seed = 7
    recipe.beta2 = 0.95
    var cadence = TrainingCadence(evaluationInterval: 5, checkpointInterval: 10, sampleInterval: 20)
    cadence.samplePrompt = "Once"
    return TrainingConfiguration(recipe: recipe, cadence: cadence, shards: "/data/shards")
  }

  @Test func `what is written is read again, whatever the order`() throws {
    let json = configuration.json
    let reversed = JSON.object(try #require(json.members).reversed())
    #expect(try TrainingConfiguration(json: JSON.parse(json.text), path: "config.json") == configuration)
    #expect(try TrainingConfiguration(json: reversed, path: "config.json") == configuration)
  }

  @Test func `every setting that is missing or of another kind is named`() throws {
    let members = try #require(configuration.json.members)
    for index in members.indices {
      var lacking = members
      lacking.remove(at: index)
      let name = members[index].name
      #expect(throws: TrainingError.damaged(path: "c", reason: "'\(name)' is missing")) {
        try TrainingConfiguration(json: .object(lacking), path: "c")
      }
      lacking.append(JSON.Member(name, .array([])))
      #expect(throws: TrainingError.damaged(path: "c", reason: "'\(name)' is []")) {
        try TrainingConfiguration(json: .object(lacking), path: "c")
      }
    }
  }

  @Test func `differences are named, all but the number of steps`() {
    var other = configuration.recipe
    other.steps = 99
    #expect(other.differences(from: configuration.recipe) == [])
    other.model.width = 16
    other.learningRate = 0.5
    #expect(
      other.differences(from: configuration.recipe)
        == ["width is 16, not 8", "learning-rate is 0.5, not 0.01"])
  }

  @Test(arguments: ["--steps", "--batch-size", "--accumulate"])
  func `counts below their least are refused`(name: String) {
    var recipe = configuration.recipe
    switch name {
    case "--steps": recipe.steps = 0
    case "--batch-size": recipe.batchSize = 0
    default: recipe.accumulate = 0
    }
    #expect(throws: TrainingError.setting("\(name) is 1 or more, not 0")) { try recipe.validate() }
  }

  @Test func `a length is given in one way`() {
    var request = TrainingRequest()
    request.steps = 10
    request.minutes = 1
    #expect(throws: TrainingError.self) { try request.validate() }
  }
}
