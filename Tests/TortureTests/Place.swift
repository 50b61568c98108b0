import Basics
import Store
import TestSupport
import Testing

/// A corpus, its tokenizer, and the dataset that an undisturbed run makes of them.
struct Place: Sendable {
  let folder: TemporaryFolder
  /// All of the command but the folder.
  let encode: [String]
  let rootHash: Digest
  /// The finished files by name, but for the manifest, in which times are.
  let files: [String: [UInt8]]

  init(bytes: Int, segmentMegabytes: Double, seed: Int = 1) throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder("corpora"))
    let encode = [
      "encode", "corpora", "--split", "hash", "--val-fraction", "0.1", "--min-bytes", "800",
      "--segment-megabytes", "\(segmentMegabytes)", "--out",
    ]
    for words in [
      [
        "generate-stories", "--megabytes", "\(Double(bytes) / 1e6)", "--seed", "\(seed)", "--out",
        "corpora/stories.jsonl",
      ], ["bpe-train", "--vocab-size", "400"], encode + ["whole"],
    ] {
      let outcome = try RunningProgram("prep", words, in: folder.path).wait()
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    self.folder = folder
    self.encode = encode
    rootHash = try Dataset.open(folder("whole")).rootHash
    files = try Self.finished(folder("whole"))
  }

  /// The same in a folder of its own.
  init(copying other: Place) throws {
    folder = try TemporaryFolder()
    (encode, rootHash, files) = (other.encode, other.rootHash, other.files)
    let outcome = try RunningProgram(shell: "cp -r '\(other.folder.path)'/. .", in: folder.path).wait()
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  /// The path of `name`.
  func callAsFunction(_ name: String) -> String { folder(name) }

  func run(_ words: [String]) throws -> Outcome { try RunningProgram("prep", words, in: folder.path).wait() }

  func shell(_ script: String) throws -> Outcome {
    try RunningProgram(shell: script, in: folder.path).wait()
  }

  /// What is in a file; nothing where there is none.
  func text(_ name: String) -> String {
    String(decoding: (try? File.contents(self(name))) ?? [], as: UTF8.self)
  }

  /// Files under their final names, but for the manifest and its journal.
  static func finished(_ path: String) throws -> [String: [UInt8]] {
    guard Folder.kind(path) == .folder else { return [:] }
    var files: [String: [UInt8]] = [:]
    for name in try Folder.names(path) where !isUnfinished(name) && !name.hasPrefix("manifest.sqlite") {
      files[name] = try File.contents(Path.join(path, name))
    }
    return files
  }

  static func isUnfinished(_ name: String) -> Bool { name.contains(AtomicFile.mark) }

  /// Expects in `name` what the undisturbed run made, and no other file.
  func expectWhole(_ name: String, _ comment: Comment) throws {
    let report = try verify(self(name))
    #expect(report.rootHash == rootHash, comment)
    #expect(report.faults == [], comment)
    #expect(report.strangers == [], comment)
    #expect(try Self.finished(self(name)) == files, comment)
  }
}
