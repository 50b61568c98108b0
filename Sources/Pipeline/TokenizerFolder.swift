internal import Basics
public import Store
public import Tokenizer

/// A tokenizer and where it was read from.
///
///     let gpt2 = try TokenizerFolder.resolve("gpt2")   // a folder, or a name in the cache
///     let usual = try TokenizerFolder.resolve(nil)     // ./tokenizer, else gpt2 from the cache
///
/// A folder holds `tokenizer.json`, as Hugging Face keeps it; or `vocab.json` and `merges.txt`, or `encoder.json` and `vocab.bpe`,
/// GPT-2's own names for the same; or one `.tiktoken` file. The first of these that is there counts, as `tokenizer.json` alone
/// says all. A file may also be named itself.
public struct TokenizerFolder: Sendable {
  /// Where it was read from.
  public let path: String
  /// What to call it: the folder's name, or the file's without its ending.
  public let name: String
  /// What the files say.
  public let tokenizer: Tokenizer

  /// Names of the two files, of which the first pair found counts.
  static let fileNames = [
    (Tokenizer.fileNames.vocabulary, Tokenizer.fileNames.merges), ("encoder.json", "vocab.bpe"),
  ]
  private static let tiktokenEnding = ".tiktoken"

  /// Reads the tokenizer in the folder, or in the file, at `path`.
  public init(_ path: String) throws(PipelineError) {
    self.path = path
    switch Folder.kind(path) {
    case .folder:
      tokenizer = try Self.read(folder: path)
      name = Path.name(path)
    case .file where Self.isTokenizer(path):
      tokenizer = try Self.read(file: path)
      name = Self.nameWithoutEnding(path)
    default: throw .noTokenizer(places: ["folder '\(path)'"])
    }
  }

  /// Reads a `.tiktoken` file of which is known what it does not say itself.
  public init(
    tiktokenFile path: String, pattern: Pretokenizer.Pattern, specialTokens: [SpecialToken]
  ) throws(PipelineError) {
    let bytes = try Self.contents(path)
    self.path = path
    name = Self.nameWithoutEnding(path)
    tokenizer = try Self.making(path) { () throws(TokenizerError) in
      try Tokenizer(tiktokenFile: bytes, pattern: pattern, specialTokens: specialTokens)
    }
  }

  private static func nameWithoutEnding(_ path: String) -> String {
    let file = Path.name(path)
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }

  private static func isTokenizer(_ path: String) -> Bool {
    path.hasSuffix(tiktokenEnding) || path.hasSuffix(".json")
  }

  private static func read(folder path: String) throws(PipelineError) -> Tokenizer {
    if has(Tokenizer.fileNames.whole, path) {
      return try read(file: Path.join(path, Tokenizer.fileNames.whole))
    }
    if let names = fileNames.first(where: { has($0.0, path) && has($0.1, path) }) {
      let vocabulary = try contents(Path.join(path, names.0))
      let merges = try contents(Path.join(path, names.1))
      return try making(path) { () throws(TokenizerError) in
        try Tokenizer(vocabularyFile: vocabulary, mergesFile: merges)
      }
    }
    let names = try filing { () throws(FileError) in try Folder.names(path) }
    let files = names.filter { $0.hasSuffix(tiktokenEnding) }
    guard files.count == 1 else { throw .noTokenizerFiles(folder: path) }
    return try read(file: Path.join(path, files[0]))
  }

  private static func read(file path: String) throws(PipelineError) -> Tokenizer {
    let bytes = try contents(path)
    guard path.hasSuffix(tiktokenEnding) else {
      return try making(path) { () throws(TokenizerError) in try Tokenizer(huggingFaceFile: bytes) }
    }
    guard let encoding = PublishedEncoding(tiktokenFile: bytes, name: nameWithoutEnding(path)) else {
      throw .unknownEncoding(file: path)
    }
    return try making(path) { () throws(TokenizerError) in try Tokenizer(tiktokenFile: bytes, encoding) }
  }

  private static func making(
    _ path: String, _ make: () throws(TokenizerError) -> Tokenizer
  ) throws(PipelineError) -> Tokenizer {
    do {
      return try make()
    } catch {
      throw .tokenizer(folder: path, error)
    }
  }

  /// Reads the tokenizer that `word` means: the path of a folder or a file, or a name in the ``Cache``. Nil means the folder
  /// `tokenizer`, or else `gpt2` from the cache.
  public static func resolve(_ word: String?) throws(PipelineError) -> TokenizerFolder {
    let path = word ?? "tokenizer"
    let kind = Folder.kind(path)
    if kind == .folder || kind == .file && isTokenizer(path) { return try TokenizerFolder(path) }
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

  /// Larger files than any vocabulary needs are not read.
  private static let longestFile = 1 << 30

  private static func contents(_ path: String) throws(PipelineError) -> [UInt8] {
    let size = try filing { () throws(FileError) in try File.open(path).size() }
    guard size <= longestFile else { throw .tokenizerTooLarge(file: path, bytes: size, limit: longestFile) }
    return try filing { () throws(FileError) in try File.contents(path) }
  }

  /// What a dataset keeps of the tokenizer: its files too, so that its ids can be decoded wherever it goes.
  ///
  /// - Throws: ``PipelineError/noEndOfText(folder:)``, as datasets set documents apart by that token.
  public func record() throws(PipelineError) -> TokenizerRecord {
    guard let endOfText = tokenizer.endOfText else { throw .noEndOfText(folder: path) }
    let files = try files()
    return TokenizerRecord(
      name: name, digest: tokenizer.digest, vocabularySize: tokenizer.size, endOfText: endOfText,
      files: files.map { StoredFile(name: $0.name, bytes: $0.bytes) })
  }
}

extension TokenizerFolder {
  /// - Throws: where no files can say all of the tokenizer, so that one made of it could not be written, either.
  public func checkWritable() throws(PipelineError) { _ = try files() }

  private func files() throws(PipelineError) -> [TokenizerFile] {
    do {
      return try tokenizer.files()
    } catch {
      throw .tokenizer(folder: path, error)
    }
  }
}

extension Tokenizer {
  /// The tokenizer that a dataset keeps.
  public init(_ record: TokenizerRecord) throws(PipelineError) {
    do {
      try self.init(files: record.files.map { TokenizerFile(name: $0.name, bytes: $0.bytes) })
    } catch {
      throw .tokenizer(folder: record.name, error)
    }
  }
}
