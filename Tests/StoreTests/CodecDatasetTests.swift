import Basics
import Glibc
import Store
import TestSupport
import Testing

/// Documents whose tokens follow each other as those of text do, and a table made from them.
private struct RankedSample {
  var sample: Sample
  let table: CodecTable

  init(documents: [Int] = [40, 0, 25], vocabularySize: Int = 1_000, seed: UInt64 = 1) throws {
    sample = Sample(documents: documents, vocabularySize: vocabularySize, seed: seed)
    let all = CodecTableBuildingTests.tokens(60_000, vocabularySize: vocabularySize - 1, seed: seed)
    var place = 0
    for segment in sample.segments.indices {
      for document in sample.segments[segment].indices {
        let count = 30 * sample.segments[segment][document].tokens.count
        let tokens = (0..<count).map { all[(place + $0) % all.count] }
        place += count
        sample.segments[segment][document].tokens = tokens + [UInt32(vocabularySize - 1)]
        sample.segments[segment][document].entry.tokenCount = tokens.count + 1
      }
    }
    table = try #require(CodecTable.make(from: [all], vocabularySize: vocabularySize, growth: 4))
  }

  /// The dataset with the table.
  @discardableResult
  func write(to folder: String) throws -> DatasetSummary {
    let writer = try DatasetWriter(folder: folder, plan: sample.plan)
    if writer.canChooseCodec { try writer.use(table) }
    return try sample.write(to: folder, with: writer)
  }

  func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try write(to: folder.path)
    return folder
  }

  var tableName: String { "codec-\(String(describing: table.digest).prefix(16)).table" }
}

extension Sample {
  fileprivate func write(to folder: String, with writer: DatasetWriter) throws -> DatasetSummary {
    for index in segments.indices where !writer.committedSegments.contains(index) { try write(index, writer) }
    return try writer.finish()
  }
}

@Suite("Datasets with a codec table")
struct CodecDatasetTests {
  @Test(arguments: [1_000, 70_000])
  func `have the same content and root hash as plain ones, in fewer bytes`(vocabularySize: Int) throws {
    let ranked = try RankedSample(vocabularySize: vocabularySize)
    let folder = try TemporaryFolder(), plain = try TemporaryFolder()
    let summary = try ranked.write(to: folder("a"))
    let plainSummary = try ranked.sample.write(to: plain("a"))
    #expect(summary.rootHash == plainSummary.rootHash)
    #expect(summary.codecTableBytes == ranked.table.bytes.count && plainSummary.codecTableBytes == 0)
    func size(_ summary: DatasetSummary) -> Int { summary.splits.reduce(0) { $0 + $1.storedBytes } }
    #expect(size(summary) + summary.codecTableBytes < size(plainSummary))
    let dataset = try Dataset.open(folder("a"))
    for split in [Split.train, .val] {
      #expect(try dataset.documents(split) == ranked.sample.documents(split))
    }
    let report = try verify(folder("a"))
    #expect(report.faults == [] && report.strangers == [])
    #expect(try File.contents(folder("a/\(ranked.tableName)")) == ranked.table.bytes)
  }

  @Test(arguments: [1_000, 70_000])
  func `are read by a reader written from the page alone`(vocabularySize: Int) throws {
    let ranked = try RankedSample(vocabularySize: vocabularySize)
    let folder = try ranked.folder()
    var kinds: Set<UInt8> = []
    for split in [Split.train, .val] {
      let shard = try ReferenceShard(
        File.contents(folder("\(split)-00000.shard")), codecTable: ranked.table.bytes)
      #expect(shard.tokens == ranked.sample.segments[0].filter { $0.split == split }.flatMap(\.tokens))
      kinds.formUnion(shard.parts.map(\.kind))
    }
    #expect(kinds.contains(1))
    let manifest = try ReferenceManifest(folder.path)
    #expect(manifest.tables["codec_table"]!.map { $0["digest"].raw } == [ranked.table.digest.bytes])
    #expect(manifest.tables["dataset"]![0]["stored_digest"].raw == manifest.storedDigest)
  }

