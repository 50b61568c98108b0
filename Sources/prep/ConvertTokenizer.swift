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
      for (path, bytes) in try files(source) {
        try write(bytes, to: path)
        Console.note("wrote \(path)")
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

  private func files(_ source: TokenizerFolder) throws(PipelineError) -> [(path: String, bytes: [UInt8])] {
    do throws(TokenizerError) {
      switch form {
      case .vocab:
        return try source.tokenizer.vocabularyFiles().map { (Path.join(out, $0.name), $0.bytes) }
      case .tiktoken: return [(out, try source.tokenizer.tiktokenFile())]
      case .huggingface: return [(out, try source.tokenizer.huggingFaceFile())]
      }
    } catch {
      throw .tokenizer(folder: source.path, error)
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws(PipelineError) {
    if Folder.kind(path) != nil, !replace { throw .otherTokenizer(folder: path) }
    do {
      try Folder.create(Path.parent(path))
      try AtomicFile.write(bytes.span, to: path)
    } catch {
      throw .file(error)
    }
  }
}
