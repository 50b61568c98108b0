import Basics
import TestSupport
import Testing
import Training

@Suite("A run's folder")
struct RunFolderTests {
  private let folder: TemporaryFolder
  private var run: RunFolder { RunFolder(folder("run")) }

  init() throws { folder = try TemporaryFolder() }

  @Test func `checkpoints are found by their steps, unfinished ones are not`() throws {
    for name in [
      "step-000010", "step-000002", "step-1234567", "step-000020.tmp-77-1", "step-", "step-x", "other",
    ] {
      try folder.write("", to: "run/checkpoints/\(name)/file")
    }
    #expect(try run.checkpointSteps() == [2, 10, 1_234_567])
    #expect(run.checkpoint(2).path == folder("run/checkpoints/step-000002"))
    #expect(run.checkpoint(1_234_567).path == folder("run/checkpoints/step-1234567"))
  }

  @Test func `a new run takes a new folder, an empty one, or one that never became a run`() throws {
    try run.create()
    try run.create()
    for name in ["vocab.json", "merges.txt", "metrics.jsonl", "config.json.tmp-1-2"] {
      try folder.write("", to: "run/\(name)")
    }
    try Folder.create(folder("run/checkpoints"))
    try run.create()
  }

  @Test func `a folder that holds a run or something else is refused`() throws {
    try folder.write("", to: "run/thesis.txt")
    #expect(throws: TrainingError.runExists(path: run.path, isRun: false)) { try run.create() }
    try folder.write("{}", to: "run/config.json")
    try Folder.create(folder("run/checkpoints"))
    #expect(throws: TrainingError.runExists(path: run.path, isRun: true)) { try run.create() }
    try folder.write("", to: "file")
    let file = RunFolder(folder("file"))
    #expect(throws: TrainingError.runExists(path: file.path, isRun: false)) { try file.create() }
  }
}
