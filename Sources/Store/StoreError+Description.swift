internal import Basics
internal import Glibc

extension StoreError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .notADataset(let folder):
      """
      '\(folder)' is no dataset: there is no \(Path.join(folder, ManifestSchema.fileName)); \
      name a folder that `prep encode` wrote
      """
    case .foreignFolder(let folder, let file):
      """
      '\(folder)' holds \(file) but no \(ManifestSchema.fileName) that says what it belongs to; \
      choose another folder, or remove the shards by hand
      """
    case .incomplete(let folder, let segments, let count):
      """
      the dataset in '\(folder)' is not finished (\(segments) of \(count) segments); \
      run the command that makes it again, and it will go on from there
      """
    case .otherDataset(let folder, let differences):
      """
      '\(folder)' holds another dataset: \(differences.joined(separator: "; ")); \
      choose another folder, or give --replace to remove what is there
      """
    case .replaced(let folder):
      "another dataset took the place of the one in '\(folder)' while that was read; run it again to read the new one"
    case .inUse(let folder):
      "another process is writing the dataset in '\(folder)'; wait for it to end, or stop it"
    case .otherVersion(let path, let version):
      """
      '\(path)' is of version \(version), and this program knows version \(ManifestSchema.version); \
      use the program that wrote it, or make the dataset again with --replace
      """
    case .damagedManifest(let path, let reason):
      "'\(path)' is damaged: \(reason); restore it from a copy, or make the dataset again with --replace"
    case .database(let path, let reason): "cannot use '\(path)': \(reason)"
    case .damagedShard(let fault): fault.description
    case .otherContent(let path, let expected, let found):
      """
      '\(path)' cannot be made again: its content digest is \(expected), and the sources give \
      \(found.map(\.description) ?? "no documents"); the file is as it was; restore it from a copy
      """
    case .damagedCodecTable(let path, let reason):
      """
      the codec table '\(path)' cannot be used: \(reason); make it again from the sources with `prep repair`, restore it from a \
      copy, or make the dataset again with --replace
      """
    case .tokenBeyondVocabulary(let id, let size):
      "token \(id) is not in the vocabulary of \(size) tokens; encode with the tokenizer that the dataset names"
    case .emptySplit(let split, let folder):
      "the dataset in '\(folder)' has no documents in the split '\(split)'; encode with another --split or --val-fraction"
    case .otherState(let reason): "the saved place in the data does not fit: \(reason)"
    case .otherTokenizer(let folder, let tokenizer, let others, let othersTokenizer):
      """
      '\(folder)' was made with tokenizer \(tokenizer), but '\(others)' with tokenizer \(othersTokenizer); \
      encode one of them anew with the other's tokenizer
      """
    case .mixture(let reason): "the mixture of datasets cannot be used: \(reason)"
    }
  }
}

extension ShardFault: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    problem + "; make it again from the sources with `prep repair`, or restore the file from a copy"
  }

  /// What is wrong, and where.
  public var problem: String {
    var text = "'\(path)' is damaged: "
    if let frame { text += "frame \(frame): " }
    text += reason
    if let documents, let last = documents.last {
      text +=
        documents.count == 1
        ? "; it held document \(last)" : "; it held documents \(documents.lowerBound) to \(last)"
    }
    let shown = sources.prefix(3).map {
      "bytes \($0.bytes.lowerBound)..<\($0.bytes.upperBound) of '\($0.path)'"
    }
    if !shown.isEmpty {
      text += ", from \(shown.joined(separator: ", "))"
      if sources.count > 3 { text += " and \(sources.count - 3) more" }
    }
    return text
  }
}

extension StoreError {
  /// What is wrong with a file of a dataset, without advice; of other errors all that they say.
  public var problem: String {
    switch self {
    case .damagedShard(let fault): fault.problem
    case .damagedCodecTable(let path, let reason): "'\(path)' is damaged: \(reason)"
    default: description
    }
  }

  /// Whether another try may end otherwise: the system refused, or somebody has a lock.
  var isOfSystem: Bool {
    switch self {
    case .file, .database: true
    default: false
    }
  }

  /// Does something with files, with the system's errors as this module's.
  static func filing<Result: ~Copyable>(
    _ body: () throws(FileError) -> Result
  ) throws(StoreError) -> Result {
    do { return try body() } catch { throw .file(error) }
  }

  init(_ error: SQLiteError) {
    if error.isDamage {
      self = .damagedManifest(path: error.path, reason: error.message)
    } else if error.isBusy {
      self = .database(path: error.path, reason: "another program keeps it locked; close that program")
    } else if error.system != 0 {
      // SQLite calls it "disk I/O error", be it a full disk, a read-only or a broken one.
      self = .file(FileError("use", error.path, code: error.system))
    } else if error.isFull {
      self = .file(FileError("use", error.path, code: ENOSPC))
    } else if error.isAboutSystem {
      let advice =
        "the disk is full, cannot be written, or fails; free some space, or see the system's log (`dmesg`)"
      self = .database(path: error.path, reason: "\(error.message): \(advice)")
    } else {
      self = .database(path: error.path, reason: error.message)
    }
  }

  /// Does something with the manifest, with SQLite's errors as this module's.
  static func querying<Result: ~Copyable>(
    _ body: () throws(SQLiteError) -> Result
  ) throws(StoreError) -> Result {
    do { return try body() } catch { throw StoreError(error) }
  }
}
