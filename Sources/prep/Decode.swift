internal import Basics
internal import Commands
internal import Pipeline

/// Ids back to the text's bytes on standard output.
struct Decode: Command {
  static let name = "decode"
  static let summary = "Turn token ids back into text"
  static let example = "prep decode ids.txt --tokenizer gpt2\nprep decode - --from u16 < book.u16 > book.txt"
  static var options: [Option<Self>] {
    [
      .argument("FILE", \.file, "Ids to read, - for standard input [default: -]"),
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder, file or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option("--from", \.format, "FORMAT", "How the ids are written"),
    ]
  }

  var file: String?
  var tokenizer: String?
  var format = IDDecoder.Format.ids

  func run() throws {
    let output = try File.standardOutput()
    try running { () throws(PipelineError) in
      let decoder = IDDecoder(try TokenizerFolder.resolve(tokenizer).tokenizer)
      try decoder.write(TextInput(file ?? "-"), from: format) { bytes throws(FileError) in
        try output.write(bytes)
      }
    }
  }
}
