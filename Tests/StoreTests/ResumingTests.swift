import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Going on after an interruption")
struct ResumingTests {
  static let sample = Sample(documents: [30, 0, 12, 50])

  private let folder: TemporaryFolder
  private let path: String
  private let expected: OrderOfWorkTests.Contents

  init() throws {
    folder = try TemporaryFolder()
    path = folder("shards")
    let whole = try dataset(Self.sample)
    expected = try OrderOfWorkTests.Contents(whole.path)
  }

  /// Writes the rest, and compares all of it with what a run never interrupted wrote.
  private func finish() throws {
    try Self.sample.write(to: path)
    #expect(try OrderOfWorkTests.Contents(path) == expected)
    let report = try verify(path)
    #expect(report.faults == [])
    #expect(report.strangers == [])
  }

  private func writer() throws -> DatasetWriter { try DatasetWriter(folder: path, plan: Self.sample.plan) }

  @Test(arguments: 0...4)
  func `a writer given up after some segments is continued`(count: Int) throws {
    do {
      let writer = try writer()
      for index in 0..<count { try Self.sample.write(index, writer) }
    }
    #expect(try writer().committedSegments == Set(0..<count))
    #expect(throws: StoreError.incomplete(folder: path, segments: count, of: 4)) { try Dataset.open(path) }
    #expect(throws: StoreError.incomplete(folder: path, segments: count, of: 4)) { try verify(path) }
    try finish()
    #expect(try ReferenceManifest(path).tables["run"]!.count == 3)
  }

  @Test func `every segment may be another run's`() throws {
    for index in [2, 0, 3, 1] { try Self.sample.write(index, writer()) }
    try finish()
    #expect(try ReferenceManifest(path).tables["run"]!.map { $0["segments"].integer } == [1, 1, 1, 1, 0])
  }

  @Test func `a segment given up leaves nothing, and can be begun again`() throws {
    let writer = try writer()
    try Self.sample.write(0, writer)
    for _ in 0..<3 {
      var segment = try writer.beginSegment(3)
      try Self.sample.write(3, to: &segment)
    }
    #expect(try Folder.names(path) == ["manifest.sqlite", "train-00000.shard", "val-00000.shard"])
    for index in 1...3 { try Self.sample.write(index, writer) }
    _ = try writer.finish()
    try finish()
  }

  @Test func `shards that have their names but are in no manifest are written again`() throws {
    do {
      let writer = try writer()
      try Self.sample.write(2, writer)
      var segment = try writer.beginSegment(0)
      // Other documents than those that will be written: nothing of them may stay.
      try segment.append([1, 999].span, document: Self.sample.segments[0][0].entry, split: .test)
      try segment.publishOnly()
    }
    #expect(try Folder.names(path).contains("test-00000.shard"))
    #expect(try writer().committedSegments == [2])
    #expect(try !Folder.names(path).contains("test-00000.shard"))
    try finish()
  }

  @Test func `what a killed process left is removed, and nothing else`() throws {
    try Self.sample.write(0, writer())
    let left = [
      "train-00000.shard.tmp-123-456", "val-00002.shard.tmp-1-2", "test-00003.shard", "train-100000.shard",
    ]
    let others = [
      "notes.txt", "train.bin", "train-notes.shard", "trains-00001.shard", "val-1.shard", "x.tmp-1-2",
    ]
    for name in left + others { try Folder.create(path); try File.create("\(path)/\(name)").write("left") }
    _ = try writer()
    let names = try Folder.names(path)
    for name in left { #expect(!names.contains(name), "\(name)") }
    for name in others {
      #expect(names.contains(name), "\(name)")
      try Folder.remove("\(path)/\(name)")
    }
    try finish()
  }

  @Test func `a shard that was committed and is missing is named`() throws {
    try Self.sample.write(0, writer())
    try Folder.remove("\(path)/train-00000.shard")
    let error = try #require(throws: StoreError.self) { try writer() }
    #expect("\(error)".hasPrefix("'\(path)/train-00000.shard' is damaged: it is missing; make it again"))
  }

  /// What a file system's own repair, or a flipped bit, makes of a committed shard, and what is said of it.
  private static let changes: [(change: @Sendable (inout [UInt8]) -> Void, reason: String)] = [
    ({ $0 = [] }, "it has 0 bytes, and the manifest says"),
    ({ $0.removeLast() }, "and the manifest says"),
    ({ $0 = [UInt8](repeating: 0, count: $0.count) }, "its end is missing or overwritten"),
    ({ $0[$0.count - 60] ^= 1 }, "its footer does not match its hash"),
  ]

  @Test(arguments: changes.indices, [false, true])
  func `a shard that was committed and is cut off or overwritten is named, and nothing is finished with it`(
    change: Int, isComplete: Bool
  ) throws {
    if isComplete { try finish() } else { try Self.sample.write(0, writer()) }
    let name = "\(path)/train-00000.shard"
    var bytes = try File.contents(name)
    Self.changes[change].change(&bytes)
    try Folder.remove(name)
    try File.create(name).write(bytes.span)
    let error = try #require(throws: StoreError.self) { try writer() }
    #expect(
      "\(error)".hasPrefix("'\(name)' is damaged: ") && "\(error)".contains(Self.changes[change].reason))
    #expect(try File.contents(name) == bytes)
  }

