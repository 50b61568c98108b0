internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// A tokenizer in another form of files.
struct ConvertTokenizer: Command {
  /// The forms of files.
  enum Form: String, CaseIterable, OptionValue {
    case vocab, tiktoken, huggingface
  }

  static let name = "convert-tokenizer"
  static let summary = "Write a tokenizer in another form of files"
  static let example = """
    prep convert-tokenizer cl100k_base.tiktoken --to huggingface --out cl100k/tokenizer.json
    prep convert-tokenizer my.tiktoken --pattern o200k --special "<|endoftext|>=50000" --out my.json
    """
  static var options: [Option<Self>] {
    [
      .argument("TOKENIZER", \.tokenizer, "Folder, file or cached name of a tokenizer"),
      .option("--to", \.form, "FORM", "vocab.json and merges.txt, a .tiktoken file, or a tokenizer.json"),
      .option("--out", \.out, "PATH", "The file to write; the folder for vocab"),
      .option(
        "--pattern", \.pattern, "NAME",
        "The pattern of a .tiktoken file of no published encoding: gpt2, cl100k or o200k"),
      .option("--special", \.special, "NAME=ID,...", "Its special tokens"),
      .flag("--replace", \.replace, "Replace what is in --out"),
    ]
  }

  var tokenizer = ""
  var form = Form.huggingface
  var out = "tokenizer.json"
  var pattern: String?
  var special: [String] = []
  var replace = false

  func run() throws {
    let pattern = try pattern.map { name throws(UsageError) in
      guard let pattern = Pretokenizer.Pattern(rawValue: name) else {
        throw UsageError("--pattern wants \(Pretokenizer.Pattern.optionWants), not '\(name)'")
      }
      return pattern
    }
    if pattern == nil, !special.isEmpty { throw UsageError("--special needs --pattern") }
    let special = try specialTokens()
    try running { () throws(PipelineError) in
      let source =
        if let pattern {
          try TokenizerFolder(tiktokenFile: tokenizer, pattern: pattern, specialTokens: special)
        } else { try TokenizerFolder.resolve(tokenizer) }
      switch form {
      case .vocab: try writeVocabulary(source)
      case .tiktoken: try write(source) { tokenizer throws(TokenizerError) in try tokenizer.tiktokenFile() }
      case .huggingface:
        try write(source) { tokenizer throws(TokenizerError) in try tokenizer.huggingFaceFile() }
      }
    }
  }

  private func specialTokens() throws(UsageError) -> [SpecialToken] {
    var tokens: [SpecialToken] = []
    for word in special {
      guard let equals = word.lastIndex(of: "="), equals > word.startIndex,
        let id = TokenID(word[word.index(after: equals)...]), id < 1 << 21
      else { throw UsageError("--special wants NAME=ID,..., not '\(word)'") }
      tokens.append(SpecialToken(name: String(word[..<equals]), id: id))
    }
    return tokens
  }

  /// As two files may be read with a third that is there already, a folder has them of one tokenizer or is left alone.
  private func writeVocabulary(_ source: TokenizerFolder) throws(PipelineError) {
    let files = try made(of: source) { tokenizer throws(TokenizerError) in try tokenizer.vocabularyFiles() }
    let outcome = try TokenizerFolder.write(source.tokenizer, to: out, replacing: replace)
    let paths = files.map { Path.join(out, $0.name) }
    if outcome == .unchanged { return Console.note("'\(out)' holds just this tokenizer: unchanged") }
    for path in paths { Console.note("wrote \(path)") }
  }

  private func write(
    _ source: TokenizerFolder, _ form: (Tokenizer) throws(TokenizerError) -> [UInt8]
  ) throws(PipelineError) {
    let bytes = try made(of: source, form)
    if Folder.kind(out) != nil, !replace { throw .otherTokenizer(folder: out) }
    do {
      try Folder.create(Path.parent(out))
      try AtomicFile.write(bytes.span, to: out)
    } catch {
      throw .file(error)
    }
    Console.note("wrote \(out)")
  }

  private func made<Value>(
    of source: TokenizerFolder, _ form: (Tokenizer) throws(TokenizerError) -> Value
  ) throws(PipelineError) -> Value {
    do {
      return try form(source.tokenizer)
    } catch {
      throw .tokenizer(folder: source.path, error)
    }
  }
}
