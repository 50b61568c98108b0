import Basics
import Store
import TestSupport
import Testing

@Suite("Digests")
struct DigestTests {
  /// Recorded when version 1 of the formats was made: other numbers are another format, which needs another version.
  @Test func `the fixed sample has the digests that it always had`() throws {
    let folder = try fixedDataset()
    let root = try Dataset.open(folder.path).rootHash
    #expect("\(root)" == "5a84e7af4022873321995169b9414f863122439a19fbbaf0259705d60577d20f")
    let tables = try ReferenceManifest(folder.path).tables
    func digest(_ bytes: [UInt8]) -> String { "\(Digest(bytes: bytes))" }
    let plan = digest(tables["dataset"]![0]["plan_digest"].raw)
    #expect(plan == "9d675816fe6fbd149dabfdc639a2636ceb2ce33f1411729b4c08abc88b0adb16")
    #expect(
      tables["segment"]!.map { digest($0["digest"].raw) } == [
        "b423dd7e2fcd29e52e3d94161c9043164b0e7aaf907f23f802fcfccd588262d3",
        "61a23d6c576faf5318b327681cf650fb331e69773f082c1a4ac3d708ef234ee5",
        "934d368c55fcde23bf429710a1411046e7a9c97da165e6a4cfdcadf3d99b2f90",
      ])
    #expect(
      tables["shard"]!.map { "\($0.number) \(digest($0["content_digest"].raw))" } == [
        "0 0d16704ccb448daf6f728cc28f3bc16fa4b0ac1c3f37d160a802a3d99ca3cc59",
        "1 49143e2e3490d171f4fac209ae6b126220d393a83a0a13d13b00e4287a397417",
        "2 905dcb6661de23eaca155aad9c757868e92a2ec6d9b1f659c736a29728b3b667",
        "7 680ba772f55bb8630c8c5ed0ba4aaf4fa872ae2904f6f44d347b33f1c09f2cf4",
      ])
  }

  @Test(arguments: [Sample.fixed, Sample(documents: [3, 0, 250, 1], isLabelled: true)])
  func `every digest in a manifest is the one that its page describes`(sample: Sample) throws {
    let folder = try dataset(sample)
    let manifest = try ReferenceManifest(folder.path)
    let head = manifest.tables["dataset"]![0]
    #expect(head["plan_digest"].raw == manifest.planDigest)
    #expect(head["root_hash"].raw == manifest.rootHash)
    #expect(head["stored_digest"].raw == manifest.storedDigest)
    for segment in manifest.tables["segment"]! {
      #expect(segment["digest"].raw == manifest.segmentDigest(segment.number))
      #expect(segment["lineage_digest"].raw == manifest.lineageDigest(segment.number))
      #expect(segment["reject_digest"].raw == manifest.rejectDigest(segment.number))
    }
    for run in manifest.tables["run"]! { #expect(run["digest"].raw == ReferenceManifest.runDigest(run)) }
  }

  @Test func `the manifest's shards are those in the folder`() throws {
    let folder = try fixedDataset()
    for row in try ReferenceManifest(folder.path).tables["shard"]! {
      let (segment, split) = row.number.quotientAndRemainder(dividingBy: 3)
      let bytes = try File.contents(folder("\(Split.allCases[split])-0000\(segment).shard"))
      let shard = try ReferenceShard(bytes)
      #expect(row["tokens"].integer == shard.tokens.count)
      #expect(row["documents"].integer == shard.documents.count)
      #expect(row["stored_bytes"].integer == bytes.count)
      #expect(row["content_digest"].raw == shard.contentDigest)
      #expect(row["stored_digest"].raw == shard.storedDigest)
    }
  }

  /// The documents of one source that follow each other, as runs.
  @Test func `lineage rows are runs of documents of one source`() throws {
    let folder = try fixedDataset()
    let rows = try ReferenceManifest(folder.path).tables["lineage"]!.map { $0.values.map(\.integer) }
    #expect(
      rows == [
        // Shard and place, first token, tokens, first document, documents, source, bytes.
        [0 << 32 + 0, 0, 6, 0, 2, 0, 0, 12],
        [0 << 32 + 1, 6, 6, 2, 1, 1, 700, 715],
        [0 << 32 + 2, 12, 1, 3, 1, 0, 12, 12],
        [0 << 32 + 3, 13, 4, 4, 1, 1, 5, 14],
        [1 << 32 + 0, 0, 2, 0, 1, 1, 715, 718],
        [2 << 32 + 0, 0, 2, 0, 1, 1, 800, 803],
        [7 << 32 + 0, 0, 5, 0, 2, 2, 40, 49],
      ])
  }

  private static func rootHash(_ change: (inout Sample) -> Void = { _ in }) throws -> Digest {
    var sample = Sample.fixed
    change(&sample)
    let folder = try dataset(sample)
    return try Dataset.open(folder.path).rootHash
  }

  @Test func `the root hash does not depend on the tokenizer's name and files`() throws {
    let renamed = try Self.rootHash {
      $0.plan.tokenizer.name = "another"
      $0.plan.tokenizer.files = []
    }
    #expect(try renamed == Self.rootHash())
  }

  @Test(arguments: Self.changes)
  func `all else has a say in the root hash`(change: Change) throws {
    #expect(try Self.rootHash(change.apply) != Self.rootHash())
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout Sample) -> Void
    init(_ name: String, _ apply: @escaping @Sendable (inout Sample) -> Void) {
      testDescription = name
      self.apply = apply
    }
  }

  static let changes: [Change] = [
    Change("the tokenizer") { $0.plan.tokenizer.digest = SHA256.hash([1]) },
    Change("the vocabulary's size") { $0.plan.tokenizer.vocabularySize += 1 },
    Change("the id of <|endoftext|>") { $0.plan.tokenizer.endOfText -= 1 },
    Change("the options") { $0.plan.configuration = [:] },
    Change("a source's path") { $0.plan.sources[0].path += "x" },
    Change("a source's size") { $0.plan.sources[0].byteCount += 1 },
    Change("a source's digest") { $0.plan.sources[0].digest = SHA256.hash([1]) },
    Change("a cut") { $0.plan.segments[0].ranges[1].bytes = 0..<899 },
    Change("a range of another segment") {
      $0.plan.segments[1].ranges.insert($0.plan.segments[0].ranges.removeLast(), at: 0)
    },
    Change("a token") { $0.segments[0][0].tokens[1] ^= 1 },
    Change("a label") { $0.segments[0][0].entry.label = 0 },
    Change("a text hash") { $0.segments[0][0].entry.textHash ^= 1 << 63 },
    Change("a document's place") { $0.segments[0][0].entry.byteOffset += 1 },
    Change("a document's size") { $0.segments[0][0].entry.byteCount += 1 },
    Change("a document's source") { $0.segments[0][0].entry.source = 2 },
    Change("a document's split") { $0.segments[0][0].split = .test },
    Change("the order of documents") { $0.segments[0].swapAt(0, 1) },
    Change("the border between two documents") {
      $0.segments[0][1].tokens.insert($0.segments[0][0].tokens.removeLast(), at: 0)
    },
    Change("one document less") { $0.segments[2].removeLast() },
  ]
}
