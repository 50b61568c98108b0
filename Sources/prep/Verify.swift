internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// Every digest of a dataset against every byte.
struct Verify: Command {
  static let name = "verify"
  static let summary = "Check every byte of a dataset against its digests"
  static let example = "prep verify shards/"
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .flag("--json", \.json, "Print the findings as JSON"),
    ]
  }

  var shards = ""
  var json = false

  func run() throws {
    Interrupt.install()
    // Every shard is read twice: as it is stored, and for what it holds.
    let total = 2 * (try Dataset.open(shards)).splits.reduce(0) { $0 + $1.storedBytes }
    let progress = Progress("verifying", total: total, unit: "B")
    let report = try Store.verify(
      shards, report: { progress.reach($0.bytes) }, isCancelled: { Interrupt.isRequested })
    progress.finish()
    for fault in report.faults { Console.note("\(fault)") }
    for stranger in report.strangers { Console.note("'\(stranger)' is no part of the dataset") }
    if json { Console.out(object(report).text) }
    if report.wasCancelled { throw PipelineError.cancelled }
    let extent = "\(counted(report.shards, "shard")), \(counted(report.tokens, "token"))"
    guard report.faults.isEmpty else {
      throw DamagedDataset(folder: shards, faults: report.faults.count, extent: extent)
    }
    Console.note("'\(shards)' is whole: \(extent), root hash \(report.rootHash)")
  }

  private func object(_ report: VerifyReport) -> JSON {
    [
      "root-hash": .string(report.rootHash.description), "shards": .integer(report.shards),
      "tokens": .integer(report.tokens), "bytes": .integer(report.storedBytes),
      "faults": .array(report.faults.map { .string("\($0)") }),
      "strangers": .array(report.strangers.map { .string($0) }), "complete": .bool(!report.wasCancelled),
    ]
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
