internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// One text to ids on standard output.
struct Tokenize: Command {
  static let name = "tokenize"
  static let summary = "Turn one text into token ids"
  static let example =
    "prep tokenize book.txt --tokenizer gpt2 --offsets\nprep tokenize - --to u16 < book.txt > book.u16"
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
      .option(
        "--keep-last", \.keepLast, "N", "Only so many tokens from the end, from where a character begins"),
      .flag("--offsets", \.offsets, "Each token's first byte, and the byte after its last, beside its id"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
    ]
  }

  var file: String?
  var tokenizer: String?
  var format = TokenFormat.ids
  var special = SpecialTokenPolicy.ordinary
  var maxTokens: Int?
  var keepLast: Int?
  var offsets = false
  var threadCount: Int?

  func run() throws {
    let threads = try threads(threadCount)
    try check()
    let output = try File.standardOutput()
    try running { () throws(PipelineError) in
      var text = TextTokenizer(try TokenizerFolder.resolve(tokenizer).tokenizer)
      text.special = special
      text.writesOffsets = offsets
      let input = TextInput(file ?? "-")
      func write(_ bytes: Span<UInt8>) throws(FileError) { try output.write(bytes) }
      if let maxTokens {
        let kept = try text.writeFirst(maxTokens, of: input, as: format, to: write)
        guard !kept.isWhole else { return }
        Console.note("stopped after \(kept.tokens) tokens, \(kept.bytes) bytes: text was left out")
      } else if let keepLast {
        let kept = try text.writeLast(keepLast, of: input, as: format, threads: threads, to: write)
        guard !kept.isWhole else { return }
        Console.note("kept the last \(kept.tokens) tokens, from byte \(kept.start) on: text was left out")
      } else {
        try text.write(input, as: format, threads: threads, to: write)
      }
    }
  }

  private func check() throws(UsageError) {
    for (name, limit) in [("--max-tokens", maxTokens), ("--keep-last", keepLast)] {
      guard let limit, limit < 0 else { continue }
      throw UsageError("\(name) wants a number from 0, not \(limit)")
    }
    if maxTokens != nil, keepLast != nil {
      throw UsageError("--max-tokens keeps the beginning and --keep-last the end; choose one")
    }
    if offsets, !format.hasOffsets {
      throw UsageError(
        "--offsets cannot be written as \(format.rawValue), which is ids alone; choose ids or json")
    }
  }
}
