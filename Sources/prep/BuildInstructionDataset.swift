internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// `prep build-instruction-dataset`: instructions with answers into shards.
struct BuildInstructionDataset: DatasetBuilder {
  static let name = "build-instruction-dataset"
  static let summary = "Make a dataset of instructions and answers in Alpaca's form, split as the book does"
  static let example = """
    prep build-instruction-dataset --out instructions/
    prep build-instruction-dataset answers.jsonl --fractions 0.9,0 --out answers/
    """
  static var options: [Option<Self>] {
    [
      .argument(
        "FILE", \.file,
        "A JSON array of objects with instruction, input and output; instruction-data from the cache by default"
      ),
      .option("--out", \.out, "DIR", "Where the shards go"),
      .option(
        "--fractions", \.fractions, "T,S",
        "Shares of the entries for training and, behind them, for test; validation has the rest"),
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder, file or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .flag("--replace", \.replace, "Replace what DIR holds of another file or other options"),
    ]
  }

  var file: String?
  var out = "instructions"
  var fractions = ["0.85", "0.1"]
  var tokenizer: String?
  var replace = false
  var rootHash: String?

  mutating func run() throws {
    let shares = try shares(fractions, such: "0.85,0.1")
    var dataset = try InstructionDataset(builderFile(file, fetched: "instruction-data"))
    (dataset.shares.train, dataset.shares.test) = shares
    let folder = try TokenizerFolder.resolve(tokenizer)
    Interrupt.install()
    let (summary, wasThere) = try dataset.write(
      to: out, tokenizer: folder, replacing: replace, isCancelled: { Interrupt.isRequested })
    Console.note(
      "\(dataset.name): \(dataset.entries.count == 1 ? "1 entry" : "\(dataset.entries.count) entries")")
    report(summary, wasThere: wasThere)
    try check(summary.rootHash)
  }
}
