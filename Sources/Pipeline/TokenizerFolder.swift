internal import Basics
public import Store
public import Tokenizer

/// A tokenizer and the folder that it was read from.
///
///     let gpt2 = try TokenizerFolder.resolve("gpt2")   // a folder, or a name in the cache
///     let usual = try TokenizerFolder.resolve(nil)     // ./tokenizer, else gpt2 from the cache
///
/// The folder holds `vocab.json` and `merges.txt`, or `encoder.json` and `vocab.bpe`, GPT-2's own names for the same.
public struct TokenizerFolder: Sendable {
  /// Where it was read from.
  public let path: String
  /// What to call it: the folder's name.
  public let name: String
  /// What the files say.
  public let tokenizer: Tokenizer

  /// Names of the two files, of which the first pair found counts.
  static let fileNames = [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]

  /// Reads the tokenizer in the folder at `path`.
  public init(_ path: String) throws(PipelineError) {
    guard Folder.kind(path) == .folder else { throw .noTokenizer(places: ["folder '\(path)'"]) }
    guard let names = Self.fileNames.first(where: { Self.has($0.0, path) && Self.has($0.1, path) }) else {
      throw .noTokenizerFiles(folder: path)
    }
    let vocabulary = try Self.contents(Path.join(path, names.0))
    let merges = try Self.contents(Path.join(path, names.1))
    do {
      tokenizer = try Tokenizer(vocabularyFile: vocabulary, mergesFile: merges)
    } catch {
      throw .tokenizer(folder: path, error)
    }
    self.path = path
    name = Path.name(path)
  }

  /// Reads the tokenizer that `word` means: a folder's path, or a name in the ``Cache``. Nil means the folder `tokenizer`, or
  /// else `gpt2` from the cache.
  public static func resolve(_ word: String?) throws(PipelineError) -> TokenizerFolder {
    let path = word ?? "tokenizer"
    if Folder.kind(path) == .folder { return try TokenizerFolder(path) }
    var places = ["folder '\(path)'"]
    let name = word ?? "gpt2"
    if Cache.isName(name) {
      let folder = Cache.folder(name)
      if Folder.kind(folder) == .folder { return try TokenizerFolder(folder) }
      places.append("'\(name)' in the cache (\(folder))")
    }
    throw .noTokenizer(places: places)
  }

  /// - Throws: where `policy` allows a special token that the tokenizer lacks.
  func check(_ policy: SpecialTokenPolicy) throws(PipelineError) {
    guard case .allow(let names) = policy else { return }
    let known = Set(tokenizer.specialTokens.map(\.name))
    if let name = names.subtracting(known).min() {
      throw .tokenizer(folder: path, .unknownSpecialToken(name))
    }
  }

  private static func has(_ name: String, _ folder: String) -> Bool {
    Folder.kind(Path.join(folder, name)) == .file
  }

  private static func contents(_ path: String) throws(PipelineError) -> [UInt8] {
    try filing { () throws(FileError) in try File.contents(path) }
  }

  /// What a dataset keeps of the tokenizer: its files too, so that its ids can be decoded wherever it goes.
  ///
  /// - Throws: ``PipelineError/noEndOfText(folder:)``, as datasets set documents apart by that token.
  public func record() throws(PipelineError) -> TokenizerRecord {
    guard let endOfText = tokenizer.endOfText else { throw .noEndOfText(folder: path) }
    return TokenizerRecord(
      name: name, digest: tokenizer.digest, vocabularySize: tokenizer.size, endOfText: endOfText,
      files: [
        StoredFile(name: Self.fileNames[0].0, bytes: tokenizer.vocabularyFile()),
        StoredFile(name: Self.fileNames[0].1, bytes: tokenizer.mergesFile()),
      ])
  }
}

extension Tokenizer {
  /// The tokenizer that a dataset keeps.
  public init(_ record: TokenizerRecord) throws(PipelineError) {
    func bytes(_ name: String) -> [UInt8] { record.files.first { $0.name == name }?.bytes ?? [] }
    let names = TokenizerFolder.fileNames[0]
    do {
      try self.init(vocabularyFile: bytes(names.0), mergesFile: bytes(names.1))
    } catch {
      throw .tokenizer(folder: record.name, error)
    }
  }
}
