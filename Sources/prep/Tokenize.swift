internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// One text to ids on standard output.
struct Tokenize: Command {
  static let name = "tokenize"
  static let summary = "Turn one text into token ids"
  static let example =
    "prep tokenize book.txt --tokenizer gpt2\nprep tokenize - --to u16 < book.txt > book.u16"
  static var options: [Option<Self>] {
    [
      .argument(
        "FILE", \.file, "Text to read, - for standard input; .gz, .zst, .bz2, .xz are unpacked [default: -]"),
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder, file or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option("--to", \.format, "FORMAT", "How to write the ids"),
      .option(
        "--special", \.special, "HOW",
        "What names of special tokens in the text mean: ordinary, error, allow=NAME,..."),
      .option("--max-tokens", \.maxTokens, "N", "Stop after so many tokens, where a character ends"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
    ]
  }

  var file: String?
  var tokenizer: String?
  var format = TokenFormat.ids
  var special = SpecialTokenPolicy.ordinary
  var maxTokens: Int?
  var threadCount: Int?

  func run() throws {
    let threads = try threads(threadCount)
    if let maxTokens, maxTokens < 0 {
      throw UsageError("--max-tokens wants a number from 0, not \(maxTokens)")
    }
    let output = try File.standardOutput()
    try running { () throws(PipelineError) in
      var text = TextTokenizer(try TokenizerFolder.resolve(tokenizer).tokenizer)
      text.special = special
      let input = TextInput(file ?? "-")
      guard let maxTokens else {
        return try text.write(input, as: format, threads: threads) { bytes throws(FileError) in
          try output.write(bytes)
        }
      }
      let kept = try text.writeFirst(maxTokens, of: input, as: format) { bytes throws(FileError) in
        try output.write(bytes)
      }
      guard !kept.isWhole else { return }
      Console.note("stopped after \(kept.tokens) tokens, \(kept.bytes) bytes: text was left out")
    }
  }
}
