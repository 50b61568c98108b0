import Basics
import Store
import TestSupport
import Testing

@Suite("Writing a dataset")
struct WriterTests {
  private let folder: TemporaryFolder
  private let writer: DatasetWriter

  init() throws {
    folder = try TemporaryFolder()
    writer = try DatasetWriter(folder: folder.path, plan: Sample.fixed.plan)
  }

  @Test func `two writers at once are refused, in one process and in two`() async throws {
    let path = folder.path
    try Sample.fixed.write(0, writer)
    #expect(throws: StoreError.inUse(folder: path)) {
      try DatasetWriter(folder: path, plan: Sample.fixed.plan)
    }
    await #expect(processExitsWith: .success) { [path = path as String] in
      let error = try #require(throws: StoreError.self) {
        try DatasetWriter(folder: path, plan: Sample.fixed.plan)
      }
      #expect(
        "\(error)" == "another process is writing the dataset in '\(path)'; wait for it to end, or stop it")
    }
    for index in 1...2 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
    #expect(try verify(path).faults == [])
  }

  @Test func `a finished dataset may be looked at by writers while another reads it`() throws {
    for index in 0...2 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
    let dataset = try Dataset.open(folder.path)
    let others = try (0..<3).map { _ in try DatasetWriter(folder: folder.path, plan: Sample.fixed.plan) }
    #expect(others.map(\.isComplete) == [true, true, true])
    #expect(try dataset.documents(.train) == Sample.fixed.documents(.train))
  }

  @Test func `what was committed can be seen by no reader before all is`() throws {
    for index in 0...2 {
      #expect(throws: StoreError.incomplete(folder: folder.path, segments: index, of: 3)) {
        try Dataset.open(folder.path)
      }
      try Sample.fixed.write(index, writer)
    }
    _ = try writer.finish()
    #expect(try Dataset.open(folder.path).documents(.val) == Sample.fixed.documents(.val))
  }

  @Test(arguments: [1_000, 65_535, .max] as [UInt32])
  func `a token beyond the vocabulary is refused, and its segment leaves nothing`(id: UInt32) throws {
    do {
      var segment = try writer.beginSegment(0)
      let error = try #require(throws: StoreError.self) {
        try segment.append([1, id, 999].span, document: Sample.fixed.segments[0][0].entry, split: .train)
      }
      #expect(
        "\(error)" == """
          token \(id) is not in the vocabulary of 1000 tokens; encode with the tokenizer that the dataset names
          """)
    }
    #expect(try Folder.names(folder.path) == ["manifest.sqlite"])
  }

  @Test func `where one shard cannot get its name, the segment's others lose theirs`() throws {
    let obstacle = folder("val-00000.shard")
    var segment = try writer.beginSegment(0)
    try Sample.fixed.write(0, to: &segment)
    try folder.write("", to: "val-00000.shard/file")
    do {
      try segment.commit()
      Issue.record("a folder stands in the shard's way")
    } catch {
      #expect("\(error)" == "cannot rename to '\(obstacle)': Is a directory")
    }
    #expect(try !Folder.names(folder.path).contains { $0.hasPrefix("train") || $0.contains(".tmp-") })
    try Folder.remove(obstacle)
    for index in 0...2 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `where the manifest refuses a segment, its shards lose their names`() throws {
    try alterManifest(
      folder.path, "INSERT INTO shard VALUES (1, 1, 1, 1, zeroblob(32), zeroblob(32))")
    let error = try #require(throws: StoreError.self) { try Sample.fixed.write(0, writer) }
    #expect(
      "\(error)" == "cannot use '\(folder("manifest.sqlite"))': UNIQUE constraint failed: shard.number")
    #expect(try Folder.names(folder.path) == ["manifest.sqlite"])
    try alterManifest(folder.path, "DELETE FROM shard")
    for index in 0...2 { try Sample.fixed.write(index, writer) }
    _ = try writer.finish()
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `a split without documents has no shard and no reader`() throws {
    let sample = Sample(documents: [0, 0])
    let folder = try dataset(sample)
    #expect(try Folder.names(folder.path) == ["manifest.sqlite"])
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.splits == [])
    for split in Split.allCases {
      #expect(throws: StoreError.emptySplit(split, folder: folder.path)) {
        _ = try dataset.reader(split).tokenCount
      }
    }
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `a dataset may have no segments at all`() throws {
    var sample = Sample(documents: [])
    sample.plan.configuration = [:]
    let folder = try dataset(sample)
    #expect(try Dataset.open(folder.path).splits == [])
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `a document may have any number of tokens, 8192 and its neighbours too`() throws {
    let lengths = [0, 8_190, 8_191, 8_192, 8_193, 16_383, 1, 40_000]
    let folder = try TemporaryFolder()
    var sample = Sample(documents: [lengths.count])
    for (index, length) in lengths.enumerated() {
      sample.segments[0][index].split = .train
      sample.segments[0][index].tokens = (0..<length).map { UInt32($0 % 997) } + [999]
      sample.segments[0][index].entry.tokenCount = length + 1
    }
    try sample.write(to: folder.path)
    #expect(try Dataset.open(folder.path).documents(.train) == sample.documents(.train))
    #expect(try ReferenceShard(File.contents(folder("train-00000.shard"))).tokens == sample.tokens(.train))
  }

  @Test func `numbers of any size in a document's entry come back`() throws {
    let numbers = [0, 1, 127, 128, 1 << 31, 1 << 47 - 1, 255, 3]
    var sample = Sample(documents: [numbers.count])
    for (index, number) in numbers.enumerated() {
      sample.segments[0][index].split = .train
      sample.segments[0][index].entry.byteOffset = number
      sample.segments[0][index].entry.byteCount = numbers[(index + 3) % numbers.count]
      sample.segments[0][index].entry.label = index % 3 == 0 ? nil : Int.max - 1 - index
      sample.segments[0][index].entry.textHash = .max - UInt64(index)
    }
    let folder = try dataset(sample)
    #expect(try Dataset.open(folder.path).documents(.train) == sample.documents(.train))
    #expect(
      try ReferenceShard(File.contents(folder("train-00000.shard"))).documents
        == sample.segments[0].map(\.entry))
  }

  @Test func `segments beyond 99999 have longer names`() throws {
    var plan = Sample.fixed.plan
    plan.segments = (0...100_000).map { _ in SegmentPlan(ranges: []) }
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: plan)
    for index in [7, 99_999, 100_000] {
      var segment = try writer.beginSegment(index)
      try Sample.fixed.write(0, to: &segment)
      try segment.commit()
    }
    #expect(
      try Folder.names(folder.path).filter { $0.hasPrefix("train") }
        == ["train-00007.shard", "train-100000.shard", "train-99999.shard"])
  }
}