  @Test(arguments: [1_000, 70_000])
  func `are read in windows anywhere, of which only a part of a frame is decoded`(vocabularySize: Int) throws
  {
    let ranked = try RankedSample(vocabularySize: vocabularySize)
    let folder = try ranked.folder()
    let dataset = try Dataset.open(folder.path)
    var random = SplitMix64(seed: 5)
    for (split, frames) in [(Split.train, 2), (.train, 8), (.val, 1)] {
      var reader = try dataset.reader(split, cachedFrames: frames)
      let whole = ranked.sample.tokens(split)
      var tokens: [UInt32] = []
      for length in [1, 2, 100, 513, 1_025, 3_000, 9_000] where length <= whole.count {
        for _ in 0..<60 {
          let start = Int.random(in: 0...whole.count - length, using: &random)
          try reader.read(start..<start + length, into: &tokens)
          #expect(tokens == Array(whole[start..<start + length]))
        }
      }
    }
  }

  @Test func `a stream with impossible codes is an error for those who want its tokens`() throws {
    let ranked = try RankedSample()
    let folder = try ranked.folder()
    try forge("train-00000.shard", in: folder.path) { shard in
      var content = try Zstd.unpack(shard.parts[0])
      #expect(shard.entries[0][6] == 1)
      // The last token of the last stream becomes the second byte of a code that has none.
      content[content.count - 1] = 254
      shard.replace(0, with: Zstd.pack(content))
      shard.seal()
    }
    let count = ranked.sample.segments[0].filter { $0.split == .train }.reduce(0) { $0 + $1.tokens.count }
    let frame = min(count, 8_192)
    var reader = try Dataset.open(folder.path).reader(.train)
    var tokens: [UInt32] = []
    try reader.read(0..<frame / 2, into: &tokens)
    #expect(tokens == Array(ranked.sample.tokens(.train)[..<(frame / 2)]))
    let error = try #require(throws: StoreError.self) { try reader.read(frame - 1..<frame, into: &tokens) }
    #expect("\(error)".contains("frame 0: its codes are impossible"))
    #expect(try verify(folder.path).faults.contains(error))
  }

  @Test func `frames that a table makes no smaller are plain`() throws {
    let ranked = try RankedSample()
    var random = SplitMix64(seed: 3)
    var sample = ranked.sample
    for document in sample.segments[2].indices {
      for token in sample.segments[2][document].tokens.indices {
        sample.segments[2][document].tokens[token] = UInt32.random(in: 0..<1_000, using: &random)
      }
    }
    let folder = try TemporaryFolder()
    let writer = try DatasetWriter(folder: folder.path, plan: sample.plan)
    let empty = CodecTable(
      SuccessorLists(frequent: [], lengths: [UInt8](repeating: 0, count: 1_000), successors: []))
    try writer.use(empty)
    _ = try sample.write(to: folder.path, with: writer)
    let shard = try ReferenceShard(File.contents(folder("train-00002.shard")), codecTable: empty.bytes)
    #expect(Set(shard.parts.map(\.kind)) == [0, 255])
    #expect(try Dataset.open(folder.path).documents(.train) == sample.documents(.train))
  }

  @Test(arguments: 0...3)
  func `go on with their table after an interruption`(count: Int) throws {
    let ranked = try RankedSample()
    let folder = try TemporaryFolder()
    do {
      let writer = try DatasetWriter(folder: folder("a"), plan: ranked.sample.plan)
      #expect(writer.canChooseCodec)
      try writer.use(ranked.table)
      #expect(!writer.canChooseCodec)
      for index in 0..<count { try ranked.sample.write(index, writer) }
    }
    // This run chooses nothing, and does not need to.
    try ranked.sample.write(to: folder("a"))
    let whole = try ranked.folder()
    #expect(try Folder.shards(folder("a")) == Folder.shards(whole.path))
    #expect(try verify(folder("a")).faults == [])
  }

