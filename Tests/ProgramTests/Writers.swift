import Basics
import TestSupport
import Testing

/// A command that writes into a folder.
struct Writer: Sendable, CustomTestStringConvertible {
  private let first: String
  /// What the user runs after the first run failed; nil where it is the same again.
  private let next: String?
  /// The size of a disk, in KiB, that is too small.
  let room: Int

  private init(_ first: String, next: String? = nil, room: Int = 48) {
    self.first = first
    self.next = next
    self.room = room
  }

  var testDescription: String { "\(first), \(room) KiB" }

  func line(_ folder: String) -> String { first.replacing("FOLDER", with: folder) }

  func nextLine(_ folder: String) -> String { (next ?? first).replacing("FOLDER", with: folder) }

  /// All that write a folder. They need what ``Workplace/prepareForWriters()`` makes.
  static let all = [
    Writer("prep bpe-train corpora --vocab-size 2500 --out FOLDER"),
    Writer("prep encode corpora --segment-megabytes 0.02 --out FOLDER"),
    // Enough for the manifest, but not for all shards.
    Writer("prep encode large.jsonl --segment-megabytes 0.1 --out FOLDER", room: 256),
    Writer("prep export whole --to jsonl --out FOLDER"),
    Writer("prep export whole --to bin --out FOLDER"),
    Writer("prep build-spam-dataset table.tsv --out FOLDER"),
    Writer("prep generate-stories --megabytes 0.2 --out FOLDER/stories.jsonl"),
    Writer(
      "train --shards whole --layers 1 --width 64 --context 16 --steps 2 --out FOLDER",
      next: "train --resume FOLDER"),
  ]
}

extension Workplace {
  func prepareForWriters() throws {
    try writeCorpusAndTokenizer(bytes: 100_000)
    let rows = (0..<4_000).map { "\($0 % 2 == 0 ? "ham" : "spam")\tline \($0)\n" }
    try folder.write(rows.joined(), to: "table.tsv")
    try writeStories("large.jsonl", bytes: 1_000_000)
    succeed(try prep("encode", "corpora", "--val-fraction", "0.1", "--out", "whole"))
  }
}

/// File systems of a test's own.
enum Mounting {
  /// Whether this machine lets the tests mount.
  static var isAllowed: Bool { prefix != nil }

  private static let prefix = ["unshare -m", "unshare -rm"].first { prefix in
    let script = "mount -t tmpfs -o size=64k none . && mount --bind . . && mount -o remount,bind,ro ."
    return (try? Workplace().shell("\(prefix) sh -c '\(script)'").code) == 0
  }

  /// Runs a script that sees its own mounts, which are gone after it.
  static func run(_ script: String, in place: Workplace) throws -> Outcome {
    try place.folder.write(script, to: "script")
    return try place.shell("\(prefix ?? "") sh script")
  }
}
