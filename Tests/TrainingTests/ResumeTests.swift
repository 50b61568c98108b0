import Basics
import Store
import TestSupport
import Testing
import Training

@Suite("Going on with a run")
struct ResumeTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  @Test(arguments: [1, 2])
  func `stopped and resumed anywhere, the weights and the curve are the same to the bit`(threads: Int) throws
  {
    _ = try tiny.begin(in: "whole").run()
    for stop in [0, 1, 5, 7, 10, 19] {
      let name = "stopped-\(stop)"
      let outcome = try tiny.interrupt(tiny.begin(in: name, threads: threads), after: stop)
      #expect(outcome == .interrupted(step: stop, checkpoint: tiny.run(name).checkpoint(stop).path))
      #expect(try tiny.resume(name, threads: 3 - threads).run() == .finished(hasTrained: true))
      try expectSame(name, "whole")
    }
  }

  /// What SIGKILL leaves: the last checkpoint, lines of steps after it, half a line, half a checkpoint.
  @Test(arguments: [6, 9, 13])
  func `a killed run goes on from its last checkpoint`(step: Int) throws {
    _ = try tiny.begin(in: "whole").run()
    _ = try tiny.interrupt(tiny.begin(in: "killed"), after: step)
    let run = tiny.run("killed")
    try run.checkpoint(step).remove()
    try tiny.folder.write("x", to: "killed/checkpoints/step-000020.tmp-999999999-1/model.safetensors")
    let file = try File.append(run.metricsFile)
    try file.write("{\"step\":")
    #expect(try run.checkpointSteps().last == step / 5 * 5)
    #expect(try run.curve().count == step + 1)
    _ = try tiny.resume("killed").run()
    try expectSame("killed", "whole")
    #expect(try Folder.names(tiny.folder("killed/checkpoints")).allSatisfy { !$0.contains(".tmp-") })
  }

  @Test func `a run killed before its first checkpoint starts from its beginning`() throws {
    _ = try tiny.begin(in: "whole").run()
    _ = try tiny.interrupt(tiny.begin(in: "killed"), after: 3)
    try tiny.run("killed").checkpoint(3).remove()
    let continuation = try Trainer.continuation(of: tiny.run("killed"))
    #expect(continuation.state == nil && !continuation.isFinished)
    _ = try tiny.resume("killed").run()
    try expectSame("killed", "whole")
  }

  @Test(arguments: [0, 10, 20])
  func `a validation that was interrupted is made up for`(step: Int) throws {
    _ = try tiny.begin(in: "whole").run()
    let outcome = try tiny.interruptWithin(tiny.begin(in: "stopped"), validationAfter: step)
    #expect(outcome == .interrupted(step: step, checkpoint: tiny.run("stopped").checkpoint(step).path))
    #expect(try tiny.run("stopped").curve().last?.step ?? -1 == step - 1)
    #expect(try tiny.run("stopped").checkpoint(step).readState().pending?.step == step)
    #expect(try !Trainer.continuation(of: tiny.run("stopped")).isFinished)
    _ = try tiny.resume("stopped").run()
    try expectSame("stopped", "whole")
    let best = try tiny.run("stopped").checkpoint(20).readState().best
    #expect(try best == tiny.run("whole").checkpoint(20).readState().best)
  }

  @Test func `a run that is done says so, and can be made longer`() throws {
    _ = try tiny.begin(in: "run").run()
    #expect(try Trainer.continuation(of: tiny.run("run")).isFinished)
    #expect(try tiny.resume("run").run() == .finished(hasTrained: false))
    var request = TrainingRequest()
    request.steps = 30
    let continuation = try Trainer.continuation(of: tiny.run("run"), request)
    #expect(!continuation.isFinished && continuation.notes.count == 1)
    #expect(try tiny.resume("run", request).run() == .finished(hasTrained: true))
    let curve = try tiny.run("run").curve()
    let schedule = LearningRateSchedule(peak: 0.01, minimum: 0.001, warmupSteps: 5, steps: 30)
    #expect(curve.map(\.step) == Array(0...30))
    #expect(curve[21...].map(\.learningRate) == (21...30).map(schedule.rate(at:)))
    #expect(try Trainer.continuation(of: tiny.run("run")).isFinished)
    request.steps = 25
    #expect(throws: TrainingError.setting("--steps 25 is fewer than the 30 steps that the run has done")) {
      try Trainer.continuation(of: tiny.run("run"), request)
    }
  }

  @Test func `how often a run is looked at may change, what it learns may not`() throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 6)
    var request = TrainingRequest()
    request.keep = 7
    request.layers = 2
    let continuation = try Trainer.continuation(of: tiny.run("run"), request)
    #expect(continuation.description.configuration.cadence.keep == 7)
    request.layers = 3
    request.learningRate = 0.5
    let differences = ["layers is 3, not 2", "learning-rate is 0.5, not 0.01"]
    #expect(
      throws: TrainingError.otherConfiguration(run: tiny.run("run").path, differences: differences)
    ) { try Trainer.continuation(of: tiny.run("run"), request) }
  }

  @Test func `other shards are refused by their root hash`() throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 6)
    let other = try TinyRun(seed: 2, in: tiny.folder)
    let run = tiny.run("run")
    #expect(
      throws: TrainingError.otherDataset(
        run: run.path, recorded: "\(tiny.dataset.rootHash)", shards: other.dataset.folder,
        found: "\(other.dataset.rootHash)")
    ) {
      try Trainer(
        resuming: Trainer.continuation(of: run), in: run, data: DatasetMixture(other.dataset), threads: 1)
    }
  }

  @Test func `a folder that is in use or no run is refused`() throws {
    let trainer = try tiny.begin(in: "run")
    let path = tiny.run("run").path
    #expect(throws: TrainingError.runInUse(path: path)) { try tiny.resume("run") }
    #expect(throws: TrainingError.runExists(path: path, isRun: true)) { try tiny.begin(in: "run") }
    #expect(throws: TrainingError.notARun(path: tiny.dataset.folder)) {
      try Trainer.continuation(of: RunFolder(tiny.dataset.folder))
    }
    withExtendedLifetime(trainer) {}
  }

  private func expectSame(_ left: String, _ right: String) throws {
    #expect(try tiny.run(left).curve() == tiny.run(right).curve())
    #expect(try tiny.run(left).weights(20) == tiny.run(right).weights(20))
  }

  @Test func `passes and minutes are refused where they would do nothing`() throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 5)
    for name in ["epochs", "minutes"] {
      var request = TrainingRequest()
      if name == "epochs" { request.epochs = 9 } else { request.minutes = 9 }
      let error = #expect(throws: TrainingError.self) { try tiny.resume("run", request) }
      #expect("\(error!)".contains("--\(name) is for a new run; give --steps"))
    }
  }

  @Test func `a configuration that was edited is not gone on with`() throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 5)
    let file = tiny.run("run").configurationFile
    let text = String(decoding: try File.contents(file), as: UTF8.self)
    let edited = text.replacing("\"clip\": 1.0", with: "\"clip\": 0.25")
    #expect(edited != text)
    try AtomicFile.write(Array(edited.utf8).span, to: file)
    let error = #expect(throws: TrainingError.self) { try tiny.resume("run") }
    #expect("\(error!)".contains("it is not what the newest checkpoint was made with"))
  }

  @Test(
    arguments: [
      ("\"tokens\":", "9223372036854775807"), ("\"seconds\":", "1e300"),
      ("\"turn\":", "9223372036854775807"),
    ])
  func `a state with impossible numbers is an error`(name: String, number: String) throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 5)
    let file = tiny.run("run").checkpoint(5).path + "/state.json"
    let text = String(decoding: try File.contents(file), as: UTF8.self)
    let place = try #require(text.firstRange(of: name))
    let end = try #require(text[place.upperBound...].firstIndex { ",\n}".contains($0) })
    let edited = text[..<place.upperBound] + " " + number + text[end...]
    try AtomicFile.write(Array(edited.utf8).span, to: file)
    let error = #expect(throws: TrainingError.self) { try tiny.resume("run") }
    #expect("\(error!)".contains("is missing or makes no sense"))
  }

  @Test(arguments: ["config.json", "checkpoints/step-000005/state.json"])
  func `a run that another version wrote is refused by its format`(name: String) throws {
    _ = try tiny.interrupt(tiny.begin(in: "run"), after: 5)
    let file = tiny.folder("run/\(name)")
    let text = String(decoding: try File.contents(file), as: UTF8.self)
    let edited = text.replacing("\"format\": 2", with: "\"format\": 1").replacing(
      "\"places\"", with: "\"place\"")
    #expect(edited != text)
    try AtomicFile.write(Array(edited.utf8).span, to: file)
    #expect(throws: TrainingError.otherFormat(path: file, format: 1, known: 2)) { try tiny.resume("run") }
  }

  @Test func `where the best checkpoint was removed, the newest serves`() throws {
    _ = try tiny.begin(in: "run").run()
    let run = tiny.run("run")
    let latest = try #require(try run.checkpointSteps().last)
    let best = try #require(try run.checkpoint(latest).readState().best?.step)
    if best == latest { return }
    try run.checkpoint(best).remove()
    #expect(try TrainedModel(run.path).path == run.checkpoint(latest).path)
  }

}
