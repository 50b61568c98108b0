import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Joining datasets")
struct MergeTests {
  static let first = Sample(documents: [120, 0, 40], longest: 500)
  static let second = Sample(documents: [30, 260], longest: 400, seed: 2, isLabelled: true)

  /// Folders that stay until the test ends.
  private let kept = Kept()

  private final class Kept {
    var folders: [TemporaryFolder] = []
  }

  private func newFolder() throws -> TemporaryFolder {
    kept.folders.append(try TemporaryFolder())
    return kept.folders[kept.folders.count - 1]
  }

  /// The datasets of `samples`, each in a folder of its own.
  private func folders(_ samples: [Sample]) throws -> [TemporaryFolder] {
    let folders = try samples.map(dataset)
    kept.folders += folders
    return folders
  }

  private func merge(_ parts: [String], to folder: String) throws -> DatasetSummary {
    try #require(try DatasetMerge(parts).write(to: folder))
  }

  /// What the joined dataset must hold, the slow way: all written again.
  private static func joined(_ samples: [Sample]) -> Sample {
    var whole = samples[0]
    for sample in samples.dropFirst() {
      let sources = whole.plan.sources.count
      whole.plan.sources += sample.plan.sources
      whole.plan.segments += sample.plan.segments.map { segment in
        SegmentPlan(
          ranges: segment.ranges.map { SourceRange(source: $0.source + sources, bytes: $0.bytes) })
      }
      whole.segments += sample.segments.map { segment in
        segment.map { document in
          var document = document
          document.entry.source += sources
          return document
        }
      }
    }
    return whole
  }

  @Test func `it is, to the bit, the dataset that encoding all of it would give`() throws {
    let samples = [Self.first, .fixed, Self.second]
    var other = samples
    for index in other.indices { other[index].plan.configuration = Self.first.plan.configuration }
    let parts = try folders(other)
    let out = try newFolder()
    let summary = try merge(parts.map(\.path), to: out("all"))
    let whole = Self.joined(other)
    let expected = try newFolder()
    let writer = try DatasetWriter(folder: expected.path, plan: whole.plan)
    for (index, segment) in whole.segments.enumerated() {
      var output = try writer.beginSegment(index)
      for document in segment {
        try output.append(document.tokens.span, document: document.entry, split: document.split)
      }
      for reject in try Self.rejects(of: index, in: parts.map(\.path)) {
        output.reject(source: reject.source, byteOffset: reject.byteOffset, reason: reject.reason)
      }
      try output.commit()
    }
    #expect(try writer.finish() == summary)
    #expect(try Folder.shards(out("all")) == Folder.shards(expected.path))
    #expect(try Dataset.open(out("all")).rejects() == Dataset.open(expected.path).rejects())
    #expect(try verify(out("all")).faults == [])
  }

  private static func rejects(of index: Int, in folders: [String]) throws -> [RejectedDocument] {
    var index = index
    var sources = 0
    for folder in folders {
      let dataset = try Dataset.open(folder)
      let count = try dataset.plan().segments.count
      guard index >= count else {
        return try dataset.rejects(segment: index).map {
          RejectedDocument(source: $0.source + sources, byteOffset: $0.byteOffset, reason: $0.reason)
        }
      }
      index -= count
      sources += dataset.sources.count
    }
    return []
  }

  @Test func `the token frames are those of the parts, byte for byte`() throws {
    let parts = try folders([Self.first, Self.second])
    let out = try newFolder()
    _ = try merge(parts.map(\.path), to: out("all"))
    let old = ShardParts(try File.contents(parts[1]("train-00001.shard")))
    let new = ShardParts(try File.contents(out("all/train-00004.shard")))
    #expect(old.entries.count == new.entries.count && old.entries.count > 3)
    for index in old.entries.indices where old.entries[index][6] != 255 {
      #expect(old.parts[index] == new.parts[index] && old.entries[index] == new.entries[index])
    }
  }

  @Test func `the root hash does not depend on how the parts are grouped, but on their order`() throws {
    let parts = try folders([Self.first, .fixed, Self.second]).map { ($0, $0.path) }
    let paths = parts.map(\.1)
    let out = try newFolder()
    let all = try merge(paths, to: out("all")).rootHash
    _ = try merge([paths[0], paths[1]], to: out("left"))
    _ = try merge([paths[1], paths[2]], to: out("right"))
    #expect(try merge([out("left"), paths[2]], to: out("a")).rootHash == all)
    #expect(try merge([paths[0], out("right")], to: out("b")).rootHash == all)
    #expect(try merge(paths.reversed(), to: out("c")).rootHash != all)
    let plan = try Dataset.open(out("all")).plan()
    #expect(plan.configurations.map(\.segments) == [0..<3, 3..<6, 6..<8])
    #expect(plan.configurations[1].configuration == Sample.fixed.plan.configuration)
  }

  @Test func `datasets of two tokenizers are refused, and both are named`() throws {
    let parts = try folders([Self.first, Sample(documents: [3], vocabularySize: 2_000)])
    let error = #expect(throws: StoreError.self) { try DatasetMerge(parts.map(\.path)) }
    let text = error.map { "\($0)" } ?? ""
    for part in parts { #expect(text.contains("'\(part.path)'")) }
    #expect(text.contains("was made with tokenizer 'sample'"))
  }

  @Test(arguments: [0, 1])
  func `damage in a part is named, and no shard comes of it`(part: Int) throws {
    let parts = try folders([Self.first, Self.second])
    let name = "train-00000.shard"
    var bytes = try File.contents(parts[part](name))
    bytes[bytes.count / 2] ^= 4
    try parts[part].write(bytes, to: name)
    let out = try newFolder()
    let error = #expect(throws: StoreError.self) { try merge(parts.map(\.path), to: out("all")) }
    #expect(error.map { "\($0)" }?.contains("'\(parts[part](name))' is damaged") == true)
    #expect(Folder.kind(out("all/train-0000\(3 * part).shard")) == nil)
    try Folder.remove(parts[part].path)
    try (part == 0 ? Self.first : Self.second).write(to: parts[part].path)
    _ = try merge(parts.map(\.path), to: out("all"))
    #expect(try verify(out("all")).faults == [])
  }

  @Test(arguments: [0, 8_192, 20_000, 30_000])
  func `killed in the middle of a file, it goes on and ends the same`(size: Int) async throws {
    let parts = try folders([Self.first, Self.second])
    let out = try newFolder()
    let expected = try merge(parts.map(\.path), to: out("whole"))
    let (left, right, path) = (parts[0].path, parts[1].path, out("killed"))
    await #expect(processExitsWith: .signal(SIGXFSZ)) {
      [left = left as String, right = right as String, path = path as String, size] in
      try Limits.fileSize(size, kills: true)
      _ = try DatasetMerge([left, right]).write(to: path)
    }
    #expect(try merge([left, right], to: path) == expected)
    #expect(try Folder.shards(path) == Folder.shards(out("whole")))
    let report = try verify(path)
    #expect(report.faults == [] && report.strangers == [])
  }

  @Test func `what was merged stays as it is when a part is mended or removed`() throws {
    let parts = try folders([Self.first, Self.second])
    let out = try newFolder()
    _ = try merge(parts.map(\.path), to: out("all"))
    for part in parts { try DatasetWriter.remove(part.path) }
    #expect(try verify(out("all")).faults == [])
  }
}
