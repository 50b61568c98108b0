internal import Basics
public import Store
internal import Tokenizer

/// Makes a table of labelled texts into three CSV files and a dataset.
///
///     let table = try LabelledTable("SMSSpamCollection")
///     let summary = try LabelledDataset(table).write(to: "spam", tokenizer: try .resolve(nil))
///
/// The folder gets `train.csv`, `validation.csv` and `test.csv` with the columns `Label` and `Text`, as
/// pandas writes them, and shards whose documents carry the label's number, each text followed by
/// `<|endoftext|>`.
public struct LabelledDataset: Sendable {
  /// The rows.
  public let table: LabelledTable
  /// How they are shared out.
  public let split: LabelledSplit
  /// Numbers of the table's rows for each split.
  public let rows: [Split: [Int]]

  /// The dataset of `table` by the recipe `split`.
  public init(_ table: LabelledTable, split: LabelledSplit = LabelledSplit()) {
    self.table = table
    self.split = split
    rows = split.rows(of: table)
  }

  /// What was written.
  public struct Summary: Sendable, Equatable {
    /// Whether the CSV files were there and the same.
    public let filesWereThere: Bool
    /// What the dataset holds; nil where no tokenizer was given.
    public let dataset: DatasetSummary?
    /// Whether the dataset was there and the same.
    public let datasetWasThere: Bool
  }

  /// The splits in the order of their files, and the files' names.
  public static let files: [(split: Split, name: String)] = [
    (.train, "train.csv"), (.val, "validation.csv"), (.test, "test.csv"),
  ]

  /// The CSV file of a split.
  public func csv(_ split: Split) -> [UInt8] {
    var output = Array("Label,Text\n".utf8)
    for index in rows[split] ?? [] {
      let row = table.rows[index]
      output += Array("\(row.label),".utf8)
      DelimitedText.append(row.text, delimiter: UInt8(ascii: ","), to: &output)
      output.append(UInt8(ascii: "\n"))
    }
    return output
  }

  /// Writes the CSV files and, with a tokenizer, the dataset. Files and datasets that are there and the same
  /// stay.
  ///
  /// - Throws: ``DatasetsError/otherFiles(folder:names:)`` and ``StoreError/otherDataset(folder:differences:)``
  ///   where there are others and `replacing` is false; then nothing was written.
  public func write(
    to folder: String, tokenizer: TokenizerFolder?, replacing: Bool = false,
    isCancelled: () -> Bool = { false }
  ) throws(DatasetsError) -> Summary {
    let files = Self.files.map { (path: Path.join(folder, $0.name), bytes: csv($0.split)) }
    let (missing, other) = try compare(files)
    // With a tokenizer, opening the dataset compares all of it.
    let hasOtherShards = tokenizer == nil && holdsOtherDataset(folder)
    if !replacing, !other.isEmpty || hasOtherShards {
      throw .otherFiles(
        folder: folder, names: other.map { Path.name($0.path) } + (hasOtherShards ? ["shards"] : []))
    }
    return try DatasetsError.gathering {
      if hasOtherShards { try DatasetWriter.remove(folder) }
      try Folder.create(folder)
      var writer: BuiltShards?
      if let tokenizer {
        writer = try BuiltShards(
          source, configuration, tokenizer, folder: folder, replacing: replacing, isCancelled: isCancelled)
      }
      for file in missing + other { try AtomicFile.write(file.bytes.span, to: file.path) }
      let dataset = try writer?.write(documents, isCancelled: isCancelled)
      return Summary(
        filesWereThere: (missing + other).isEmpty, dataset: dataset,
        datasetWasThere: writer?.wasComplete ?? false)
    }
  }

  /// Whether the folder has a dataset that does not come from this table by these options.
  private func holdsOtherDataset(_ folder: String) -> Bool {
    do throws(StoreError) {
      let dataset = try Dataset.open(folder)
      return dataset.sources != [source] || dataset.configuration != configuration
    } catch {
      switch error {
      case .notADataset, .file: return false
      default: return true
      }
    }
  }

  /// The table as the dataset records it.
  private var source: SourceRecord {
    SourceRecord(path: table.name, byteCount: table.byteCount, digest: table.digest)
  }

  /// The documents in the order in which they are written.
  var documents: some Sequence<BuiltDocument> {
    Self.files.lazy.flatMap { split, _ in
      (rows[split] ?? []).lazy.map { index in
        let row = table.rows[index]
        return BuiltDocument(text: row.text, place: row.place, label: row.label, split: split)
      }
    }
  }

  private typealias NamedFile = (path: String, bytes: [UInt8])

  private func compare(_ files: [NamedFile]) throws(DatasetsError) -> (
    missing: [NamedFile], other: [NamedFile]
  ) {
    var missing: [NamedFile] = []
    var other: [NamedFile] = []
    for file in files {
      do {
        if try File.contents(file.path) != file.bytes { other.append(file) }
      } catch {
        guard error.isMissing else { throw .file(error) }
        missing.append(file)
      }
    }
    return (missing, other)
  }

  /// The options that decide the content, as the dataset records them.
  var configuration: JSON { Self.configuration(split, table.columns, table.labels) }

  static func configuration(
    _ split: LabelledSplit, _ columns: LabelledTable.Columns, _ labels: [String]
  ) -> JSON {
    let members: JSON = [
      "builder": "labelled-texts", "labels": .array(labels.map { .string($0) }),
      "seed": .integer(Int(split.seed)),
      "fractions": .array([.number(split.train), .number(split.validation)]),
      "balance": .bool(split.isBalanced),
    ]
    // Columns that nobody named are not mentioned, so that datasets keep their names.
    let named = [("label-column", columns.label), ("text-column", columns.text)]
    return .object(
      members.members! + named.compactMap { name, column in column.map { JSON.Member(name, .string($0)) } })
  }
}
