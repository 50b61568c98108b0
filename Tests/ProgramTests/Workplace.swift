import Basics
import TestSupport
import Testing

/// A folder of a test's own in which the programs run as a user runs them.
struct Workplace {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The path of `name` in the folder.
  func callAsFunction(_ name: String) -> String { folder(name) }

  func prep(_ arguments: String..., input: [UInt8]? = nil) throws -> Outcome {
    try RunningProgram("prep", arguments, in: folder.path, input: input).wait()
  }

  func train(_ arguments: String...) throws -> Outcome {
    try RunningProgram("train", arguments, in: folder.path).wait()
  }

  /// Starts a program and does not wait for it.
  func start(_ program: String, _ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(program, arguments, in: folder.path)
  }

  /// Runs lines as a user types them.
  func shell(_ script: String) throws -> Outcome {
    try RunningProgram(shell: script, in: folder.path).wait()
  }

  func bytes(_ name: String) throws -> [UInt8] { try File.contents(self(name)) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The lines of JSON in a file.
  func lines(_ name: String) throws -> [JSON] {
    try text(name).split(separator: "\n").map { try JSON.parse(String($0)) }
  }

  /// The names and bytes of the files in a folder whose names end in `ending`.
  func files(_ name: String, ending: String = "") throws -> [String: [UInt8]] {
    let names = try Folder.names(self(name)).filter { $0.hasSuffix(ending) }
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try bytes("\(name)/\($0)")) })
  }

  /// Writes stories that the project makes, a document a line where `name` ends in .jsonl.
  func writeStories(_ name: String, bytes: Int, seed: Int = 1) throws {
    try Folder.create(Path.parent(self(name)))
    let megabytes = "\(Double(bytes) / 1e6)"
    try succeed(prep("generate-stories", "--megabytes", megabytes, "--seed", "\(seed)", "--out", name))
  }

  /// Stories in `corpora/`, and the vocabulary that is learned from them in `tokenizer/`.
  func writeCorpusAndTokenizer(bytes: Int = 40_000, vocabulary: Int = 400) throws {
    try writeStories("corpora/stories.jsonl", bytes: bytes)
    try succeed(prep("bpe-train", "--vocab-size", "\(vocabulary)"))
  }
}

/// Expects that a program did what it was asked to do.
@discardableResult
func succeed(_ outcome: Outcome, _ location: SourceLocation = #_sourceLocation) -> Outcome {
  #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: location)
  return outcome
}

/// Expects that a program refused with a message that has all of `parts`, and that it did not crash: a signal is a
/// negative code, and a trap has a report of many lines.
func refuse(
  _ outcome: Outcome, code: Int32 = 1, _ parts: String..., location: SourceLocation = #_sourceLocation
) {
  #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: location)
  #expect(!outcome.errors.contains("Fatal error"), "\(outcome.errors)", sourceLocation: location)
  for part in parts {
    #expect(outcome.errors.contains(part), "no '\(part)' in: \(outcome.errors)", sourceLocation: location)
  }
}
