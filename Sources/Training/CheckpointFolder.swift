internal import Basics
internal import Model

/// A checkpoint on the disk.
package struct CheckpointFolder: Sendable, Equatable {
  package let path: String

  package init(_ path: String) { self.path = path }

  static let model = "model.safetensors"
  static let modelConfiguration = "config.json"
  static let optimizer = "optimizer.safetensors"
  static let state = "state.json"

  func file(_ name: String) -> String { Path.join(path, name) }

  /// Whether a model lies here, ours or Hugging Face's.
  package var isCheckpoint: Bool {
    Folder.kind(file(Self.model)) == .file && Folder.kind(file(Self.modelConfiguration)) == .file
  }

  /// Whether the state of a run lies beside the model: what another program wrote has none.
  package var hasState: Bool { Folder.kind(file(Self.state)) != nil }

  /// - Throws: ``TrainingError/damaged(path:reason:)`` naming the file at fault.
  package func readState() throws(TrainingError) -> CheckpointState {
    let path = file(Self.state)
    return try CheckpointState(json: JSONFile.read(path), path: path)
  }

  /// Compares a file with what was saved.
  func check(_ name: String, against state: CheckpointState) throws(TrainingError) {
    guard let seal = state.files.first(where: { $0.name == name }) else {
      throw .damaged(path: file(Self.state), reason: "it does not list '\(name)'")
    }
    try seal.check(in: path)
  }

  // MARK: Saving

  /// Saves model, optimizer and state, so that the folder exists whole or not at all.
  ///
  /// - Precondition: there is no such checkpoint yet.
  func save(_ model: GPT, _ optimizer: AdamW, _ state: CheckpointState) throws(TrainingError) {
    try TrainingError.wrapping {
      let draft = CheckpointFolder(UnfinishedName.make(path))
      do {
        try Folder.create(draft.path)
        try draft.write(model, optimizer, state)
        try Folder.rename(draft.path, to: path)
      } catch {
        // A full disk is fuller for half a checkpoint.
        try? Folder.remove(draft.path)
        throw error
      }
      try Folder.synchronize(Path.parent(path))
    }
  }

  /// Replaces the state of a checkpoint whose weights stay as they are.
  func update(_ state: CheckpointState) throws(TrainingError) {
    var state = state
    state.files = try readState().files
    try JSONFile.write(state.json, to: file(Self.state))
  }

  /// Reads the weights and the optimizer's moments, after comparing every byte with what was saved.
  func restore(_ model: GPT, _ optimizer: AdamW, _ state: CheckpointState) throws(TrainingError) {
    for seal in state.files { try seal.check(in: path) }
    try TrainingError.wrapping {
      try ModelFolder.loadParameters(of: model, from: path)
      try OptimizerFile.load(optimizer, of: model, from: file(Self.optimizer))
    }
  }

  private func write(_ model: GPT, _ optimizer: AdamW, _ state: CheckpointState) throws {
    try ModelFolder.save(model, to: path)
    try OptimizerFile.save(optimizer, of: model, to: file(Self.optimizer))
    var state = state
    state.files = try [Self.model, Self.modelConfiguration, Self.optimizer].map {
      try FileSeal($0, in: path)
    }
    try JSONFile.write(state.json, to: file(Self.state))
  }

  /// Removes the checkpoint. Its name goes first, so that no half of it is ever taken for a whole.
  package func remove() throws(TrainingError) {
    do {
      let grave = UnfinishedName.make(path)
      try Folder.rename(path, to: grave)
      try Folder.remove(grave)
    } catch { throw .file(error) }
  }
}
