internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// `prep build-spam-dataset`: a table of labelled texts into CSV files and labelled shards.
struct BuildSpamDataset: DatasetBuilder {
  static let name = "build-spam-dataset"
  static let summary =
    "Make a balanced, shuffled dataset of labelled texts: the book's spam dataset, or your own"
  static let example = """
    prep build-spam-dataset --out spam/
    prep build-spam-dataset reviews.csv --label-column sentiment --text-column review --out reviews/
    """
  static var options: [Option<Self>] {
    [
      .argument(
        "FILE", \.file,
        "A table of labels and texts, or a zip archive of it; sms-spam from the cache by default"),
      .option("--out", \.out, "DIR", "Where train.csv, validation.csv, test.csv and the shards go"),
      .option("--seed", \.seed, "N", "Chooses and orders the rows, as numpy's RandomState(N)"),
      .option(
        "--fractions", \.fractions, "T,V", "Shares of the rows for training and validation; test has the rest"
      ),
      .flag("--no-balance", \.noBalance, "Keep all rows instead of as many of each label"),
      .option(
        "--label-column", \.labelColumn, "NAME",
        "The column with the labels, where a usual name does not tell"),
      .option(
        "--text-column", \.textColumn, "NAME", "The column with the texts, where a usual name does not tell"),
      .option(
        "--tokenizer", \.tokenizer, "T", "Folder or name of a tokenizer; ./tokenizer, else gpt2 by default"),
      .flag("--replace", \.replace, "Replace what DIR holds of another file or other options"),
    ]
  }

  var file: String?
  var out = "spam"
  var seed = 123
  var fractions = ["0.7", "0.1"]
  var noBalance = false
  var labelColumn: String?
  var textColumn: String?
  var tokenizer: String?
  var replace = false
  var rootHash: String?

  mutating func run() throws {
    let split = try recipe()
    let tokenizer = try tokenizerFolder()
    let table = try LabelledTable(
      builderFile(file, fetched: "sms-spam"),
      columns: LabelledTable.Columns(label: labelColumn, text: textColumn))
    let dataset = LabelledDataset(table, split: split)
    Interrupt.install()
    let summary = try dataset.write(
      to: out, tokenizer: tokenizer, replacing: replace, isCancelled: { Interrupt.isRequested })
    report(dataset, summary)
    if let shards = summary.dataset { try check(shards.rootHash) }
  }

  private func recipe() throws -> LabelledSplit {
    var split = LabelledSplit()
    guard let seed = UInt32(exactly: seed) else {
      throw UsageError("--seed wants a number from 0 to 4294967295")
    }
    (split.train, split.validation) = try shares(fractions, such: "0.7,0.1")
    split.seed = seed
    split.isBalanced = !noBalance
    return split
  }

  /// Nil where nobody named a tokenizer or promised shards, and there is none.
  private func tokenizerFolder() throws -> TokenizerFolder? {
    guard tokenizer == nil, rootHash == nil else { return try TokenizerFolder.resolve(tokenizer) }
    do {
      return try TokenizerFolder.resolve(nil)
    } catch PipelineError.noTokenizer {
      return nil
    }
  }

  private func report(_ dataset: LabelledDataset, _ summary: LabelledDataset.Summary) {
    let table = dataset.table
    let labels = zip(table.labels, table.counts).enumerated().map { number, label in
      "\(label.0) (\(number)): \(label.1)"
    }
    Console.note("\(table.name): \(counted(table.rows.count, "row")), \(labels.joined(separator: ", "))")
    for (split, name) in LabelledDataset.files {
      let rows = dataset.rows[split] ?? []
      let counts = table.labels.indices.map { label in
        "\(rows.count { table.rows[$0].label == label }) \(table.labels[label])"
      }
      Console.note(
        "\(Path.join(out, name)): \(counted(rows.count, "row")), \(counts.joined(separator: ", "))")
    }
    if summary.filesWereThere { Console.note("the CSV files were there already, unchanged") }
    guard let shards = summary.dataset else {
      Console.note(
        """
        no tokenizer, so no shards: learn one with `prep bpe-train`, or get one with `prep fetch gpt2`, \
        and run this again
        """
      )
      return
    }
    report(shards, wasThere: summary.datasetWasThere)
  }
}
