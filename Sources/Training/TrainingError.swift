public import Basics
public import Model
public import Store
public import Tokenizer

/// Why a model cannot be trained, or a trained one not be used.
public enum TrainingError: Error, Equatable {
  case file(FileError)
  case store(StoreError)
  case model(ModelError)
  case tokenizer(TokenizerError)
  /// The folder for a new run holds something already.
  case runExists(path: String, isRun: Bool)
  /// Another process is training into the folder.
  case runInUse(path: String)
  /// There is neither a run nor a checkpoint at the path.
  case notARun(path: String)
  /// The run has no checkpoint yet.
  case noCheckpoint(run: String)
  /// The run has no checkpoint of that name.
  case unknownCheckpoint(String, run: String, known: [String])
  /// The run was started with other settings than it is to go on with.
  case otherConfiguration(run: String, differences: [String])
  /// The shards hold other tokens than those that the run was started with.
  case otherDataset(run: String, recorded: String, shards: String, found: String)
  /// The shards' ids are another tokenizer's than the model's.
  case otherTokenizer(model: String, modelTokenizer: String, shards: String, shardsTokenizer: String)
  /// A file of a run or checkpoint that is missing, cut short or changed.
  case damaged(path: String, reason: String)
  /// A file of a run that another version of the program wrote.
  case otherFormat(path: String, format: Int, known: Int)
  /// Somebody asked to stop before there was a result.
  case cancelled
  /// A setting that makes no sense.
  case setting(String)
  /// The loss or the gradient stopped being a number.
  case notFinite(quantity: String, value: String, step: Int, lastCheckpoint: String?)
  /// The model's prediction is not a number, so that no token can be chosen.
  case brokenModel(position: Int)
}

extension TrainingError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .store(let error): error.description
    case .model(let error): error.description
    case .tokenizer(let error): "\(error)"
    case .runExists(let path, true):
      """
      '\(path)' holds a run already; go on with it by `--resume`, choose another folder with --out, \
      or remove it first
      """
    case .runExists(let path, false):
      "'\(path)' holds files that are not a run's; choose an empty or new folder with --out"
    case .runInUse(let path):
      "another process is training into '\(path)'; wait until it ends, or choose another folder with --out"
    case .notARun(let path):
      """
      '\(path)' is neither a run (config.json and checkpoints/) nor a checkpoint (config.json and \
      model.safetensors); give the folder that `train --out` named
      """
    case .noCheckpoint(let run):
      "the run '\(run)' has no checkpoint yet; train it further with `train --resume \(run)`"
    case .unknownCheckpoint(let name, let run, let known):
      "the run '\(run)' has no checkpoint '\(name)'; it has \(known.joined(separator: ", "))"
    case .otherConfiguration(let run, let differences):
      """
      the run '\(run)' was started with other settings: \(differences.joined(separator: "; ")). \
      Leave these options out to go on with it, or start another run with another --out
      """
    case .otherDataset(let run, let recorded, let shards, let found):
      """
      the run '\(run)' learns from the dataset with root hash \(recorded), but '\(shards)' has root hash \(found); \
      give its own shards with --shards, or start another run with another --out
      """
    case .otherTokenizer(let model, let modelTokenizer, let shards, let shardsTokenizer):
      """
      the shards '\(shards)' were made with tokenizer \(shardsTokenizer), but '\(model)' was trained with tokenizer \
      \(modelTokenizer); encode the text anew with the model's own vocab.json and merges.txt
      """
    case .damaged(let path, let reason): "'\(path)' cannot be used: \(reason)\(Self.advice(path))"
    case .otherFormat(let path, let format, let known):
      """
      '\(path)' is of run format \(format), and this program knows format \(known); use the program that wrote it. The \
      weights alone can be used by any: copy a checkpoint's config.json and model.safetensors, and the tokenizer's \
      files, to a folder of their own
      """
    case .cancelled: "stopped before the end; nothing was written"
    case .setting(let reason): reason
    case .notFinite(let quantity, let value, let step, let checkpoint):
      """
      the \(quantity) is \(value) at step \(step), so training stops; \
      \(checkpoint.map { "the last good checkpoint is '\($0)'" } ?? "there is no checkpoint yet"). \
      Start another run with a lower --learning-rate or a longer --warmup
      """
    case .brokenModel(let position):
      """
      the model's prediction after \(position) tokens is not a number; its training went wrong, \
      so use an earlier checkpoint
      """
    }
  }
}

extension TrainingError {
  private static func advice(_ path: String) -> String {
    let folder = Path.parent(path)
    guard Path.name(folder).hasPrefix("step-") else { return "" }
    return ". Remove the folder '\(folder)' to use the checkpoint before it"
  }

  /// Gives an error of a module below its place among ours.
  init(_ error: any Error) {
    switch error {
    case let error as TrainingError: self = error
    case let error as FileError: self = .file(error)
    case let error as StoreError: self = .store(error)
    case let error as ModelError: self = .model(error)
    case let error as TokenizerError: self = .tokenizer(error)
    default: preconditionFailure("an error of no module below: \(error)")
    }
  }

  /// Runs `body`, whose errors come from several modules.
  static func wrapping<Result: ~Copyable>(_ body: () throws -> Result) throws(TrainingError) -> Result {
    do { return try body() } catch { throw TrainingError(error) }
  }
}
