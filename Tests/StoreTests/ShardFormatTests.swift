import Basics
import Store
import TestSupport
import Testing

@Suite("Shard format")
struct ShardFormatTests {
  /// The dataset that the page's example is a shard of: seven segments before it are not written yet.
  private static func writeExample(to folder: String) throws -> [UInt8] {
    let tokenizer = TokenizerRecord(
      name: "example", digest: Digest(bytes: Array(0..<32)), vocabularySize: 257, endOfText: 256, files: [])
    let source = SourceRecord(path: "example.txt", byteCount: 20, digest: SHA256.hash([]))
    let plan = DatasetPlan(
      tokenizer: tokenizer, configuration: [:], sources: [source],
      segments: (0..<8).map { _ in SegmentPlan(ranges: [SourceRange(source: 0)]) })
    var segment = try DatasetWriter(folder: folder, plan: plan).beginSegment(7)
    try segment.append(
      [5, 6, 256].span, document: DocumentEntry(source: 0, byteOffset: 0, byteCount: 10, textHash: 1),
      split: .train)
    try segment.append(
      [7, 256].span, document: DocumentEntry(source: 0, byteOffset: 12, byteCount: 8, textHash: 2, label: 1),
      split: .train)
    try segment.commit()
    return try File.contents("\(folder)/train-00007.shard")
  }

  /// The bytes of the page's last code block: each line has hexadecimal numbers, then what they are.
  private static func pageExample() throws -> [UInt8] {
    let page = String(decoding: try File.contents("\(Shared.package)/docs/shard-format.md"), as: UTF8.self)
    let block = page.split(separator: "## Example\n")[1].split(separator: "```")[1]
    return block.split(separator: "\n").flatMap { line in
      line.prefix { $0 != "|" }.split(separator: " ").map { UInt8($0, radix: 16)! }
    }
  }

  @Test func `the page's example is what the writer writes`() throws {
    let folder = try TemporaryFolder()
    let written = try ReferenceShard(Self.writeExample(to: folder.path))
    let page = try ReferenceShard(Self.pageExample())
    // Every field of both was held against its hash and digest; what follows is the same whatever the zstd version.
    #expect(page.parts.map(\.kind) == [0, 255])
    #expect(page.parts.map(\.content) == written.parts.map(\.content))
    #expect(page.tokens == [5, 6, 256, 7, 256])
    #expect(page.documents == written.documents)
    #expect(page.contentDigest == written.contentDigest)
    // The content of the document block as the page's sentence has it.
    let columns: [UInt8] = [0x03, 0x02, 0x00, 0x00, 0x00, 0x04, 0x0a, 0x08, 0x00, 0x02]
    #expect(
      page.parts[1].content
        == [UInt8](repeating: 0, count: 16) + columns + Reference.bytes(1, 8) + Reference.bytes(2, 8))
  }

  @Test func `the page's example and the written one are the same byte by byte where zstd has no say`() throws
  {
    let folder = try TemporaryFolder()
    let written = ShardParts(try Self.writeExample(to: folder.path))
    let page = ShardParts(try Self.pageExample())
    #expect(page.header == written.header)
    #expect(page.magics == written.magics)
    // An entry but for the stored size and the hash of what is stored.
    #expect(page.entries.map { Array($0[4..<8]) } == written.entries.map { Array($0[4..<8]) })
    // The footer but for the hash of the seek table, the digest of the stored bytes and the hash of all these.
    for fields in [0..<32, 40..<72, 112..<128] {
      #expect(Array(page.footer[fields]) == Array(written.footer[fields]))
    }
    // And the rest, where this machine's zstd compresses as that of the page's author.
    if page.parts == written.parts { #expect(page.bytes == written.bytes) }
  }

  @Test(arguments: [257, 65_536, 65_537, 1 << 31])
  func `a reader written from the page alone agrees`(vocabularySize: Int) throws {
    let folder = try TemporaryFolder()
    let sample = Sample(
      documents: [9_000, 0, 70], longest: 12, vocabularySize: vocabularySize, seed: 3, isLabelled: true)
    try sample.write(to: folder.path)
    let dataset = try Dataset.open(folder.path)
    for split in dataset.splits.map(\.split) {
      var tokens: [UInt32] = []
      var documents: [DocumentEntry] = []
      for segment in sample.segments.indices
      where sample.segments[segment].contains(where: { $0.split == split }) {
        let shard = try ReferenceShard(
          File.contents(folder("\(split)-0000\(segment).shard")))
        #expect(shard.split == UInt64(split.code))
        #expect(shard.segment == UInt64(segment))
        #expect(shard.vocabularySize == UInt64(vocabularySize))
        #expect(shard.tokenizerDigest == sample.plan.tokenizer.digest.bytes)
        tokens += shard.tokens
        documents += shard.documents
      }
      var reader = try dataset.reader(split)
      var read: [UInt32] = []
      try reader.read(0..<reader.tokenCount, into: &read)
      #expect(tokens == read)
      #expect(tokens == sample.tokens(split))
      var entries: [DocumentEntry] = []
      try reader.forEachDocument { entry, _ in entries.append(entry) }
      #expect(documents == entries)
    }
  }

  /// The ids as `zstd -dc` prints them.
  private static func integers(_ tokens: [UInt32], width: Int) -> [UInt8] {
    tokens.flatMap { Reference.bytes(UInt64($0), width) }
  }

  @Test(arguments: [1_000, 70_000])
  func `a shard decompressed is its ids and nothing else`(vocabularySize: Int) throws {
    let folder = try TemporaryFolder()
    let sample = Sample(documents: [120], vocabularySize: vocabularySize)
    try sample.write(to: folder.path)
    for split in [Split.train, .val] {
      let shard = try File.contents(folder("\(split)-00000.shard"))
      #expect(
        try Zstd.unpack(shard)
          == Self.integers(sample.tokens(split), width: vocabularySize == 1_000 ? 2 : 4))
    }
  }

  private static let zstd = "/usr/bin/zstd"

  @Test(.enabled(if: Folder.kind(zstd) != nil, "there is no /usr/bin/zstd"))
  func `the zstd program prints a shard's ids`() throws {
    let folder = try TemporaryFolder()
    let sample = Sample(documents: [120])
    try sample.write(to: folder.path)
    let shard = folder("train-00000.shard")
    #expect(try output(Self.zstd, ["-dc", shard]) == Self.integers(sample.tokens(.train), width: 2))
  }
}
