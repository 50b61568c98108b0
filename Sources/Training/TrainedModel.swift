internal import Basics
public import Model
public import Store
public import Tokenizer

/// Which of a run's checkpoints.
public enum CheckpointChoice: Sendable, Equatable {
  /// The one with the lowest validation loss; the newest where nothing was validated.
  case best
  case latest
  case step(Int)

  /// `best`, `latest` or a step's number.
  public init?(_ text: String) {
    switch text {
    case "best": self = .best
    case "latest": self = .latest
    default:
      guard let step = Int(text), step >= 0 else { return nil }
      self = .step(step)
    }
  }
}

/// A model on the disk: a run's checkpoint, or a folder as Hugging Face has them.
public struct TrainedModel: Sendable {
  /// The checkpoint's folder.
  public let path: String
  /// Where the run was; nil where another program wrote the checkpoint.
  public let state: CheckpointState?
  public let configuration: GPTConfiguration
  public let tokenizer: Tokenizer

  /// Finds the model at `path`: a run, a run's checkpoint, or a folder with config.json, model.safetensors and
  /// tokenizer.json, or vocab.json and merges.txt.
  ///
  /// - Throws: ``TrainingError/notARun(path:)``, or an error that names the file at fault.
  public init(_ path: String, _ choice: CheckpointChoice = .best) throws(TrainingError) {
    let folder = try Self.find(path, choice)
    self.path = folder.path
    let file = folder.file(CheckpointFolder.modelConfiguration)
    state = folder.hasState ? try folder.readState() : nil
    if let state { try folder.check(CheckpointFolder.modelConfiguration, against: state) }
    configuration = try TrainingError.wrapping { try ModelFolder.configuration(folder.path) }
    if let state, !TokenizerFiles.areIn(folder.path) {
      let run = RunFolder(Path.parent(Path.parent(Machine.absolute(folder.path))))
      tokenizer = try run.tokenizer(for: state.description)
    } else {
      tokenizer = try TokenizerFiles.load(folder.path, for: state?.description)
    }
    guard tokenizer.size <= configuration.vocabularySize else {
      throw .damaged(
        path: file,
        reason: "the model knows \(configuration.vocabularySize) tokens and its tokenizer \(tokenizer.size)")
    }
  }

  /// The weights, ready to compute with.
  public func load(batch: Int, time: Int, threads: Int) throws(TrainingError) -> GPT {
    let folder = CheckpointFolder(path)
    if let state { try folder.check(CheckpointFolder.model, against: state) }
    return try TrainingError.wrapping {
      try ModelFolder.load(path, batch: batch, time: time, threads: threads)
    }
  }

  /// The tokenizer, named so that a person can tell it from others.
  package var tokenizerLabel: String {
    state?.description.tokenizerLabel ?? TokenizerRecord.label(Path.name(path), tokenizer.digest)
  }

  /// - Throws: ``TrainingError/otherTokenizer(model:modelTokenizer:shards:shardsTokenizer:)`` where the ids of `dataset`
  ///   mean other text than the model's.
  public func check(_ dataset: Dataset) throws(TrainingError) {
    guard dataset.tokenizer.digest == tokenizer.digest else {
      throw .otherTokenizer(
        model: path, modelTokenizer: tokenizerLabel, shards: dataset.folder,
        shardsTokenizer: dataset.tokenizer.label)
    }
  }

  private static func find(_ path: String, _ choice: CheckpointChoice) throws(TrainingError)
    -> CheckpointFolder
  {
    let folder = CheckpointFolder(path)
    if folder.isCheckpoint { return folder }
    let run = RunFolder(path)
    guard run.isRun else { throw .notARun(path: path) }
    let steps = try run.checkpointSteps()
    guard let latest = steps.last else { throw .noCheckpoint(run: path) }
    switch choice {
    case .latest: return run.checkpoint(latest)
    case .best:
      let best = try run.checkpoint(latest).readState().best?.step
      return run.checkpoint(best.flatMap { steps.contains($0) ? $0 : nil } ?? latest)
    case .step(let step):
      guard steps.contains(step) else {
        throw .unknownCheckpoint("\(step)", run: path, known: steps.map { "\($0)" })
      }
      return run.checkpoint(step)
    }
  }
}