  /// No digest covers these before all is there.
  @Test(arguments: ["stored_bytes = stored_bytes + 1", "stored_digest = zeroblob(32)"])
  func `a row that says another thing of how a shard is stored is found before the dataset is finished`(
    change: String
  ) throws {
    try Self.sample.write(0, writer())
    try alterManifest(path, "UPDATE shard SET \(change) WHERE number = 0")
    let error = try #require(throws: StoreError.self) { try writer() }
    #expect("\(error)".hasPrefix("'\(path)/train-00000.shard' is damaged: "))
  }

  @Test(.timeLimit(.minutes(1)), arguments: [false, true])
  func `what stands in a shard's place and is no file is damage, and not waited for`(isFolder: Bool) throws {
    try finish()
    let name = "\(path)/train-00000.shard"
    let dataset = try Dataset.open(path)
    try Folder.remove(name)
    if isFolder { try Folder.create(name) } else { try #require(unsafe mkfifo(name, 0o600) == 0) }
    let reports = try [verify(path).faults, DatasetRepair(path).survey().damaged.map(\.fault)]
    for faults in reports {
      #expect(faults.count == 1 && "\(faults)".contains("'\(name)' is damaged: it is no file"))
    }
    for work in [{ _ = try dataset.documents(.train) }, { _ = try writer() }] {
      let error = try #require(throws: StoreError.self) { try work() }
      #expect("\(error)".contains("'\(name)' is damaged: it is no file"))
    }
  }

  @Test func `whoever stops the look at a finished dataset is not told that it is whole`() throws {
    try finish()
    let before = try OrderOfWorkTests.Contents(path)
    var questions = 0
    let opened = try DatasetWriter.opening(path, plan: Self.sample.plan) {
      questions += 1
      return false
    }
    #expect(opened?.isComplete == true && questions > 0)
    for last in 0..<questions {
      var asked = 0
      let opened = try DatasetWriter.opening(path, plan: Self.sample.plan) {
        asked += 1
        return asked > last
      }
      #expect(opened == nil)
    }
    #expect(try OrderOfWorkTests.Contents(path) == before)
  }

  @Test func `a finished dataset is left as it is`() throws {
    try finish()
    let before = try File.contents("\(path)/manifest.sqlite")
    let writer = try writer()
    #expect(writer.isComplete)
    #expect(writer.committedSegments == [0, 1, 2, 3])
    let summary = try writer.finish()
    #expect(try summary.rootHash == Dataset.open(path).rootHash)
    #expect(try summary.splits == Dataset.open(path).splits)
    #expect(summary.rejects == 4)
    #expect(try File.contents("\(path)/manifest.sqlite") == before)
  }

  @Test func `a finished dataset whose shard is missing is not called finished`() throws {
    try finish()
    try Folder.remove("\(path)/val-00003.shard")
    let error = try #require(throws: StoreError.self) { try writer() }
    #expect("\(error)".hasPrefix("'\(path)/val-00003.shard' is damaged: it is missing; make it again"))
  }

  @Test func `a dataset of which a segment is missing cannot be finished`() throws {
    let writer = try writer()
    for index in [0, 1, 3] { try Self.sample.write(index, writer) }
    let error = try #require(throws: StoreError.self) { try writer.finish() }
    #expect(
      "\(error)" == """
        the dataset in '\(path)' is not finished (3 of 4 segments); run the command that makes it again, and it will \
        go on from there
        """)
    #expect(!writer.isComplete)
    try Self.sample.write(2, writer)
    _ = try writer.finish()
    #expect(writer.isComplete)
    try finish()
  }

  @Test func `a change broken off in the middle is undone`() throws {
    for index in 0..<4 { try Self.sample.write(index, writer()) }
    try breakOffChange(path)
    let error = try #require(throws: StoreError.self) { try Dataset.open(path) }
    #expect(
      "\(error)" == """
        cannot use '\(path)/manifest.sqlite': its last change was broken off; run the command that makes the dataset \
        again, which undoes it
        """)
    try finish()
  }
}
