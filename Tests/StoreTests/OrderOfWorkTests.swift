import Basics
import Store
import TestSupport
import Testing

@Suite("The order of work")
struct OrderOfWorkTests {
  private static let sample = Sample(documents: [30, 0, 12, 50, 1, 20])

  /// All that a dataset is, but for the times of its runs.
  struct Contents: Equatable {
    let shards: [String: [UInt8]]
    let rows: [String: [ReferenceManifest.Row]]

    init(_ folder: String) throws {
      shards = try Folder.shards(folder)
      rows = try ReferenceManifest(folder).tables.filter { $0.key != "run" }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `segments may be written in any order`(seed: UInt64) throws {
    let expected = try dataset(Self.sample)
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: Self.sample.plan)
    var random = SplitMix64(seed: seed)
    for index in Self.sample.segments.indices.shuffled(using: &random) {
      try Self.sample.write(index, writer)
    }
    _ = try writer.finish()
    #expect(try Contents(folder.path) == Contents(expected.path))
  }

  @Test func `segments may be written side by side, document by document`() throws {
    let expected = try dataset(Self.sample)
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: Self.sample.plan)
    var first = try writer.beginSegment(0), second = try writer.beginSegment(3)
    for (a, b) in zip(Self.sample.segments[0], Self.sample.segments[3]) {
      try first.append(a.tokens.span, document: a.entry, split: a.split)
      try second.append(b.tokens.span, document: b.entry, split: b.split)
    }
    for b in Self.sample.segments[3].dropFirst(30) {
      try second.append(b.tokens.span, document: b.entry, split: b.split)
    }
    first.reject(source: 0, byteOffset: 0, reason: "too short")
    second.reject(source: 3, byteOffset: 21, reason: "too short")
    try second.commit()
    try first.commit()
    for index in [1, 2, 4, 5] { try Self.sample.write(index, writer) }
    _ = try writer.finish()
    #expect(try Contents(folder.path) == Contents(expected.path))
  }

  @Test func `segments may be written by several threads`() throws {
    let expected = try dataset(Self.sample)
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: Self.sample.plan)
    ThreadPool(threads: 4).run(parts: Self.sample.segments.count) { index in
      #expect(throws: Never.self) { try Self.sample.write(index, writer) }
    }
    _ = try writer.finish()
    #expect(try Contents(folder.path) == Contents(expected.path))
  }

  @Test(arguments: [1, 3, 100])
  func `documents may be written in parts`(length: Int) throws {
    let sample = Sample(documents: [40], longest: 900)
    let expected = try dataset(sample)
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: sample.plan)
    var segment = try writer.beginSegment(0)
    for document in sample.segments[0] {
      var rest = document.tokens[...]
      while rest.count > length {
        try segment.append(part: Array(rest.prefix(length)).span, split: document.split)
        rest = rest.dropFirst(length)
      }
      try segment.append(Array(rest).span, document: document.entry, split: document.split)
    }
    segment.reject(source: 0, byteOffset: 0, reason: "too short")
    try segment.commit()
    _ = try writer.finish()
    #expect(try Contents(folder.path) == Contents(expected.path))
  }

  /// Of a few kinds and of many, in one source and going to and fro, by far more than are kept in memory.
  @Test(arguments: [(0, 3), (1, 3), (2, 3), (5_000, 3), (5_000, 1_500), (200, 150)])
  func `any number of rejects come back as they were`(count: Int, kinds: Int)
    throws
  {
    var random = SplitMix64(seed: UInt64(count + kinds))
    var sample = Sample(documents: [2, 1])
    sample.plan.sources += sample.plan.sources
    // 150 kinds of 60 kB are 9 MB.
    let reasons = (0..<kinds).map {
      "\($0)" + String(repeating: "é\n", count: kinds == 150 ? 20_000 : $0 % 90)
    }
    let rejects = (0..<count).map { number in
      RejectedDocument(
        source: Int.random(in: 0..<4, using: &random),
        byteOffset: Int.random(in: 0..<1 << Int.random(in: 1..<48, using: &random), using: &random),
        reason: reasons[number < kinds ? number : Int.random(in: 0..<kinds, using: &random)])
    }
    let folder = try TemporaryFolder()
    do {
      let writer = try DatasetWriter(folder: folder("a"), plan: sample.plan)
      var segment = try writer.beginSegment(0)
      for document in sample.segments[0] {
        try segment.append(document.tokens.span, document: document.entry, split: document.split)
      }
      for reject in rejects {
        segment.reject(source: reject.source, byteOffset: reject.byteOffset, reason: reject.reason)
      }
      try segment.commit()
      try sample.write(1, writer)
      _ = try writer.finish()
    }
    let last = RejectedDocument(source: 1, byteOffset: 7, reason: "too short")
    #expect(try Dataset.open(folder("a")).rejects() == rejects + [last])
    let report = try verify(folder("a"))
    #expect(report.faults == [] && report.strangers == [])
    _ = try DatasetMerge([folder("a"), folder("a")]).write(to: folder("b"))
    let moved = (rejects + [last]).map {
      RejectedDocument(source: $0.source + 4, byteOffset: $0.byteOffset, reason: $0.reason)
    }
    #expect(try Dataset.open(folder("b")).rejects() == rejects + [last] + moved)
    #expect(try verify(folder("b")).strangers == [])
  }

  @Test func `rejects come back in the order of the segments`() throws {
    let folder = try dataset(Self.sample)
    let rejects = try Dataset.open(folder.path).rejects()
    #expect(
      rejects
        == (0..<6).map { RejectedDocument(source: $0, byteOffset: 7 * $0, reason: "too short") })
  }
}
