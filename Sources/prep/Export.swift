internal import Basics
internal import Commands
internal import Pipeline
internal import Store

extension DatasetExporter.Format: OptionValue {}

/// A dataset in the formats of other programs.
struct Export: Command {
  static let name = "export"
  static let summary = "Write a dataset in another program's format"
  static let example = """
    prep export shards/ --to jsonl > documents.jsonl
    prep export shards/ --to bin --out nanoGPT/data/mine
    prep export shards/ --to megatron --out data/    # --data-path data/train_text_document
    """
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a finished dataset"),
      .option(
        "--to", \.format, "FORMAT",
        "Documents with ids and text; or ids for nanoGPT, numpy, llm.c, Megatron-LM or MosaicML's streaming"),
      .option("--out", \.out, "DIR", "Where files go [default: standard output for jsonl, else export/]"),
    ]
  }

  var shards = ""
  var format = DatasetExporter.Format.jsonl
  var out: String?

  func run() throws {
    Interrupt.install()
    let dataset = try Dataset.open(shards)
    let files = try running { () throws(PipelineError) in
      let exporter = try DatasetExporter(dataset)
      let progress = Progress("exporting", total: exporter.tokenCount, unit: "tokens")
      let files = try write(exporter, progress)
      progress.finish()
      return files
    }
    for path in files.written { Console.note("wrote \(path)") }
    for path in files.removed {
      Console.note("removed \(path), which another export left and this one has no such file")
    }
    if format != .jsonl, dataset.tokenizer.vocabularySize > 1 << 16 {
      Console.note(
        "ids take 4 bytes each: a vocabulary of \(dataset.tokenizer.vocabularySize) tokens does not fit in 2")
    }
  }

  private func write(
    _ exporter: DatasetExporter, _ progress: Progress
  ) throws(PipelineError) -> (written: [String], removed: [String]) {
    let isCancelled = { Interrupt.isRequested }
    guard format == .jsonl, out == nil else {
      let files = try exporter.writeFiles(
        format, folder: out ?? "export", report: { progress.reach($0) }, isCancelled: isCancelled)
      return (files.written, files.removed)
    }
    try exporter.writeLines(report: { progress.reach($0) }, isCancelled: isCancelled) {
      bytes throws(FileError) in
      try File.standardOutput().write(bytes)
    }
    return ([], [])
  }
}
