internal import Basics
internal import Commands
internal import Pipeline
internal import Store
internal import Tokenizer

/// What a dataset is made of, in numbers.
struct Statistics: Command {
  static let name = "stats"
  static let summary = "Count documents, their lengths, tokens and sources of a dataset"
  static let example = "prep stats shards/\nprep stats shards/ --top 100 --json"
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .option("--top", \.top, "N", "How many of the most frequent tokens to show"),
      .option("--sources", \.sources, "N", "How many sources to show, those with most tokens first"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--json", \.json, "Print all of it as one JSON object, every source included"),
    ]
  }

  var shards = ""
  var top = 20
  var sources = 10
  var threadCount: Int?
  var json = false

  func run() throws {
    guard top >= 0 else { throw UsageError("--top wants 0 or more, not \(top)") }
    guard sources >= 0 else { throw UsageError("--sources wants 0 or more, not \(sources)") }
    let threads = try threads(threadCount)
    Interrupt.install()
    let dataset = try Dataset.open(shards)
    let progress = Progress("counting", total: dataset.splits.reduce(0) { $0 + $1.tokens }, unit: "tokens")
    let (statistics, tokenizer) = try running { () throws(PipelineError) in
      let statistics = try DatasetStatistics(
        dataset, threads: threads, report: { progress.reach($0) }, isCancelled: { Interrupt.isRequested })
      return (statistics, try Tokenizer(dataset.tokenizer))
    }
    progress.finish()
    let page = StatisticsPage(dataset, statistics, tokenizer, top: top, sources: sources)
    if json { Console.out(page.json.text) } else { page.show() }
  }
}

/// The numbers for people and for programs.
private struct StatisticsPage {
  let dataset: Dataset
  let statistics: DatasetStatistics
  let tokenizer: Tokenizer
  let top: Int
  let sources: Int

  init(
    _ dataset: Dataset, _ statistics: DatasetStatistics, _ tokenizer: Tokenizer, top: Int, sources: Int
  ) {
    self.dataset = dataset
    self.statistics = statistics
    self.tokenizer = tokenizer
    self.top = top
    self.sources = sources
  }

  private var total: Int { statistics.splits.reduce(0) { $0 + $1.extent.tokens } }
  private var share: Double { Double(statistics.usedIDs) / Double(max(1, dataset.tokenizer.vocabularySize)) }

  func show() {
    for split in statistics.splits { show(split) }
    Console.out(
      """
      vocabulary \(statistics.usedIDs) of \(dataset.tokenizer.vocabularySize) ids are used \
      (\(Quantity.fixed(100 * share, 1)) %)
      """)
    for (id, count) in statistics.top(top) {
      let percent = Quantity.fixed(100 * Double(count) / Double(max(1, total)), 2)
      Console.out("           \(percent) %  \(count)  id \(id)  \(JSON.string(text(id)).text)")
    }
    let order = statistics.sources.indices.sorted {
      (-statistics.sources[$0].tokens, $0) < (-statistics.sources[$1].tokens, $1)
    }
    Console.out("sources    \(counted(order.count, "file"))")
    for number in order.prefix(sources) {
      let extent = statistics.sources[number]
      Console.out(
        """
                   \(counted(extent.tokens, "token")), \(counted(extent.documents, "document")), \
        \(Quantity.text(Double(extent.bytes), "B"))  \(dataset.sources[number].path)
        """)
    }
    if order.count > sources { Console.out("           and \(order.count - sources) more") }
  }

  private func show(_ split: DatasetStatistics.SplitStatistics) {
    let name = split.split.rawValue
    let lengths = split.lengths
    Console.out(
      """
      \(name)\(String(repeating: " ", count: max(1, 11 - name.count)))\(counted(split.extent.documents, "document")), \
      \(counted(split.extent.tokens, "token")), \(Quantity.fixed(Self.ratio(split), 3)) bytes of text a token
      """)
    Console.out(
      """
                 tokens a document: least \(lengths.quantile(0)), median \(lengths.median), 90 % up to \
      \(lengths.quantile(0.9)), 99 % up to \(lengths.quantile(0.99)), most \(lengths.quantile(1))
      """)
    let most = lengths.histogram.map(\.documents).max() ?? 1
    for (range, documents) in lengths.histogram {
      let bar = String(repeating: "#", count: (40 * documents + most - 1) / max(1, most))
      Console.out("           \(range.lowerBound)-\(range.upperBound)  \(documents)  \(bar)")
    }
  }

  private static func ratio(_ split: DatasetStatistics.SplitStatistics) -> Double {
    Double(split.textBytes) / Double(max(1, split.extent.tokens))
  }

  private func text(_ id: TokenID) -> String {
    String(decoding: tokenizer.bytes(of: id) ?? [], as: UTF8.self)
  }

  var json: JSON {
    [
      "root-hash": .string(dataset.rootHash.description),
      "splits": .array(statistics.splits.map(Self.object)),
      "vocabulary": [
        "size": .integer(dataset.tokenizer.vocabularySize), "used": .integer(statistics.usedIDs),
        "share": .number(share),
      ],
      "top-tokens": .array(
        statistics.top(top).map {
          ["id": .integer(Int($0.id)), "text": .string(text($0.id)), "count": .integer($0.count)]
        }),
      "sources": .array(
        statistics.sources.enumerated().map { number, extent in
          [
            "path": .string(dataset.sources[number].path), "documents": .integer(extent.documents),
            "tokens": .integer(extent.tokens), "bytes": .integer(extent.bytes),
          ]
        }),
    ]
  }

  private static func object(_ split: DatasetStatistics.SplitStatistics) -> JSON {
    let lengths = split.lengths
    return [
      "split": .string(split.split.rawValue), "documents": .integer(split.extent.documents),
      "tokens": .integer(split.extent.tokens), "text-bytes": .integer(split.textBytes),
      "bytes-per-token": .number(ratio(split)),
      "length": [
        "least": .integer(lengths.quantile(0)), "median": .integer(lengths.median),
        "p90": .integer(lengths.quantile(0.9)), "p99": .integer(lengths.quantile(0.99)),
        "most": .integer(lengths.quantile(1)),
      ],
      "histogram": .array(
        lengths.histogram.map {
          [
            "from": .integer($0.lengths.lowerBound), "to": .integer($0.lengths.upperBound),
            "documents": .integer($0.documents),
          ]
        }),
    ]
  }
}
