internal import Basics
internal import Commands
internal import Pipeline
internal import Store

/// An encoding that was asked to stop, and did.
struct StoppedEncoding: Error, CustomStringConvertible {
  var description: String {
    "stopped before the end; whole segments are kept, and the same command again goes on behind them"
  }
}

/// What `prep encode` did, for people and for programs.
struct EncodingReport {
  private let summary: DatasetEncoder.Summary
  private let folder: String
  private let seconds: Double
  private let dropsMark: Bool

  init(_ summary: DatasetEncoder.Summary, folder: String, seconds: Double, dropsMark: Bool) {
    self.dropsMark = dropsMark
    self.summary = summary
    self.folder = folder
    self.seconds = seconds
  }

  private var dataset: DatasetSummary { summary.dataset }

  /// Text that was encoded in this run, by the second.
  private var rate: Double { Double(summary.work.textBytes) / max(seconds, 1e-9) }

  func note() {
    if summary.wasComplete {
      Console.note("'\(folder)' holds this dataset already: unchanged")
    } else {
      let work = summary.work
      let resumed = summary.resumedSegments
      if summary.addedSources > 0 {
        Console.note("\(counted(summary.addedSources, "file")) added to the dataset that was there")
      }
      if resumed > 0 {
        Console.note("\(resumed) of \(summary.segments) segments were there from an earlier run")
      }
      Console.note(
        """
        encoded \(counted(work.documents, "document")), \(Quantity.text(Double(work.textBytes), "B")), \
        \(Quantity.text(Double(work.tokens), "tokens")) in \(Quantity.fixed(seconds, 1)) s, \(Quantity.text(rate, "B"))/s
        """)
    }
    for step in summary.work.steps where step.name != "too-long" || step.dropped.documents > 0 {
      Console.note(step.line)
    }
    if dataset.rejects > 0 {
      Console.note("left out \(counted(dataset.rejects, "document")); the manifest says where and why")
    }
    if summary.work.marks > 0 {
      let outcome =
        dropsMark ? "which was left out" : "encoded like any other character; leave it out with --drop-bom"
      Console.note("\(counted(summary.work.marks, "text")) with a byte order mark at the start, \(outcome)")
    }
    for split in dataset.splits {
      let name = split.split.rawValue
      Console.note(
        """
        \(name)\(String(repeating: " ", count: max(0, 6 - name.count)))\(counted(split.tokens, "token")), \
        \(counted(split.documents, "document")), \(counted(split.shards, "shard")), \
        \(Quantity.text(Double(split.storedBytes), "B"))
        """)
    }
    if dataset.codecTableBytes > 0 {
      Console.note("codec table \(Quantity.text(Double(dataset.codecTableBytes), "B"))")
    }
    Console.note("root hash \(dataset.rootHash)")
  }

  var json: JSON {
    [
      "documents": .integer(dataset.splits.reduce(0) { $0 + $1.documents }),
      "tokens": .integer(dataset.splits.reduce(0) { $0 + $1.tokens }),
      "bytes": .integer(dataset.splits.reduce(0) { $0 + $1.storedBytes }),
      "codec-table-bytes": .integer(dataset.codecTableBytes),
      "shards": .integer(dataset.splits.reduce(0) { $0 + $1.shards }),
      "splits": .array(dataset.splits.map(\.json)),
      "split-method": .string(summary.splitMethod.rawValue),
      "rejects": .integer(dataset.rejects),
      "steps": .array(summary.work.steps.map(\.json)),
      "root-hash": .string(dataset.rootHash.description),
      "added-sources": .integer(summary.addedSources),
      "unchanged": .bool(summary.wasComplete),
      "text-bytes": .integer(summary.work.textBytes),
      "seconds": .number(seconds),
      "mb-per-second": .number(rate / 1e6),
    ]
  }
}
