internal import Basics
internal import Store
internal import Tokenizer

/// The files of a tokenizer: `tokenizer.json`, or `vocab.json` and `merges.txt` as GPT-2 tools name them.
enum TokenizerFiles {
  static let vocabulary = Tokenizer.fileNames.vocabulary
  static let merges = Tokenizer.fileNames.merges
  static let whole = Tokenizer.fileNames.whole

  static func areIn(_ folder: String) -> Bool {
    has(whole, folder) || has(vocabulary, folder) && has(merges, folder)
  }

  private static func has(_ name: String, _ folder: String) -> Bool {
    Folder.kind(Path.join(folder, name)) == .file
  }

  /// - Throws: ``TrainingError/damaged(path:reason:)`` where the files are not those that the run of `description` began
  ///   with.
  static func load(_ folder: String, for description: RunDescription?) throws(TrainingError) -> Tokenizer {
    let tokenizer = try load(folder)
    guard let description, tokenizer.digest != description.tokenizerDigest else { return tokenizer }
    let isWhole = has(whole, folder)
    throw .damaged(
      path: Path.join(folder, isWhole ? whole : vocabulary),
      reason: """
        \(isWhole ? "" : "with merges.txt ")it is the tokenizer \(TokenizerRecord.label("", tokenizer.digest)), not \
        \(description.tokenizerLabel), which made the run's ids
        """)
  }

  private static func load(_ folder: String) throws(TrainingError) -> Tokenizer {
    let names = has(whole, folder) ? [whole] : [vocabulary, merges]
    for name in names where !has(name, folder) {
      throw .damaged(
        path: Path.join(folder, name), reason: "the file is missing, and with it the tokenizer")
    }
    return try TrainingError.wrapping {
      try Tokenizer(
        files: names.map { TokenizerFile(name: $0, bytes: try File.contents(Path.join(folder, $0))) })
    }
  }
}

extension RunFolder {
  /// Writes the tokenizer that the dataset was made with.
  func write(_ record: TokenizerRecord) throws {
    let isWhole = record.files.contains { $0.name == TokenizerFiles.whole }
    for name in isWhole ? [TokenizerFiles.whole] : [TokenizerFiles.vocabulary, TokenizerFiles.merges] {
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
