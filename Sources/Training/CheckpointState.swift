internal import Basics
public import Store

/// Where a run is: the `state.json` of a checkpoint.
public struct CheckpointState: Sendable, Equatable {
  /// Steps done.
  public var step: Int
  /// Tokens predicted in training so far.
  public var tokens: Int
  /// Time spent so far, over all sessions.
  public var seconds: Double
  /// Which windows come next.
  public var loader: LoaderState
  /// The checkpoint with the lowest validation loss so far, this one included.
  public var best: Best?
  /// What is known of the last step where its validation or sample was interrupted: a run that goes on does them
  /// first, so that its curve has no gap.
  public var pending: StepRecord?
  /// The run that this belongs to.
  public var description: RunDescription
  var files: [FileSeal] = []

  /// A checkpoint by its validation loss.
  public struct Best: Sendable, Equatable {
    public var step: Int
    public var validationLoss: Double
  }

  init(
    step: Int, tokens: Int, seconds: Double, loader: LoaderState, best: Best?, pending: StepRecord? = nil,
    description: RunDescription
  ) {
    self.step = step
    self.tokens = tokens
    self.seconds = seconds
    self.loader = loader
    self.best = best
    self.pending = pending
    self.description = description
  }
}

extension CheckpointState {
  var json: JSON {
    [
      "step": .integer(step), "tokens": .integer(tokens), "seconds": .number(seconds), "loader": loader.json,
      "best": best.map { ["step": .integer($0.step), "val_loss": .number($0.validationLoss)] } ?? .null,
      "pending": pending?.json ?? .null, "run": description.json,
      "files": .array(files.map(\.json)),
    ]
  }

  /// Reads what ``json`` writes. `path` is named in the error.
  init(json: JSON, path: String) throws(TrainingError) {
    func missing(_ name: String) -> TrainingError {
      .damaged(path: path, reason: "'\(name)' is missing or makes no sense")
    }
    // No run comes near these; numbers beyond them cannot be added to.
    let most = 1 << 53
    guard let run = json["run"] else { throw missing("run") }
    // First of all: another format has other members.
    let description = try RunDescription(json: run, path: path)
    guard let step = json["step"]?.integer, 0...most ~= step else { throw missing("step") }
    guard let tokens = json["tokens"]?.integer, 0...most ~= tokens else { throw missing("tokens") }
    guard let seconds = json["seconds"]?.number, 0...1e12 ~= seconds else { throw missing("seconds") }
    guard let loader = json["loader"].flatMap({ try? LoaderState(json: $0) }) else {
      throw missing("loader")
    }
    self.init(
      step: step, tokens: tokens, seconds: seconds, loader: loader, best: nil, description: description)
    if let best = json["best"], best != .null {
      guard let step = best["step"]?.integer, let loss = best["val_loss"]?.number else {
        throw missing("best")
      }
      self.best = Best(step: step, validationLoss: loss)
    }
    if let pending = json["pending"], pending != .null {
      guard let record = StepRecord(json: pending), record.step == step else { throw missing("pending") }
      self.pending = record
    }
    let seals = json["files"]?.elements ?? []
    files = seals.compactMap(FileSeal.init(json:))
    guard !files.isEmpty, files.count == seals.count else { throw missing("files") }
  }
}
