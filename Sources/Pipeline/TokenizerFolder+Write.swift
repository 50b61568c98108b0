internal import Basics
public import Tokenizer

extension TokenizerFolder {
  /// What writing a tokenizer did to the folder.
  public enum Outcome: Sendable, Equatable {
    /// The folder holds it now.
    case written
    /// The folder held the same tokenizer before.
    case unchanged
  }

  /// Checks before long work whether a tokenizer of `size` tokens or fewer can be written to `folder`.
  ///
  /// - Throws: ``PipelineError/otherTokenizer(folder:)`` where what is there cannot be such a tokenizer, unless
  ///   `replacing`, and what the system says where nothing can be written there.
  public static func check(writingTo folder: String, size: Int, replacing: Bool = false) throws(PipelineError)
  {
    try filing { () throws(FileError) in try Folder.requireCreatable(folder) }
    guard !replacing, Folder.kind(Path.join(folder, fileNames[0].0)) != nil else { return }
    // Of one that may be the same only learning it tells.
    guard let there = try? TokenizerFolder(folder), there.tokenizer.size <= size else {
      throw .otherTokenizer(folder: folder)
    }
  }

  /// Writes `vocab.json` and `merges.txt` into `folder`, which is created where it is not there.
  ///
  /// A process killed in between leaves the old pair, the new pair, or no `vocab.json`; never files of two tokenizers.
  ///
  /// - Throws: ``PipelineError/otherTokenizer(folder:)`` where another tokenizer is there, unless `replacing`.
  public static func write(
    _ tokenizer: Tokenizer, to folder: String, replacing: Bool = false
  ) throws(PipelineError) -> Outcome {
    let vocabulary = Path.join(folder, fileNames[0].0)
    let merges = Path.join(folder, fileNames[0].1)
    let files = [(merges, tokenizer.mergesFile()), (vocabulary, tokenizer.vocabularyFile())]
    let isThere = files.map { path, bytes in (try? File.contents(path)) == bytes }
    if isThere == [true, true] { return .unchanged }
    // The merges alone are what a killed run left.
    let isTaken = Folder.kind(vocabulary) != nil || Folder.kind(merges) != nil && !isThere[0]
    if isTaken, !replacing { throw .otherTokenizer(folder: folder) }
    try filing { () throws(FileError) in
      try Folder.create(folder)
      try Folder.removeUnfinished(folder) { $0 == fileNames[0].0 || $0 == fileNames[0].1 }
      try Folder.remove(vocabulary)
      for (path, bytes) in files { try AtomicFile.write(bytes.span, to: path) }
    }
    return .written
  }
}