  @Test(arguments: [
    "UPDATE codec_table SET byte_count = byte_count + 1", "UPDATE codec_table SET digest = zeroblob(32)",
  ])
  func `a row that says another thing of a table is found before the dataset is finished`(change: String)
    throws
  {
    let ranked = try RankedSample()
    let folder = try TemporaryFolder()
    do {
      let writer = try DatasetWriter(folder: folder.path, plan: ranked.sample.plan)
      try writer.use(ranked.table)
      try ranked.sample.write(0, writer)
    }
    try alterManifest(folder.path, change)
    let error = try #require(throws: StoreError.self) { try ranked.sample.write(to: folder.path) }
    guard case .damagedCodecTable = error else { throw error }
  }

  @Test(.timeLimit(.minutes(1))) func `a pipe in a table's place is not waited for`() throws {
    let ranked = try RankedSample()
    let folder = try ranked.folder()
    try Folder.remove(folder(ranked.tableName))
    try #require(unsafe mkfifo(folder(ranked.tableName), 0o600) == 0)
    try expectDamage(folder.path, "it is no file")
  }

  @Test func `a table that no row names is removed`() throws {
    let ranked = try RankedSample()
    let folder = try TemporaryFolder()
    _ = try DatasetWriter(folder: folder.path, plan: ranked.sample.plan)
    for name in [ranked.tableName, "\(ranked.tableName).tmp-1-2"] { try folder.write("half", to: name) }
    try folder.write("mine", to: "codec-notes.table")
    try ranked.write(to: folder.path)
    #expect(try File.contents(folder(ranked.tableName)) == ranked.table.bytes)
    #expect(try verify(folder.path).strangers == ["codec-notes.table"])
    try DatasetWriter.remove(folder.path)
    #expect(try Folder.names(folder.path) == ["codec-notes.table"])
  }

