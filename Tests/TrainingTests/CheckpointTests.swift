import Basics
import Model
import TestSupport
import Testing
import Training

@Suite("Checkpoints")
struct CheckpointTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  private func file(_ name: String, _ step: Int = 20) -> String {
    Path.join(tiny.run("run").checkpoint(step).path, name)
  }

  @Test func `the newest and the best are kept, the others go`() throws {
    var configuration = tiny.configuration
    configuration.cadence.checkpointInterval = 2
    configuration.cadence.evaluationInterval = 2
    configuration.cadence.keep = 3
    // So high that validation gets worse after some steps.
    configuration.recipe.learningRate = 0.3
    _ = try tiny.begin(configuration, in: "run").run()
    let run = tiny.run("run")
    let validated = try run.curve().filter { $0.step > 0 && $0.validationLoss != nil }
    let best = try #require(validated.min { $0.validationLoss! < $1.validationLoss! })
    let steps = try run.checkpointSteps()
    #expect(steps == Set([best.step, 16, 18, 20]).sorted())
    let state = try run.checkpoint(20).readState()
    #expect(state.best?.step == best.step && state.best?.validationLoss == best.validationLoss)
    #expect(try TrainedModel(run.path).path == run.checkpoint(best.step).path)
    #expect(try TrainedModel(run.path, .latest).path == run.checkpoint(20).path)
    #expect(try TrainedModel(run.path, .step(18)).path == run.checkpoint(18).path)
    #expect(
      throws: TrainingError.unknownCheckpoint("3", run: run.path, known: steps.map { "\($0)" })
    ) { try TrainedModel(run.path, .step(3)) }
  }

  @Test func `after some time a checkpoint is saved whatever the interval, and nothing else changes`() throws
  {
    var configuration = tiny.configuration
    configuration.cadence.checkpointInterval = 15
    configuration.cadence.keep = 100
    _ = try tiny.begin(configuration, in: "whole").run()
    let trainer = try tiny.begin(configuration, in: "run")
    trainer.longestUnsaved = 0
    _ = try trainer.run()
    let (run, whole) = (tiny.run("run"), tiny.run("whole"))
    #expect(try whole.checkpointSteps() == [15, 20] && run.checkpointSteps() == Array(1...20))
    #expect(try run.weights(20) == whole.weights(20) && run.curve() == whole.curve())
    #expect(try run.checkpoint(20).readState().best == whole.checkpoint(20).readState().best)
    configuration.cadence.checkpointInterval = 0
    let never = try tiny.begin(configuration, in: "never")
    never.longestUnsaved = 0
    _ = try never.run()
    #expect(try tiny.run("never").checkpointSteps() == [20])
  }

  @Test func `a checkpoint holds what Hugging Face's tools read`() throws {
    _ = try tiny.begin(in: "run").run()
    let bytes = try File.contents(file("config.json"))
    let json = try JSON.parse(bytes.span)
    #expect(try GPTConfiguration(json: json) == tiny.configuration.recipe.model)
    let names = try SafetensorsFile(path: file("model.safetensors")).names
    #expect(names.contains("transformer.h.1.attn.c_attn.weight"))
  }

  @Test(arguments: ["model.safetensors", "optimizer.safetensors", "config.json", "state.json"])
  func `a file that is missing or cut short is named`(name: String) throws {
    _ = try tiny.begin(in: "run").run()
    let bytes = try File.contents(file(name))
    let size = bytes.count
    try Folder.remove(file(name))
    expectDamage(name) { $0 == "the file is missing" }
    for cut in [0, 1, size / 2, size - 1] where name != "state.json" || cut < size - 1 {
      try rewrite(name, Array(bytes.prefix(cut)))
      expectDamage(name) { $0 == "it has \(cut) bytes instead of \(size)" || name == "state.json" }
    }
  }

  @Test(arguments: ["model.safetensors", "optimizer.safetensors", "config.json"])
  func `a changed byte is noticed`(name: String) throws {
    _ = try tiny.begin(in: "run").run()
    var bytes = try File.contents(file(name))
    bytes[bytes.count / 3] ^= 4
    try rewrite(name, bytes)
    expectDamage(name) { $0 == "its bytes are not those that were saved" }
  }

  @Test func `without the newest checkpoint, the one before it is the newest`() throws {
    _ = try tiny.begin(in: "whole").run()
    _ = try tiny.begin(in: "run").run()
    try Folder.remove(tiny.run("run").checkpoint(20).path)
    #expect(try tiny.resume("run").run() == .finished(hasTrained: true))
    #expect(try tiny.run("run").weights(20) == tiny.run("whole").weights(20))
  }

  @Test func `a tokenizer that was exchanged is refused`() throws {
    _ = try tiny.begin(in: "run").run()
    try tiny.folder.write("#version: 0.2\na b\n", to: "run/merges.txt")
    #expect(throws: TrainingError.self) { try TrainedModel(tiny.run("run").path) }
    try Folder.remove(tiny.folder("run/vocab.json"))
    #expect(
      throws: TrainingError.damaged(
        path: tiny.folder("run/vocab.json"), reason: "the file is missing, and with it the tokenizer")
    ) { try TrainedModel(tiny.run("run").path) }
  }

  @Test func `what is no model is refused`() throws {
    let path = tiny.folder("nothing")
    #expect(throws: TrainingError.notARun(path: path)) { try TrainedModel(path) }
    _ = try tiny.begin(in: "new")
    let new = tiny.run("new").path
    #expect(throws: TrainingError.noCheckpoint(run: new)) { try TrainedModel(new) }
  }

  /// Random bytes in place of the state: an error, never a crash.
  @Test(arguments: 0..<50)
  func `a state of any bytes is an error`(seed: UInt64) throws {
    _ = try tiny.begin(in: "run").run()
    var random = SplitMix64(seed: seed)
    var bytes = try File.contents(file("state.json"))
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    try rewrite("state.json", bytes)
    _ = try? tiny.resume("run").run()
    _ = try? TrainedModel(tiny.run("run").path)
  }

  private func rewrite(_ name: String, _ bytes: [UInt8]) throws {
    let replaced = try File.create(file(name))
    try replaced.write(bytes.span)
  }

  private func expectDamage(_ name: String, _ isExpected: (String) -> Bool) {
    var request = TrainingRequest()
    request.steps = 30
    let error = #expect(throws: TrainingError.self) { try tiny.resume("run", request) }
    guard case .damaged(let path, let reason) = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    #expect(path == file(name) && isExpected(reason), "\(reason)")
  }
}
