/// A file of a tokenizer.
public struct TokenizerFile: Sendable, Equatable {
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

extension Tokenizer {
  /// What the files of a tokenizer that can be rebuilt from them are called.
  public static let fileNames = (vocabulary: "vocab.json", merges: "merges.txt", whole: "tokenizer.json")

  /// `vocab.json` and `merges.txt`, which belong to GPT-2's pattern unless said otherwise.
  ///
  /// - Throws: ``TokenizerError/notExpressible(as:reason:)`` where reading them would give another tokenizer.
  public func vocabularyFiles() throws(TokenizerError) -> [TokenizerFile] {
    if let reason = reasonAgainstVocabularyFiles {
      throw .notExpressible(as: Self.vocabularyForm, reason: reason)
    }
    let (vocabulary, merges) = (vocabularyFile(), mergesFile())
    // A special token's name may also be how another token is spelled, or be read as a spelling itself.
    guard (try? Tokenizer(vocabularyFile: vocabulary, mergesFile: merges))?.digest == digest else {
      throw .notExpressible(
        as: Self.vocabularyForm, reason: "the name of a special token is also the spelling of other bytes")
    }
    return [
      TokenizerFile(name: Self.fileNames.vocabulary, bytes: vocabulary),
      TokenizerFile(name: Self.fileNames.merges, bytes: merges),
    ]
  }

  /// All that is needed to make the tokenizer again: `vocab.json` and `merges.txt` where they are enough, else
  /// `tokenizer.json`.
  public func files() throws(TokenizerError) -> [TokenizerFile] {
    if let files = try? vocabularyFiles() { return files }
    return [TokenizerFile(name: Self.fileNames.whole, bytes: try huggingFaceFile())]
  }

  /// Reads what ``files()`` gave: `tokenizer.json` where it is among them.
  public init(files: [TokenizerFile]) throws(TokenizerError) {
    func bytes(_ name: String) -> [UInt8]? { files.first { $0.name == name }?.bytes }
    if let whole = bytes(Self.fileNames.whole) {
      try self.init(huggingFaceFile: whole)
    } else {
      try self.init(
        vocabularyFile: bytes(Self.fileNames.vocabulary) ?? [],
        mergesFile: bytes(Self.fileNames.merges) ?? [])
    }
  }

  private static let vocabularyForm = "vocab.json with merges.txt"

  /// What can be told without reading the files back.
  private var reasonAgainstVocabularyFiles: String? {
    if pattern != .gpt2 { return "they do not name its pattern, \(pattern.name)" }
    if !storage.wholeTokens.isEmpty { return "some of its tokens are made by no merge" }
    if (0..<size).contains(where: { storage.vocabulary.length(of: $0) == 0 }) {
      return "it leaves ids unused"
    }
    for token in specialTokens where !token.isBracketed {
      return "'\(token.name)' does not look like a special token, as <|endoftext|> does"
    }
    return nil
  }
}
