internal import Basics
public import Store

extension Trainer {
  /// What a run goes on with.
  public struct Continuation: Sendable {
    public let description: RunDescription
    /// The newest checkpoint; nil where there is none yet, so that the run starts from its beginning.
    public let state: CheckpointState?
    /// What changes, in words.
    public let notes: [String]

    /// Whether all steps are done.
    public var isFinished: Bool {
      guard let state else { return false }
      return state.pending == nil && state.step >= description.configuration.recipe.steps
    }
  }

  /// Reads how far the run in `folder` has come and what `request` changes in it.
  ///
  /// How often it is looked at and saved may change, and the number of steps: the learning rate then follows the
  /// cosine over the new number. All else may be named again but not changed.
  ///
  /// - Throws: ``TrainingError/otherConfiguration(run:differences:)`` naming what may not change.
  ///
  /// - Parameter shards: where the data lie now, if they were moved.
  public static func continuation(
    of folder: RunFolder, _ request: TrainingRequest = TrainingRequest(), shards: String? = nil
  ) throws(TrainingError) -> Continuation {
    try request.validate()
    guard folder.isRun else { throw .notARun(path: folder.path) }
    for (name, value) in [("--minutes", request.minutes), ("--epochs", request.epochs)] where value != nil {
      throw .setting("\(name) is for a new run; give --steps to make '\(folder.path)' longer")
    }
    let file = folder.configurationFile
    var description = try RunDescription(json: JSONFile.read(file), path: file)
    let old = description.configuration
    var new = request.applied(to: old)
    new.shards = shards ?? old.shards
    let differences = new.recipe.differences(from: old.recipe)
    guard differences.isEmpty else { throw .otherConfiguration(run: folder.path, differences: differences) }
    try new.recipe.validate()
    try new.cadence.validate()
    let state = try folder.checkpointSteps().last.map { step throws(TrainingError) in
      let checkpoint = folder.checkpoint(step)
      let state = try checkpoint.readState()
      guard state.step == step else {
        throw .damaged(path: checkpoint.path, reason: "its state is that of step \(state.step)")
      }
      return state
    }
    if let run = state?.description.configuration.recipe {
      let differences = old.recipe.differences(from: run)
      guard differences.isEmpty else {
        throw .damaged(
          path: file,
          reason: "it is not what the newest checkpoint was made with: \(differences.joined(separator: "; "))"
        )
      }
    }
    description.configuration = new
    return Continuation(
      description: description, state: state,
      notes: try notes(from: old.recipe.steps, to: new.recipe.steps, at: state?.step ?? 0))
  }

  private static func notes(from old: Int, to new: Int, at step: Int) throws(TrainingError) -> [String] {
    guard new != old else { return [] }
    guard new >= step else {
      throw .setting("--steps \(new) is fewer than the \(step) steps that the run has done")
    }
    return [
      "\(new) steps instead of \(old): the learning rate follows the cosine over the new number from here on"
    ]
  }

  /// Goes on with a run.
  ///
  /// - Throws: ``TrainingError/otherDataset(run:recorded:shards:found:)`` where `data` is not the run's own.
  public convenience init(
    resuming continuation: Continuation, in folder: RunFolder, data: DatasetMixture, threads: Int
  ) throws(TrainingError) {
    try continuation.description.check(data, run: folder.path)
    try continuation.state?.description.check(data, run: folder.path)
    let lock = try folder.lock()
    // Another process may have gone on with the run since the continuation was read.
    guard try folder.checkpointSteps().last == continuation.state?.step else {
      throw .runInUse(path: folder.path)
    }
    try self.init(
      continuation.description, continuation.state, in: folder, lock: lock, data: data, threads: threads)
  }
}
