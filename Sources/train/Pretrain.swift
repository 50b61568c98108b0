internal import Basics
internal import Commands
internal import Model
internal import Store
internal import Training

/// `train --shards SHARDS`.
struct Pretrain: Command {
  static let name = "pretrain"
  static let summary = "Train a GPT from its first weights on, or go on with a run"
  static let example = """
    train --shards shards/
    train --shards books/=0.7,code/=0.3
    train --shards shards/ --out runs/small --layers 4 --width 128 --minutes 5
    train --resume runs/small --steps 4000
    """

  var old: String?
  var shards: String?
  var out: String?
  var isResuming = false
  var threads = ThreadPool.availableCores
  var isUntied = false
  var request = TrainingRequest()

  mutating func run() throws {
    if isUntied { request.isTied = false }
    guard 1...1_024 ~= threads else { throw UsageError("--threads is from 1 to 1024, not \(threads)") }
    Interrupt.install()
    do {
      try request.validate()
      if isResuming { try goOn() } else { try begin() }
    } catch TrainingError.setting(let reason) { throw UsageError(reason) }
  }

  // MARK: A new run

  private func begin() throws {
    if let old {
      throw UsageError(
        "unexpected argument '\(old)'; go on with a run by `train --resume \(old)`, name a new one by --out")
    }
    guard let shards else {
      throw UsageError("--shards is missing: the folder that `prep encode --out` made")
    }
    let folder = RunFolder(out ?? "runs/\(Clock.now)")
    try folder.checkIsFree()
    let data = try DatasetMixture.open(shards)
    Wording.describe(data).forEach(Console.note)
    if request.needsMeasuring { Console.note("measuring \(Wording.count(threads, "thread")) ...") }
    let plan = try plan(data)
    Wording.describe(plan, data).forEach(Console.note)
    if Interrupt.isRequested { throw Stopped() }
    let trainer = try Trainer(
      beginning: plan.configuration, in: folder, data: data, threads: threads)
    try Session(trainer).run()
  }

  private func plan(_ data: DatasetMixture) throws -> TrainingPlan {
    do {
      return try TrainingPlan(
        request, data: data, threads: threads, isCancelled: { Interrupt.isRequested })
    } catch TrainingError.model(.configuration(let reason)) {
      throw UsageError(reason)
    }
  }

  // MARK: An old run

  private func goOn() throws {
    if let old, let out, old != out {
      throw UsageError("'\(old)' and --out '\(out)' name two runs; give one")
    }
    guard let path = old ?? out else {
      throw UsageError("--resume wants the run's folder: `train --resume RUN`")
    }
    let folder = RunFolder(path)
    let continuation = try Trainer.continuation(
      of: folder, request, shards: try shards.map { try MixtureText($0).text(Machine.absolute) })
    continuation.notes.forEach(Console.note)
    if continuation.isFinished {
      let steps = continuation.description.configuration.recipe.steps
      Console.note(
        "'\(path)' has done all its \(steps) steps; --steps N with a larger number makes it longer")
      return
    }
    let data = try DatasetMixture.open(continuation.description.configuration.shards)
    let trainer = try Trainer(resuming: continuation, in: folder, data: data, threads: threads)
    Console.note(
      continuation.state.map { "going on after step \($0.step) of '\(path)'" }
        ?? "'\(path)' has no checkpoint yet: it starts from its beginning")
    try Session(trainer).run()
  }
}
