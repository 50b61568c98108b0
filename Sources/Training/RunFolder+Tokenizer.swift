internal import Basics
internal import Store
internal import Tokenizer

/// The files of a tokenizer, as GPT-2 tools name them.
enum TokenizerFiles {
  static let vocabulary = "vocab.json"
  static let merges = "merges.txt"

  static func areIn(_ folder: String) -> Bool {
    [vocabulary, merges].allSatisfy { Folder.kind(Path.join(folder, $0)) == .file }
  }

  /// - Throws: ``TrainingError/damaged(path:reason:)`` where the files are not those that the run of `description` began
  ///   with.
  static func load(_ folder: String, for description: RunDescription?) throws(TrainingError) -> Tokenizer {
    let tokenizer = try load(folder)
    guard let description, tokenizer.digest != description.tokenizerDigest else { return tokenizer }
    throw .damaged(
      path: Path.join(folder, vocabulary),
      reason: """
        with merges.txt it is the tokenizer \(RunDescription.label("", tokenizer.digest)), not \
        \(description.tokenizerLabel), which made the run's ids
        """)
  }

  private static func load(_ folder: String) throws(TrainingError) -> Tokenizer {
    for name in [vocabulary, merges] where Folder.kind(Path.join(folder, name)) != .file {
      throw .damaged(path: Path.join(folder, name), reason: "the file is missing, and with it the tokenizer")
    }
    return try TrainingError.wrapping {
      try Tokenizer(
        vocabularyFile: File.contents(Path.join(folder, vocabulary)),
        mergesFile: File.contents(Path.join(folder, merges)))
    }
  }
}

extension RunFolder {
  /// Writes the tokenizer that the dataset was made with.
  func write(_ record: TokenizerRecord) throws {
    for name in [TokenizerFiles.vocabulary, TokenizerFiles.merges] {
      guard let file = record.files.first(where: { $0.name == name }) else {
        throw TrainingError.setting(
          """
          the dataset's tokenizer '\(record.name)' has no \(name), so that nothing it makes could be read; \
          encode the text anew
          """)
      }
      try AtomicFile.write(file.bytes.span, to: Path.join(path, name))
    }
  }

  /// The run's tokenizer.
  ///
  /// - Throws: ``TrainingError/damaged(path:reason:)`` where its files are not those that the run began with.
  func tokenizer(for description: RunDescription) throws(TrainingError) -> Tokenizer {
    try TokenizerFiles.load(path, for: description)
  }
}
