import Basics
import Store
import TestSupport
import Testing

@Suite("Removing a dataset")
struct RemovalTests {
  private let folder: TemporaryFolder
  private let path: String
  private static let shards = [
    "test-00000.shard", "train-00000.shard", "val-00000.shard", "val-00002.shard",
  ]

  init() throws {
    folder = try fixedDataset()
    path = folder.path
  }

  @Test func `removes the shards, finished or not, the manifest, and nothing else`() throws {
    let others = ["notes.txt", "train-notes.shard", "train.bin"]
    let ours = ["-journal", "-wal", "-shm"].map { "manifest.sqlite\($0)" }
    for name in others + ours + ["train-00007.shard.tmp-1-2"] {
      try folder.write("", to: name)
    }
    try DatasetWriter.remove(path)
    #expect(try Folder.names(path) == others)
  }

  @Test func `there may be nothing to remove`() throws {
    try DatasetWriter.remove(path)
    try DatasetWriter.remove(path)
    try DatasetWriter.remove(folder("none"))
    #expect(Folder.kind(folder("none")) == nil)
  }

  @Test(arguments: ["no database", "", "SQLite format 3\0"])
  func `a damaged dataset can be removed`(manifest: String) throws {
    try folder.write(manifest, to: "manifest.sqlite")
    try DatasetWriter.remove(path)
    #expect(try Folder.names(path) == [])
  }

  @Test(arguments: [
    "PRAGMA user_version = 1", "DROP TABLE run", "UPDATE dataset SET root_hash = x''", "DELETE FROM dataset",
  ])
  func `a dataset of a strange manifest can be removed`(change: String) throws {
    try alterManifest(path, change)
    try DatasetWriter.remove(path)
    #expect(try Folder.names(path) == [])
  }

  @Test func `a dataset that is being written is not removed`() throws {
    let unfinished = folder("unfinished")
    let writer = try DatasetWriter(folder: unfinished, plan: Sample.fixed.plan)
    try Sample.fixed.write(0, writer)
    #expect(throws: StoreError.inUse(folder: unfinished)) { try DatasetWriter.remove(unfinished) }
    for index in 1...2 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
  }

  /// A removal broken off after some shards are gone, as it stands in the format's page.
  private func breakOff(after count: Int) throws {
    try alterManifest(path, "UPDATE dataset SET state = 'removing'")
    for name in Self.shards.prefix(count) { try Folder.remove(folder(name)) }
  }

  @Test(arguments: 0...4)
  func `a dataset half removed is none to readers`(count: Int) throws {
    try breakOff(after: count)
    #expect(throws: StoreError.incomplete(folder: path, segments: 3, of: 3)) { try Dataset.open(path) }
  }

  @Test(arguments: 0...4)
  func `a writer finishes a removal that was broken off, and begins anew`(count: Int) throws {
    try breakOff(after: count)
    let writer = try DatasetWriter(folder: path, plan: Sample.fixed.plan)
    #expect(writer.committedSegments == [])
    #expect(try Folder.names(path) == ["manifest.sqlite"])
    for index in 0..<3 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
    let whole = try fixedDataset()
    #expect(try OrderOfWorkTests.Contents(path) == OrderOfWorkTests.Contents(whole.path))
  }

  @Test func `a writer of another plan may finish it too`() throws {
    try breakOff(after: 2)
    let other = Sample(documents: [5])
    try other.write(to: path)
    #expect(try Dataset.open(path).documents(.train) == other.documents(.train))
  }

  @Test func `a removal that was broken off can be repeated`() throws {
    try breakOff(after: 2)
    try DatasetWriter.remove(path)
    #expect(try Folder.names(path) == [])
  }

  @Test(
    .enabled(if: Mount.isPermitted, "only a superuser may mount file systems"), arguments: [false, true])
  func `before the first shard goes, the manifest says so`(hasJournal: Bool) throws {
    if hasJournal { try breakOffChange(path) }
    // A shard that cannot be removed, as something is mounted there.
    try Folder.remove(folder("val-00000.shard"))
    try Folder.create(folder("val-00000.shard"))
    do {
      let mount = try Mount(over: folder("val-00000.shard"))
      let error = try #require(throws: StoreError.self) { try DatasetWriter.remove(path) }
      #expect("\(error)" == "cannot remove '\(mount.path)': Device or resource busy")
    }
    #expect(try Folder.names(path) == ["manifest.sqlite", "val-00000.shard", "val-00002.shard"])
    #expect(throws: StoreError.incomplete(folder: path, segments: 3, of: 3)) { try Dataset.open(path) }
    try Sample.fixed.write(to: path)
    #expect(try verify(path).faults == [])
  }
}
