import Basics
import Store
import TestSupport
import Testing
import Training

@Suite("Training on a mixture")
struct MixtureTrainingTests {
  private let tiny: TinyRun
  private let other: TinyRun

  init() throws {
    tiny = try TinyRun()
    other = try TinyRun(seed: 2, in: tiny.folder)
  }

  private var text: String { "\(tiny.dataset.folder)=0.75,\(other.dataset.folder)=0.25" }

  private func begin(_ name: String, threads: Int = 1, _ shuffle: Shuffle = .full) throws -> Trainer {
    var configuration = tiny.configuration
    configuration.shards = text
    configuration.recipe.shuffle = shuffle
    return try Trainer(
      beginning: configuration, in: tiny.run(name), data: DatasetMixture.open(text), threads: threads)
  }

  private func resume(_ name: String, threads: Int) throws -> Trainer {
    let folder = tiny.run(name)
    let continuation = try Trainer.continuation(of: folder)
    return try Trainer(
      resuming: continuation, in: folder,
      data: DatasetMixture.open(continuation.description.configuration.shards), threads: threads)
  }

  @Test(arguments: Shuffle.allCases)
  func `stopped and resumed anywhere, the weights and the curve are the same to the bit`(shuffle: Shuffle)
    throws
  {
    _ = try begin("whole-\(shuffle)", shuffle).run()
    for stop in [0, 7, 19] {
      let name = "stopped-\(shuffle)-\(stop)"
      _ = try tiny.interrupt(begin(name, threads: 2, shuffle), after: stop)
      _ = try resume(name, threads: 1).run()
      #expect(try tiny.run(name).curve() == tiny.run("whole-\(shuffle)").curve())
      #expect(try tiny.run(name).weights(20) == tiny.run("whole-\(shuffle)").weights(20))
    }
  }

  @Test func `a run goes on from folders with commas in their names, as its configuration names them`() throws
  {
    var folders: [String] = []
    for (number, dataset) in [tiny.dataset, other.dataset].enumerated() {
      folders.append(tiny.folder("a=\(number), b"))
      _ = try DatasetMerge([dataset.folder]).write(to: folders[number])
    }
    let data = try DatasetMixture([
      .init(Dataset.open(folders[0]), weight: 3), .init(Dataset.open(folders[1]), weight: 1),
    ])
    var configuration = tiny.configuration
    configuration.shards = data.text(Machine.absolute)
    _ = try tiny.interrupt(
      Trainer(beginning: configuration, in: tiny.run("run"), data: data, threads: 1), after: 6)
    _ = try resume("run", threads: 1).run()
    #expect(try tiny.run("run").curve().count == 21)
  }

  @Test func `validation is the mean of the datasets' losses by their shares`() throws {
    _ = try begin("run").run()
    let trained = try TrainedModel(tiny.run("run").path, .latest)
    let model = try trained.load(batch: 3, time: 8, threads: 1)
    var losses: [Double] = [], bytes: [Double] = []
    for dataset in [tiny.dataset, other.dataset] {
      let result = try #require(
        try Evaluator(dataset: dataset, split: .val, tokenizer: tiny.tokenizer).evaluate(model))
      losses.append(result.loss)
      bytes.append(Double(result.bytes) / Double(result.tokens))
    }
    let last = try #require(try tiny.run("run").curve().last)
    let loss = 0.75 * losses[0] + 0.25 * losses[1]
    let bits = loss / (0.6931471805599453 * (0.75 * bytes[0] + 0.25 * bytes[1]))
    #expect(abs(try #require(last.validationLoss) - loss) < 1e-9)
    #expect(abs(try #require(last.validationBitsPerByte) - bits) < 1e-9)
  }

  @Test func `other shares are other data`() throws {
    _ = try tiny.interrupt(begin("run"), after: 6)
    let run = tiny.run("run")
    let shares = "\(tiny.dataset.folder)=0.5,\(other.dataset.folder)=0.5"
    let data = try DatasetMixture.open(shares)
    let error = #expect(throws: TrainingError.self) {
      try Trainer(resuming: Trainer.continuation(of: run), in: run, data: data, threads: 1)
    }
    #expect("\(error!)".contains("has root hash \(data.rootHash)"))
  }

  @Test func `the order of the text cannot change`() throws {
    _ = try tiny.interrupt(begin("run"), after: 6)
    var request = TrainingRequest()
    request.shuffle = .block
    #expect(
      throws: TrainingError.otherConfiguration(
        run: tiny.run("run").path, differences: ["shuffle is \"block\", not \"full\""])
    ) { try Trainer.continuation(of: tiny.run("run"), request) }
  }
}