@Suite("Promises that a writer's caller keeps")
struct WriterPromisesTests {
  private let folder: TemporaryFolder
  private let path: String

  /// The folder is this process's, which outlives those that trap.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path
  }

  @Test func `a segment is not begun twice at a time`() async {
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let writer = try DatasetWriter(folder: path, plan: Sample.fixed.plan)
      let first = try writer.beginSegment(0), second = try writer.beginSegment(0)
      try first.commit()
      try second.commit()
    }
  }

  @Test func `a segment is not begun when it is committed, nor where there is none`() async throws {
    try Sample.fixed.write(0, DatasetWriter(folder: path, plan: Sample.fixed.plan))
    for index in [0, 3, -1] {
      await #expect(processExitsWith: .failure) { [path = path as String, index = index as Int] in
        try Sample.fixed.write(index, DatasetWriter(folder: path, plan: Sample.fixed.plan))
      }
    }
  }

  @Test func `a document that was begun is ended before the segment is`() async {
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let writer = try DatasetWriter(folder: path, plan: Sample.fixed.plan)
      var segment = try writer.beginSegment(0)
      try segment.append(part: [1, 2].span, split: .train)
      try segment.commit()
    }
  }

  /// Source, offset, size and label.
  @Test(arguments: [[3, 0, 0, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, -1]])
  func `a document is somewhere in the plan's sources`(numbers: [Int]) async {
    await #expect(processExitsWith: .failure) { [path = path as String, numbers = numbers as [Int]] in
      let entry = DocumentEntry(
        source: numbers[0], byteOffset: numbers[1], byteCount: numbers[2], textHash: 0, label: numbers[3])
      let writer = try DatasetWriter(folder: path, plan: Sample.fixed.plan)
      var segment = try writer.beginSegment(0)
      try segment.append([1].span, document: entry, split: .train)
    }
  }

  @Test(arguments: [[3, 0], [-1, 0], [0, -1]])
  func `a document that is left out is, too`(numbers: [Int]) async {
    await #expect(processExitsWith: .failure) { [path = path as String, numbers = numbers as [Int]] in
      let writer = try DatasetWriter(folder: path, plan: Sample.fixed.plan)
      var segment = try writer.beginSegment(0)
      segment.reject(source: numbers[0], byteOffset: numbers[1], reason: "")
    }
  }
}
