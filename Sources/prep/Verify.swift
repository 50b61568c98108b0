internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// Every digest of a dataset against every byte.
struct Verify: Command {
  static let name = "verify"
  static let summary = "Check every byte of a dataset against its digests"
  static let example = """
    prep verify shards/
    prep verify shards/ --deep --sources /data/corpora --json
    """
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .flag(
        "--deep", \.deep,
        "Decode every document too, encode the sources again and compare tokens and lineage with them"),
      .option(
        "--sources", \.sources, "DIR,...",
        "Folders to look for the sources in [default: their recorded paths from here, and the cache]"),
      .option("--threads", \.threadCount, "N", "Threads for --deep [default: all cores]"),
      .flag("--json", \.json, "Print the findings as JSON"),
    ]
  }

  var shards = ""
  var deep = false
  var sources: [String] = []
  var threadCount: Int?
  var json = false

  func run() throws {
    let threads = try threads(threadCount)
    guard deep || sources.isEmpty else { throw UsageError("--sources is for --deep") }
    Interrupt.install()
    // Every shard is read twice: as it is stored, and for what it holds.
    let total = 2 * (try Dataset.open(shards)).splits.reduce(0) { $0 + $1.storedBytes }
    let progress = Progress("verifying", total: total, unit: "B")
    let report = try Store.verify(
      shards, report: { progress.reach($0.bytes) }, isCancelled: { Interrupt.isRequested })
    progress.finish()
    for fault in report.faults { Console.note("\(fault)") }
    for stranger in report.strangers { Console.note("'\(stranger)' is no part of the dataset") }
    let comparison = deep && !report.wasCancelled ? try compare(report, threads) : nil
    if json { Console.out(JSON.object(object(report) + (comparison.map(members) ?? [])).text) }
    if report.wasCancelled { throw PipelineError.cancelled }
    let extent = "\(counted(report.shards, "shard")), \(counted(report.tokens, "token"))"
    guard report.faults.isEmpty else {
      throw DamagedDataset(folder: shards, faults: report.faults.count, extent: extent)
    }
    Console.note("'\(shards)' is whole: \(extent), root hash \(report.rootHash)")
    if let comparison { try conclude(comparison, report) }
  }

  /// Compares the dataset with its sources, passing over shards with faults.
  private func compare(_ report: VerifyReport, _ threads: Int) throws -> DatasetCheck.Report {
    let dataset = try Dataset.open(shards)
    let bytes = dataset.sources.reduce(0) { $0 + $1.byteCount }
    let decoding = Progress(
      "decoding", total: dataset.splits.reduce(0) { $0 + $1.tokens }, unit: "tokens")
    let hashing = Progress("reading sources", total: bytes, unit: "B")
    let encoding = Progress("encoding again", total: bytes, unit: "B")
    let comparison = try running { () throws(PipelineError) in
      try DatasetCheck(dataset, sources: sources).run(
        threads: threads, passingOver: Set(report.faults.compactMap(\.shardPath)),
        report: { stage in
          switch stage {
          case .decoding(let tokens): decoding.reach(tokens)
          case .hashing(let bytes):
            decoding.finish()
            hashing.reach(bytes)
          case .encoding(let bytes):
            hashing.finish()
            encoding.reach(bytes)
          }
        }, isCancelled: { Interrupt.isRequested })
    }
    for progress in [decoding, hashing, encoding] { progress.finish() }
    for finding in comparison.sources { Console.note("\(finding)") }
    for reason in comparison.notReencodable { Console.note(reason) }
    for difference in comparison.differences { Console.note("\(difference)") }
    return comparison
  }

  private func conclude(_ comparison: DatasetCheck.Report, _ report: VerifyReport) throws {
    guard comparison.differences.isEmpty, comparison.segmentsNotCompared == 0, comparison.sources.isEmpty
    else {
      throw OtherSources(
        folder: shards, differences: comparison.differences.count, sources: comparison.sources.count,
        segments: comparison.segmentsNotCompared,
        extent: "\(comparison.comparedTokens) of \(report.tokens) tokens are those of the sources")
    }
    Console.note(
      """
      it is what its sources give: \(counted(comparison.documents, "document")) decoded, \
      \(counted(comparison.comparedTokens, "token")) encoded again
      """)
  }

  private func members(_ comparison: DatasetCheck.Report) -> [JSON.Member] {
    let differences = comparison.differences.map { difference -> JSON in
      [
        "shard": .string(difference.shard), "document": difference.document.map { .integer($0) } ?? .null,
        "source": difference.source.map { .string($0) } ?? .null,
        "offset": difference.offset.map { .integer($0) } ?? .null,
        "token": difference.token.map { .integer($0) } ?? .null,
        "text-byte": difference.textByte.map { .integer($0) } ?? .null,
        "reason": .string(difference.reason),
      ]
    }
    return [
      JSON.Member("decoded-documents", .integer(comparison.documents)),
      JSON.Member("compared-tokens", .integer(comparison.comparedTokens)),
      JSON.Member("segments-not-compared", .integer(comparison.segmentsNotCompared)),
      JSON.Member("not-reencodable", .array(comparison.notReencodable.map { .string($0) })),
      JSON.Member("changed-sources", .array(comparison.sources.map(\.json))),
      JSON.Member("differences", .array(differences)),
    ]
  }

  private func object(_ report: VerifyReport) -> [JSON.Member] {
    let object: JSON = [
      "root-hash": .string(report.rootHash.description), "shards": .integer(report.shards),
      "tokens": .integer(report.tokens), "bytes": .integer(report.storedBytes),
      "faults": .array(report.faults.map { .string("\($0)") }),
      "strangers": .array(report.strangers.map { .string($0) }), "complete": .bool(!report.wasCancelled),
    ]
    return object.members ?? []
  }
}

/// The verdict on a dataset with faults, which were named before.
private struct DamagedDataset: Error, CustomStringConvertible {
  let folder: String
  let faults: Int
  let extent: String

  var description: String {
    "'\(folder)' is damaged: \(counted(faults, "fault")); what could be read: \(extent)"
  }
}

/// The verdict on a dataset that is whole, but not what its sources give.
private struct OtherSources: Error, CustomStringConvertible {
  let folder: String
  let differences: Int
  let sources: Int
  let segments: Int
  let extent: String

  var description: String {
    var parts: [String] = []
    if differences > 0 { parts.append(counted(differences, "difference")) }
    if sources > 0 { parts.append("\(counted(sources, "source")) missing or changed") }
    if segments > 0 { parts.append("\(counted(segments, "segment")) not compared") }
    return
      "'\(folder)' could not be shown to be what its sources give: \(parts.joined(separator: ", ")); \(extent)"
  }
}

extension RecordedSources.Finding {
  var json: JSON {
    ["source": .string(name), "path": path.map { .string($0) } ?? .null, "reason": .string(reason)]
  }
}

extension StoreError {
  /// The shard that the error is about.
  var shardPath: String? {
    switch self {
    case .damagedShard(let fault): fault.path
    case .file(let error): error.path
    default: nil
    }
  }
}
