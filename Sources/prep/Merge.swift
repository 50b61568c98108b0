internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// Several datasets of one tokenizer as one.
struct Merge: Command {
  static let name = "merge"
  static let summary = "Join datasets of the same tokenizer without encoding again"
  static let example = "prep merge books/ web/ --out all/"
  static var options: [Option<Self>] {
    [
      .arguments("SHARDS...", \.folders, "Folders of finished datasets, in the order that they will have"),
      .option("--out", \.out, "SHARDS", "Folder for the joined dataset"),
      .flag("--json", \.json, "Print the summary as JSON"),
    ]
  }

  var folders: [String] = []
  var out = ""
  var json = false

  func run() throws {
    guard folders.count > 1 else { throw UsageError("name two datasets or more") }
    guard !out.isEmpty else { throw UsageError("--out is missing: name a folder for the joined dataset") }
    Interrupt.install()
    let merge = try DatasetMerge(folders)
    let progress = Progress("merging", total: merge.storedBytes, unit: "B")
    let summary = try merge.write(
      to: out, report: { progress.reach($0) }, isCancelled: { Interrupt.isRequested })
    progress.finish()
    guard let summary else { throw StoppedEncoding() }
    for split in summary.splits {
      Console.note(
        """
        \(split.split.rawValue): \(counted(split.tokens, "token")), \(counted(split.documents, "document")), \
        \(counted(split.shards, "shard"))
        """)
    }
    Console.note("root hash \(summary.rootHash)")
    if json {
      Console.out(
        JSON.object([
          JSON.Member("root-hash", .string(summary.rootHash.description)),
          JSON.Member("splits", .array(summary.splits.map(\.json))),
          JSON.Member("rejects", .integer(summary.rejects)),
        ]).text)
    }
  }
}
