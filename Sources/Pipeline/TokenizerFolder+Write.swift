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
    let names = [Tokenizer.fileNames.vocabulary, Tokenizer.fileNames.whole]
    guard !replacing, names.contains(where: { Folder.kind(Path.join(folder, $0)) != nil }) else { return }
    // Of one that may be the same only learning it tells.
    guard let there = try? TokenizerFolder(folder), there.tokenizer.size <= size else {
      throw .otherTokenizer(folder: folder)
    }
  }

  /// Writes `vocab.json` and `merges.txt` into `folder`, which is created where it is not there; and `tokenizer.json`
  /// where these two do not say all, as they do not say another pattern than GPT-2's, or that ids are not used.
  ///
  /// A process killed in between leaves the old tokenizer, the new one, or no `vocab.json`; never files of two tokenizers
  /// that could be taken for one.
  ///
  /// - Throws: ``PipelineError/otherTokenizer(folder:)`` where another tokenizer is there, unless `replacing`.
  public static func write(
    _ tokenizer: Tokenizer, to folder: String, replacing: Bool = false
  ) throws(PipelineError) -> Outcome {
    let names = Tokenizer.fileNames
    let (vocabulary, whole) = (Path.join(folder, names.vocabulary), Path.join(folder, names.whole))
    let merges = Path.join(folder, names.merges)
    var files = [(merges, tokenizer.mergesFile()), (vocabulary, tokenizer.vocabularyFile())]
    if (try? tokenizer.vocabularyFiles()) == nil {
      files.insert((whole, try huggingFaceFile(tokenizer, folder)), at: 1)
    }
    func isThere(_ path: String) -> Bool {
      files.contains { $0.0 == path && (try? File.contents(path)) == $0.1 }
    }
    let isStale = Folder.kind(whole) != nil && !isThere(whole)
    if !isStale, files.allSatisfy({ isThere($0.0) }) { return .unchanged }
    // The merges alone are what a killed run left.
    let isTaken =
      Folder.kind(vocabulary) != nil || isStale || Folder.kind(merges) != nil && !isThere(merges)
    if isTaken, !replacing { throw .otherTokenizer(folder: folder) }
    try filing { () throws(FileError) in
      try Folder.create(folder)
      try Folder.removeUnfinished(folder) { [names.vocabulary, names.merges, names.whole].contains($0) }
      try Folder.remove(vocabulary)
      if isStale { try Folder.remove(whole) }
      for (path, bytes) in files { try AtomicFile.write(bytes.span, to: path) }
    }
    return .written
  }

  private static func huggingFaceFile(
    _ tokenizer: Tokenizer, _ folder: String
  ) throws(PipelineError) -> [UInt8] {
    do {
      return try tokenizer.huggingFaceFile()
    } catch {
      throw .tokenizer(folder: folder, error)
    }
  }
}
