internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// Damaged and missing shards made again from the sources.
struct Repair: Command {
  static let name = "repair"
  static let summary = "Make damaged and missing shards and codec tables again from the sources"
  static let example = "prep repair shards/\nprep repair shards/ --sources /data/corpora --json"
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .option(
        "--sources", \.sources, "DIR,...",
        "Folders to look for the sources in [default: their recorded paths from here, and the cache]"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--json", \.json, "Print what was done as JSON"),
    ]
  }

  var shards = ""
  var sources: [String] = []
  var threadCount: Int?
  var json = false

  func run() throws {
    let threads = try threads(threadCount)
    Interrupt.install()
    // What is wrong with it is said by those who mend it.
    let stored = (try? Dataset.open(shards))?.splits.reduce(0) { $0 + $1.storedBytes } ?? 0
    let verifying = Progress("verifying", total: 2 * stored, unit: "B")
    let hashing = Progress("reading sources", total: nil, unit: "B")
    let encoding = Progress("encoding again", total: nil, unit: "B")
    let report = try running { () throws(PipelineError) in
      try DatasetMender(shards, sources: sources).run(
        threads: threads, found: { Console.note($0) },
        report: { stage in
          switch stage {
          case .verifying(let bytes, of: _): verifying.reach(bytes)
          case .hashing(let bytes):
            verifying.finish()
            hashing.reach(bytes)
          case .encoding(let bytes):
            hashing.finish()
            encoding.reach(bytes)
          }
        }, isCancelled: { Interrupt.isRequested })
    }
    for progress in [verifying, hashing, encoding] { progress.finish() }
    note(report)
    if json { Console.out(object(report).text) }
    guard report.failures.isEmpty else {
      throw NotRepaired(folder: shards, count: report.failures.reduce(0) { $0 + $1.paths.count })
    }
    if report.damaged.isEmpty && report.adopted.isEmpty && report.lostTables.isEmpty {
      Console.note("'\(shards)' is whole: unchanged")
    }
  }

  private func note(_ report: DatasetMender.Report) {
    for path in report.adopted {
      Console.note("'\(path)' has the recorded content in other bytes; the manifest now knows them")
    }
    for path in report.repaired { Console.note("made '\(path)' again") }
    for failure in report.failures {
      for path in failure.paths { Console.note("'\(path)' is as it was: \(failure.reason)") }
    }
  }

  private func object(_ report: DatasetMender.Report) -> JSON {
    [
      "damaged": .array(
        (report.lostTables.map(\.fault) + report.damaged.map(\.fault)).map { .string($0.problem) }),
      "repaired": .array(report.repaired.map { .string($0) }),
      "adopted": .array(report.adopted.map { .string($0) }),
      "failed": .array(
        report.failures.flatMap { failure in
          failure.paths.map { ["shard": .string($0), "reason": .string(failure.reason)] }
        }), "changed-sources": .array(report.findings.map(\.json)),
    ]
  }
}

/// The verdict where a shard stays damaged; the reasons were named before.
private struct NotRepaired: Error, CustomStringConvertible {
  let folder: String
  let count: Int

  var description: String {
    "'\(folder)' is still damaged: \(counted(count, "shard")) could not be made again"
  }
}
