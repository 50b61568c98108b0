import Basics
import Store
import TestSupport
import Testing

@Suite("Datasets")
struct DatasetTests {
  @Test(arguments: [[1], [40, 0, 25], [3, 300, 2]], [1_000, 65_536, 65_537, 200_000])
  func `what was written is read back`(documents: [Int], vocabularySize: Int) throws {
    let folder = try TemporaryFolder()
    let sample = Sample(
      documents: documents, vocabularySize: vocabularySize, isLabelled: vocabularySize == 1_000)
    let summary = try sample.write(to: folder("shards"))
    let dataset = try Dataset.open(folder("shards"))
    #expect(dataset.rootHash == summary.rootHash)
    #expect(dataset.splits == summary.splits)
    #expect(dataset.tokenizer == sample.plan.tokenizer)
    #expect(dataset.configuration == sample.plan.configuration)
    #expect(dataset.sources == sample.plan.sources)
    #expect(try dataset.rejects().count == documents.count)
    for split in dataset.splits.map(\.split) {
      #expect(try dataset.documents(split) == sample.documents(split))
      #expect(try dataset.tokens(split) == sample.tokens(split))
    }
    let report = try verify(folder("shards"))
    #expect(report.faults == [])
    #expect(report.strangers == [])
    #expect(report.tokens == dataset.splits.reduce(0) { $0 + $1.tokens })
  }

  @Test func `any range can be read`() throws {
    let folder = try TemporaryFolder()
    let sample = Sample(documents: [200, 1, 150, 90], longest: 900)
    try sample.write(to: folder.path)
    let all = sample.tokens(.train)
    var reader = try Dataset.open(folder.path).reader(.train)
    var random = SplitMix64(seed: 2)
    var tokens: [UInt32] = []
    for _ in 0..<2_000 {
      let start = Int.random(in: 0...all.count, using: &random)
      let end = min(
        all.count, start + Int.random(in: 0...(random.unit() < 0.1 ? 40_000 : 1_500), using: &random))
      try reader.read(start..<end, into: &tokens)
      #expect(tokens == Array(all[start..<end]))
    }
  }

  @Test(arguments: [1, 5, 64])
  func `any number of shards is read with few files open`(openShards: Int) throws {
    let sample = Sample(documents: [Int](repeating: 3, count: 90), longest: 40)
    let folder = try dataset(sample)
    let all = sample.tokens(.train)
    var reader = try Dataset.open(folder.path).reader(.train, cachedFrames: 8, openShards: openShards)
    var random = SplitMix64(seed: 3)
    var tokens: [UInt32] = []
    for _ in 0..<500 {
      let start = Int.random(in: 0..<all.count, using: &random)
      let end = min(all.count, start + Int.random(in: 0...300, using: &random))
      try reader.read(start..<end, into: &tokens)
      #expect(tokens == Array(all[start..<end]))
    }
    #expect(try openFiles(in: folder.path) == openShards)
  }
}
