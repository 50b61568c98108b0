internal import Commands
internal import Pipeline
internal import Tokenizer

/// The number of tokens of one text.
struct Count: Command {
  static let name = "count"
  static let summary = "Count the tokens of one text"
  static let example = "prep count book.txt --tokenizer gpt2"
  static var options: [Option<Self>] {
    [
      .argument(
        "FILE", \.file, "Text to read, - for standard input; .gz, .zst, .bz2, .xz are unpacked [default: -]"),
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder, file or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option(
        "--special", \.special, "HOW",
        "What names of special tokens in the text mean: ordinary, error, allow=NAME,..."),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
    ]
  }

  var file: String?
  var tokenizer: String?
  var special = SpecialTokenPolicy.ordinary
  var threadCount: Int?

  func run() throws {
    let threads = try threads(threadCount)
    let count = try running { () throws(PipelineError) in
      var text = TextTokenizer(try TokenizerFolder.resolve(tokenizer).tokenizer)
      text.special = special
      return try text.count(TextInput(file ?? "-"), threads: threads)
    }
    Console.out("\(count)")
  }
}
