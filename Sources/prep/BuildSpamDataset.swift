internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// `prep build-spam-dataset`: a table of labelled texts into CSV files and labelled shards.
struct BuildSpamDataset: Command {
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

  mutating func run() throws {
    let split = try recipe()
    let tokenizer = try tokenizerFolder()
    let table = try LabelledTable(
      file ?? cachedFile(), columns: LabelledTable.Columns(label: labelColumn, text: textColumn))
    let dataset = LabelledDataset(table, split: split)
    Interrupt.install()
    let summary = try dataset.write(
      to: out, tokenizer: tokenizer, replacing: replace, isCancelled: { Interrupt.isRequested })
    report(dataset, summary)
  }

  private func recipe() throws -> LabelledSplit {
    var split = LabelledSplit()
    guard let seed = UInt32(exactly: seed) else {
      throw UsageError("--seed wants a number from 0 to 4294967295")
    }
    let shares = fractions.compactMap { Double($0) }
    guard fractions.count == 2, shares.count == 2, shares.allSatisfy({ $0 >= 0 }), shares[0] > 0,
      shares[0] + shares[1] <= 1
    else {
      throw UsageError("--fractions wants two shares that sum to at most 1, such as 0.7,0.1")
    }
    (split.seed, split.train, split.validation) = (seed, shares[0], shares[1])
    split.isBalanced = !noBalance
    return split
  }

  /// Nil where nobody named a tokenizer and there is none.
  private func tokenizerFolder() throws -> TokenizerFolder? {
    do {
      return try TokenizerFolder.resolve(tokenizer)
    } catch PipelineError.noTokenizer where tokenizer == nil {
      return nil
    }
  }

  private func cachedFile() throws -> String {
    let entry = try Catalog.entry("sms-spam")
    let path = Path.join(Cache.folder(entry.name), entry.files[0].name)
    guard Folder.kind(path) != nil else { throw DatasetsError.noTable(path: nil) }
    return path
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
    for split in shards.splits {
      Console.note(
        "\(split.split.rawValue): \(counted(split.documents, "document")), \(counted(split.tokens, "token"))")
    }
    let were = summary.datasetWasThere ? "the shards were there already, unchanged; " : ""
    Console.note(
      "\(were)root hash \(shards.rootHash)"
    )
  }
}