  /// What opening, reading and checking the dataset in `folder` say.
  private func expectDamage(_ folder: String, _ reason: String) throws {
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder).tokens(.train) }
    #expect("\(error)".contains("the codec table '\(folder)/codec-") && "\(error)".contains(reason))
    let faults = try verify(folder).faults
    #expect(faults.contains(error))
  }

  @Test func `a table that is damaged, missing or another's is named`() throws {
    let ranked = try RankedSample()
    let folder = try ranked.folder()
    let name = folder(ranked.tableName)
    let other = CodecTable(
      SuccessorLists(frequent: [], lengths: [UInt8](repeating: 0, count: 1_000), successors: []))
    for (bytes, reason) in [
      (Array(ranked.table.bytes.dropLast()), "cannot be used"), ([], "does not begin like a codec table"),
      (other.bytes, "does not match the digest that the manifest names"),
      (CodecTable(SuccessorLists(frequent: [], lengths: [0], successors: [])).bytes, "it is for 1 ids"),
    ] {
      try folder.write(bytes, to: ranked.tableName)
      try expectDamage(folder.path, reason)
    }
    try Folder.remove(name)
    try expectDamage(folder.path, "it is missing")
    let error = try #require(throws: StoreError.self) {
      try DatasetWriter(folder: folder.path, plan: ranked.sample.plan)
    }
    #expect("\(error)".contains("it is missing"))
    _ = try DatasetWriter.opening(folder.path, plan: ranked.sample.plan)
    #expect(try Folder.shards(folder.path).isEmpty)
  }

  @Test(arguments: 0..<60)
  func `a bit flipped in the table or in a frame is a named error`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let ranked = try RankedSample(documents: [6])
    let folder = try ranked.folder()
    let name = seed % 2 == 0 ? ranked.tableName : "train-00000.shard"
    var bytes = try File.contents(folder(name))
    bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
    try folder.write(bytes, to: name)
    #expect(try !verify(folder.path).faults.isEmpty)
    do {
      #expect(try Dataset.open(folder.path).documents(.train) == ranked.sample.documents(.train))
      #expect(seed % 2 == 1, "a table is not used where one bit of it is wrong")
    } catch let error as StoreError {
      #expect("\(error)".contains(name))
    }
  }

  @Test func `joined with others they keep their tables`() throws {
    let first = try RankedSample(), second = try RankedSample(seed: 2)
    let folder = try TemporaryFolder()
    try first.write(to: folder("a"))
    try second.write(to: folder("b"))
    try second.sample.write(to: folder("c"))
    _ = try DatasetMerge([folder("a"), folder("b"), folder("c")]).write(to: folder("all"))
    let report = try verify(folder("all"))
    #expect(report.faults == [] && report.strangers == [])
    #expect(
      try Set(Folder.names(folder("all")).filter { $0.hasSuffix(".table") }) == [
        first.tableName, second.tableName,
      ])
    #expect(
      try Dataset.open(folder("all")).tokens(.train)
        == first.sample.tokens(.train) + second.sample.tokens(.train) + second.sample.tokens(.train))
  }

  @Test func `a shard that was lost is written again with the table`() throws {
    let ranked = try RankedSample()
    let folder = try ranked.folder()
    let before = try Folder.shards(folder.path)
    try folder.write("gone", to: "train-00002.shard")
    let repair = try DatasetRepair(folder.path)
    #expect(try repair.survey().damaged.map(\.segment) == [2])
    let segment = repair.beginSegment(2, splits: [.train])
    for document in ranked.sample.segments[2] {
      try segment.append(document.tokens.span, document: document.entry, split: document.split)
    }
    _ = try segment.commit()
    #expect(try Folder.shards(folder.path) == before)
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `a shard that names a table that the manifest does not is refused`() throws {
    let folder = try RankedSample().folder()
    try alterManifest(folder.path, "DELETE FROM codec_table")
    try sealManifest(folder.path)
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder.path).tokens(.train) }
    #expect("\(error)".contains("its header does not fit the manifest"))
    // A table without a row has no digest over it: with the old digest the row is missed.
    let other = try RankedSample().folder()
    try alterManifest(other.path, "DELETE FROM codec_table")
    #expect(throws: StoreError.self) { try Dataset.open(other.path) }
  }
}

@Suite("The reader in Python")
struct PythonReaderTests {
  private static let python = Peers.python(with: "zstandard")

  @Test(
    .enabled(if: python != nil, "there is no Python with the package zstandard"),
    arguments: [(1_000, true), (70_000, true), (1_000, false)])
  func `written from the page alone, reads shards of both codecs`(vocabularySize: Int, hasTable: Bool) throws
  {
    let ranked = try RankedSample(vocabularySize: vocabularySize)
    let folder = try TemporaryFolder()
    if hasTable { try ranked.write(to: folder.path) } else { try ranked.sample.write(to: folder.path) }
    let script = "\(Shared.package)/scripts/read-shard.py"
    for split in [Split.train, .val] {
      let documents = ranked.sample.segments[0].filter { $0.split == split }
      let shard = folder("\(split)-00000.shard")
      let width = vocabularySize <= 65_536 ? 2 : 4
      let ids = try output(Self.python!, [script, shard])
      #expect(ids == documents.flatMap(\.tokens).flatMap { Reference.bytes(UInt64($0), width) })
      let text = try output(Self.python!, [script, "--documents", shard]).map {
        String(decoding: $0, as: UTF8.self)
      }
      let rows = try #require(text).split(separator: "\n").map { try JSON.parse(String($0)) }
      #expect(rows.map { $0["offset"] } == documents.map { .integer($0.entry.byteOffset) })
      #expect(rows.map { $0["tokens"] } == documents.map { .integer($0.tokens.count) })
      #expect(rows.map { $0["bytes"] } == documents.map { .integer($0.entry.byteCount) })
    }
  }
}
