internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// What a dataset holds, at a glance.
struct Inspect: Command {
  static let name = "inspect"
  static let summary = "Show what a dataset holds"
  static let example = """
    prep inspect shards/
    prep inspect shards/ --documents 10 --json
    prep inspect shards/ --sample 0:17 --context 256 --seed 1
    """
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .option("--documents", \.documents, "N", "How many documents of each split to show"),
      .option(
        "--sample", \.sample, "EPOCH:POSITION",
        "Show instead what training sees at that place, both counted from 0"),
      .option("--split", \.split, "SPLIT", "The split of the sample"),
      .option("--context", \.context, "N", "Tokens in the sample, as training was told"),
      .option("--seed", \.seed, "N", "Training's seed"),
      .option("--shuffle", \.shuffle, "HOW", "Training's order"),
      .flag("--json", \.json, "Print all of it as one JSON object"),
    ]
  }

  var shards = ""
  var documents = 2
  var sample: SamplePlace?
  var split = Split.train
  var context = 256
  var seed = 1
  var shuffle = Shuffle.full
  var json = false

  func run() throws {
    if let sample { return try show(sample) }
    guard documents >= 0 else { throw UsageError("--documents wants 0 or more, not \(documents)") }
    let dataset = try Dataset.open(shards)
    let samples = documents == 0 ? [] : try DocumentSample.first(documents, of: dataset)
    if json { Console.out(object(dataset, samples).text) } else { show(dataset, samples) }
  }

  private func show(_ dataset: Dataset, _ samples: [DocumentSample]) {
    let tokenizer = dataset.tokenizer
    Console.out("root hash  \(dataset.rootHash)")
    Console.out("tokenizer  \(tokenizer.name), \(tokenizer.vocabularySize) tokens, \(tokenizer.digest)")
    Console.out("options    \(dataset.configuration.text)")
    let bytes = dataset.sources.reduce(0) { $0 + $1.byteCount }
    Console.out("sources    \(counted(dataset.sources.count, "file")), \(Quantity.text(Double(bytes), "B"))")
    for source in dataset.sources.prefix(5) {
      Console.out("           \(source.path), \(source.byteCount) bytes")
    }
    if dataset.sources.count > 5 { Console.out("           and \(dataset.sources.count - 5) more") }
    for split in dataset.splits {
      let name = split.split.rawValue
      let share = Double(split.storedBytes) / Double(max(1, split.tokens))
      Console.out(
        """
        \(name)\(String(repeating: " ", count: max(1, 11 - name.count)))\(counted(split.tokens, "token")), \
        \(counted(split.documents, "document")), \(counted(split.shards, "shard")), \
        \(Quantity.text(Double(split.storedBytes), "B")) (\(Quantity.fixed(share, 2)) bytes a token)
        """)
    }
    for sample in samples { show(sample, dataset) }
  }

  private func show(_ sample: DocumentSample, _ dataset: Dataset) {
    let document = sample.document
    let label = document.label.map { ", label \($0)" } ?? ""
    Console.out(
      """

      \(sample.split.rawValue): \(dataset.sources[document.source].path), byte \(document.byteOffset), \
      \(counted(document.byteCount, "byte")), \(counted(document.tokenCount, "token"))\(label)
      """)
    Console.out(
      "  " + sample.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
        + (sample.isCut ? " ..." : ""))
  }

  private func object(_ dataset: Dataset, _ samples: [DocumentSample]) -> JSON {
    [
      "root-hash": .string(dataset.rootHash.description),
      "tokenizer": [
        "name": .string(dataset.tokenizer.name), "digest": .string(dataset.tokenizer.digest.description),
        "vocab-size": .integer(dataset.tokenizer.vocabularySize),
      ],
      "configuration": dataset.configuration,
      "sources": .array(
        dataset.sources.map {
          [
            "path": .string($0.path), "bytes": .integer($0.byteCount),
            "sha256": .string($0.digest.description),
          ]
        }),
      "splits": .array(dataset.splits.map(\.json)),
      "documents": .array(
        samples.map {
          [
            "split": .string($0.split.rawValue), "source": .string(dataset.sources[$0.document.source].path),
            "offset": .integer($0.document.byteOffset), "bytes": .integer($0.document.byteCount),
            "tokens": .integer($0.document.tokenCount),
            "label": $0.document.label.map { .integer($0) } ?? .null,
            "text": .string($0.text), "cut": .bool($0.isCut),
          ]
        }),
    ]
  }
}

extension SplitSummary {
  var json: JSON {
    [
      "split": .string(split.rawValue), "tokens": .integer(tokens), "documents": .integer(documents),
      "shards": .integer(shards), "bytes": .integer(storedBytes),
    ]
  }
}

/// `1 token`, `2 tokens`.
func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
