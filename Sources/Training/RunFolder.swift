internal import Basics

/// Where the parts of a run lie.
///
///     runs/2026-11-24-101500/
///       config.json       the whole configuration, the dataset's root hash, the tokenizer's digest
///       metrics.jsonl     a line a step
///       vocab.json        the tokenizer, as GPT-2 tools load it
///       merges.txt        (both; tokenizer.json alone where the two do not say all of it)
///       checkpoints/
///         step-000200/    config.json and model.safetensors as Hugging Face's GPT-2 has them,
///                         optimizer.safetensors, state.json
///
/// A checkpoint is whole where its folder has a name without `.tmp-`: it gets that name last of all.
public struct RunFolder: Sendable, Equatable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var metricsFile: String { Path.join(path, "metrics.jsonl") }
  package var configurationFile: String { Path.join(path, "config.json") }
  package var checkpointsFolder: String { Path.join(path, "checkpoints") }

  /// The folder of the checkpoint after `step` steps.
  package func checkpoint(_ step: Int) -> CheckpointFolder {
    let digits = "\(step)"
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    return CheckpointFolder(Path.join(checkpointsFolder, "step-\(zeros)\(digits)"))
  }

  /// Whether a run was begun here.
  package var isRun: Bool {
    Folder.kind(configurationFile) == .file && Folder.kind(checkpointsFolder) == .folder
  }

  /// The steps that have a checkpoint, lowest first.
  package func checkpointSteps() throws(TrainingError) -> [Int] {
    guard Folder.kind(checkpointsFolder) == .folder else { return [] }
    do {
      return try Folder.names(checkpointsFolder).compactMap(Self.step).sorted()
    } catch { throw .file(error) }
  }

  private static func step(of name: String) -> Int? {
    guard name.hasPrefix("step-") else { return nil }
    let digits = name.dropFirst("step-".count)
    return digits.allSatisfy { ("0"..."9").contains($0) } ? Int(digits) : nil
  }

  /// The files that appear whole or not at all.
  private static let atomicFiles = ["config.json", "vocab.json", "merges.txt", "tokenizer.json"]

  /// Removes what a killed process left half-written, checkpoints too.
  func removeUnfinished() throws(FileError) {
    try Folder.removeUnfinished(path) { Self.atomicFiles.contains($0) }
    try Folder.removeUnfinished(checkpointsFolder, includingFolders: true) { Self.step(of: $0) != nil }
  }

  /// Makes the folder of a new run.
  ///
  /// - Throws: ``TrainingError/runExists(path:isRun:)`` where something is there.
  package func create() throws(TrainingError) {
    try checkIsFree()
    do { try Folder.create(path) } catch { throw .file(error) }
  }

  /// - Throws: ``TrainingError/runExists(path:isRun:)`` where no run can begin here.
  package func checkIsFree() throws(TrainingError) {
    if Folder.kind(path) != nil, !hasNothing { throw .runExists(path: path, isRun: isRun) }
  }

  /// Whether the folder is empty, or as a process left it that was killed before it began its run.
  private var hasNothing: Bool {
    guard Folder.kind(path) == .folder, let names = try? Folder.names(path) else { return false }
    let begun = Self.atomicFiles + ["metrics.jsonl", "checkpoints"]
    return names.allSatisfy { begun.contains(UnfinishedName($0)?.name ?? $0) && $0 != "config.json" }
      && (try? Folder.names(checkpointsFolder).isEmpty) != false
  }

  /// Keeps a second process from training into the folder, until the lock goes out of scope or the process ends. Nil
  /// where the file system cannot lock.
  ///
  /// - Throws: ``TrainingError/runInUse(path:)`` where another process holds the lock.
  func lock() throws(TrainingError) -> FolderLock? {
    let path = path
    switch try TrainingError.wrapping({ try FolderLock.take(path) }) {
    case .locked(let lock): return lock
    case .inUse: throw .runInUse(path: path)
    case .unsupported: return nil
    }
  }
}
