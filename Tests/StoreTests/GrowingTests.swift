import Basics
import Store
import TestSupport
import Testing

@Suite("Datasets that grow")
struct GrowingTests {
  static let sample = Sample(documents: [30, 0, 12, 50, 7])

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder("shards")
  }

  /// The sample's first `count` segments, with the sources that they read.
  private func first(_ count: Int) -> DatasetPlan {
    var plan = Self.sample.plan
    plan.segments = Array(plan.segments.prefix(count))
    plan.sources = Array(plan.sources.prefix(count))
    return plan
  }

  private func write(_ plan: DatasetPlan, growing: Bool = true, upTo count: Int? = nil) throws {
    let writer = try DatasetWriter(folder: path, plan: plan, growing: growing)
    for index in plan.segments.indices.prefix(count ?? .max) where !writer.committedSegments.contains(index) {
      try Self.sample.write(index, writer)
    }
    if count == nil { _ = try writer.finish() }
  }

  @Test(arguments: 1...4)
  func `a dataset that grew is, row for row, the one that was made at once`(count: Int) throws {
    try write(first(count))
    let before = try Folder.shards(path)
    try write(Self.sample.plan)
    let whole = try dataset(Self.sample)
    #expect(try OrderOfWorkTests.Contents(path) == OrderOfWorkTests.Contents(whole.path))
    for (name, bytes) in before { #expect(try File.contents("\(path)/\(name)") == bytes) }
    #expect(try verify(path).faults == [] && verify(path).strangers == [])
  }

  @Test func `finished segments are never given up, and growing must be asked for`() throws {
    try write(first(3))
    let before = try OrderOfWorkTests.Contents(path)
    #expect(throws: StoreError.self) { try write(Self.sample.plan, growing: false) }
    var changed = Self.sample.plan
    changed.sources[2].digest = SHA256.hash([])
    #expect(throws: StoreError.self) { try write(changed) }
    changed = Self.sample.plan
    changed.segments[0].ranges[0].bytes = 0..<1
    #expect(throws: StoreError.self) { try write(changed) }
    changed = Self.sample.plan
    changed.configuration = ["split": "tail"]
    #expect(throws: StoreError.self) { try write(changed) }
    #expect(throws: StoreError.self) { try write(first(2)) }
    #expect(try OrderOfWorkTests.Contents(path) == before)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `what is not finished is planned again from where the plans part`(count: Int) throws {
    // Under way with another third source; as many segments are committed.
    var other = Self.sample.plan
    other.sources[2].digest = SHA256.hash([])
    try write(other, upTo: count)
    try write(Self.sample.plan)
    let whole = try dataset(Self.sample)
    #expect(try OrderOfWorkTests.Contents(path) == OrderOfWorkTests.Contents(whole.path))
    #expect(try verify(path).faults == [] && verify(path).strangers == [])
  }

  @Test(arguments: [3, 4, 5])
  func `finished segments are not given up where growth behind them was broken off`(count: Int) throws {
    try write(first(3))
    // Growth by a bad fourth source, broken off with so many segments there, at first and again.
    var bad = Self.sample.plan
    bad.sources[3].digest = SHA256.hash([])
    for _ in 0..<2 { try write(bad, upTo: count) }
    let before = try OrderOfWorkTests.Contents(path)
    for index in 0...2 {
      var changed = Self.sample.plan
      changed.sources[index].digest = SHA256.hash([])
      #expect(throws: StoreError.self, "source \(index)") { try write(changed) }
      #expect(try OrderOfWorkTests.Contents(path) == before)
    }
    #expect(try RecordedPlan(path)?.isComplete == false && (try RecordedPlan(path))?.finishedSegments == 3)
    try write(Self.sample.plan)
    let whole = try dataset(Self.sample)
    #expect(try OrderOfWorkTests.Contents(path) == OrderOfWorkTests.Contents(whole.path))
    #expect(try verify(path).faults == [] && verify(path).strangers == [])
  }

  @Test func `runs count the segments that the dataset still has`() throws {
    try write(first(3))
    var bad = Self.sample.plan
    bad.sources[4].digest = SHA256.hash([])
    try write(bad, upTo: 5)
    try write(Self.sample.plan)
    let repair = try DatasetRepair(path)
    #expect(repair.segmentsAfterRuns == [3, 4, 5])
  }

  @Test func `the plan of a folder is known from the first segment on`() throws {
    #expect(try RecordedPlan(path) == nil)
    try write(first(3), upTo: 0)
    #expect(try RecordedPlan(path) == nil)
    try write(first(3), upTo: 1)
    #expect(try RecordedPlan(path)?.isComplete == false)
    try write(first(3))
    #expect(try RecordedPlan(path)?.isComplete == true && (try RecordedPlan(path))?.plan == first(3))
    try folder.write("nothing", to: "shards/manifest.sqlite")
    #expect(try RecordedPlan(path) == nil)
  }
}
