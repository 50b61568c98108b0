import Basics
import Store
import TestSupport
import Testing

@Suite("Checking a whole dataset")
struct VerifyTests {
  private static let sample = Sample(documents: [200, 0, 100], longest: 900)

  @Test func `counts what it read`() throws {
    let folder = try dataset(Self.sample)
    let report = try verify(folder.path)
    let dataset = try Dataset.open(folder.path)
    #expect(report.rootHash == dataset.rootHash)
    #expect(report.shards == 4)
    #expect(report.tokens == Self.sample.segments.joined().reduce(0) { $0 + $1.tokens.count })
    #expect(report.storedBytes == dataset.splits.reduce(0) { $0 + $1.storedBytes })
    #expect(report.faults == [] && report.strangers == [] && !report.wasCancelled)
  }

  @Test func `what could not be read is not counted`() throws {
    let folder = try dataset(Self.sample)
    try Folder.remove(folder("train-00000.shard"))
    let report = try verify(folder.path)
    #expect(report.shards == 3)
    #expect(
      report.tokens
        == Self.sample.segments[0].filter { $0.split == .val }.reduce(0) { $0 + $1.tokens.count }
        + Self.sample.segments[2].reduce(0) { $0 + $1.tokens.count })
  }

  @Test func `names files that are no part of the dataset, which are no faults`() throws {
    let folder = try fixedDataset()
    for name in ["notes.txt", "train-00001.shard", "train-00000.shard.tmp-1-2"] {
      try folder.write("", to: name)
    }
    let report = try verify(folder.path)
    #expect(report.strangers == ["notes.txt", "train-00000.shard.tmp-1-2", "train-00001.shard"])
    #expect(report.faults == [])
  }

  @Test func `tells how far it has come`() throws {
    let folder = try dataset(Self.sample)
    var reached = [0]
    var totals: Set<Int> = []
    let report = try verify(
      folder.path,
      report: {
        reached.append($0.bytes)
        totals.insert($0.totalBytes)
      })
    #expect(totals == [2 * report.storedBytes])
    #expect(reached == reached.sorted())
    #expect(reached.last == 2 * report.storedBytes)
    #expect(reached.count > 10)
  }

  @Test func `can be broken off at any point`() throws {
    let folder = try dataset(Self.sample)
    var questions = 0
    _ = try verify(
      folder.path,
      isCancelled: {
        questions += 1
        return false
      })
    for limit in 0..<questions {
      var asked = 0
      let report = try verify(
        folder.path,
        isCancelled: {
          asked += 1
          return asked > limit
        })
      #expect(report.wasCancelled)
      #expect(report.faults == [])
      #expect(report.shards < 4 || limit == questions - 1)
    }
  }

  @Test func `all faults are named, not only the first`() throws {
    let folder = try fixedDataset()
    try Folder.remove(folder("test-00000.shard"))
    try folder.write("x", to: "val-00000.shard")
    try alterManifest(folder.path, "UPDATE reject SET reason = 'x'; UPDATE run SET started = 0")
    let faults = try verify(folder.path).faults.map(\.description)
    #expect(faults.count == 6)
    for (fault, words) in zip(
      faults,
      [
        "row 0 of the table run does not match its digest", "the rejects of segment 0 do not match",
        "the rejects of segment 1 do not match", "the rejects of segment 2 do not match", "it has 1 bytes",
        "it is missing",
      ])
    {
      #expect(fault.contains(words))
    }
  }
}
