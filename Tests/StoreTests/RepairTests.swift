import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("Mending shards")
struct RepairTests {
  static let sample = Sample(documents: [300, 0, 120], longest: 700)

  /// Writes the shards of `splits` of a segment again, from the sample's documents.
  @discardableResult
  static func mend(
    _ repair: DatasetRepair, _ segment: Int, _ splits: Set<Split>, _ sample: Sample = sample
  ) throws -> [String] {
    let shards = repair.beginSegment(segment, splits: splits)
    for document in sample.segments[segment] {
      let tokens = document.tokens.span
      let middle = tokens.count / 2
      try shards.append(part: tokens.extracting(0..<middle), split: document.split)
      try shards.append(
        tokens.extracting(middle..<tokens.count), document: document.entry, split: document.split)
    }
    return try shards.commit()
  }

  /// Mends all that a survey finds.
  static func mendAll(_ path: String) throws -> DatasetRepair.Survey {
    let repair = try DatasetRepair(path)
    let survey = try repair.survey()
    for (segment, damage) in Dictionary(grouping: survey.damaged, by: \.segment) {
      try mend(repair, segment, Set(damage.map(\.split)))
    }
    return survey
  }

  @Test func `whoever stops looking for damage is not told that all is whole`() throws {
    let folder = try dataset(Self.sample)
    let repair = try DatasetRepair(folder.path)
    var questions = 0
    _ = try repair.survey(isCancelled: {
      questions += 1
      return false
    })
    for last in 0..<questions {
      var asked = 0
      let survey = try repair.survey(isCancelled: {
        asked += 1
        return asked > last
      })
      #expect(survey.wasCancelled && survey.damaged.isEmpty)
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `whatever is flipped, cut off or missing in shards is mended to the same bytes`(seed: UInt64) throws {
    let folder = try dataset(Self.sample)
    let whole = try Folder.shards(folder.path)
    let manifest = try File.contents(folder("manifest.sqlite"))
    var random = SplitMix64(seed: seed)
    let names = whole.keys.sorted().shuffled(using: &random).prefix(Int(seed % 3) + 1)
    for name in names {
      var bytes = whole[name]!
      switch Int.random(in: 0..<4, using: &random) {
      case 0: try Folder.remove(folder(name))
      case 1: try folder.write(Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))), to: name)
      default:
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try folder.write(bytes, to: name)
      }
    }
    let survey = try Self.mendAll(folder.path)
    #expect(survey.damaged.map(\.path).sorted() == names.map { folder($0) }.sorted() && survey.adopted == [])
    #expect(try Folder.shards(folder.path) == whole)
    #expect(try File.contents(folder("manifest.sqlite")) == manifest)
    #expect(try verify(folder.path).faults == [])
  }

  @Test func `other content is an error that names both digests, and the old file stays`() throws {
    let folder = try dataset(Self.sample)
    let name = "train-00000.shard"
    try folder.write("damaged", to: name)
    var other = Self.sample
    other.segments[0][17].tokens[0] ^= 1
    let repair = try DatasetRepair(folder.path)
    let error = #expect(throws: StoreError.self) { try Self.mend(repair, 0, [.train], other) }
    guard case .otherContent(let path, let expected, let found?)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == folder(name) && expected != found)
    #expect(try File.contents(folder(name)) == Array("damaged".utf8))
    #expect(try Folder.names(folder.path).allSatisfy { !$0.contains(".tmp-") })
    other.segments[0] = []
    let nothing = #expect(throws: StoreError.self) { try Self.mend(repair, 0, [.train], other) }
    #expect(nothing == .otherContent(path: path, expected: expected, found: nil))
  }

  /// As after a repair by another version of zstd, or one killed between the file's name and the manifest's row.
  @Test(arguments: [true, false])
  func `where only the stored bytes are others, the manifest learns them, and the root hash stays`(
    isThere: Bool
  ) throws {
    let folder = try dataset(Self.sample)
    let root = try Dataset.open(folder.path).rootHash
    let manifest = try ReferenceManifest(folder.path).storedDigest
    try alterManifest(
      folder.path,
      "UPDATE shard SET stored_bytes = stored_bytes + 5, stored_digest = zeroblob(32) WHERE number = 7")
    try sealManifest(folder.path)
    #expect(try verify(folder.path).faults.count == 1)
    if !isThere { try Folder.remove(folder("val-00002.shard")) }
    let survey = try Self.mendAll(folder.path)
    #expect(survey.adopted == (isThere ? [folder("val-00002.shard")] : []))
    #expect(survey.damaged.count == (isThere ? 0 : 1))
    #expect(try verify(folder.path).faults == [] && Dataset.open(folder.path).rootHash == root)
    #expect(try ReferenceManifest(folder.path).storedDigest == manifest)
  }

  @Test func `a damaged manifest is not mended, and named`() throws {
    let folder = try dataset(Self.sample)
    try alterManifest(folder.path, "UPDATE run SET started = 0")
    let error = #expect(throws: StoreError.self) { try DatasetRepair(folder.path) }
    #expect(error.map { "\($0)" }?.contains("row 0 of the table run does not match its digest") == true)
  }

  @Test func `nobody else may write the dataset meanwhile`() throws {
    let folder = try dataset(Self.sample)
    let first = try DatasetRepair(folder.path)
    #expect(throws: StoreError.inUse(folder: folder.path)) { try DatasetRepair(folder.path) }
    withExtendedLifetime(first) {}
  }

  @Test(arguments: [0, 511, 20_000, 60_000])
  func `killed while it writes, a repair loses nothing, and the next one ends the same`(size: Int)
    async throws
  {
    let folder = try dataset(Self.sample)
    let whole = try Folder.shards(folder.path)
    try folder.write("", to: "train-00000.shard")
    try Folder.remove(folder("val-00002.shard"))
    let path = folder.path
    await #expect(processExitsWith: .signal(SIGXFSZ)) { [path = path as String, size] in
      try Limits.fileSize(size, kills: true)
      _ = try Self.mendAll(path)
    }
    #expect(try File.contents(folder("train-00000.shard")) == [])
    #expect(try Self.mendAll(path).damaged.count >= 1)
    #expect(try Folder.shards(path) == whole)
  }

  @Test func `a disk without room is an error, and the old file stays`() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try dataset(Self.sample)
      let whole = try Folder.shards(folder.path)
      try folder.write("old", to: "train-00000.shard")
      try Limits.fileSize(10_000, kills: false)
      #expect(throws: StoreError.self) { try Self.mendAll(folder.path) }
      try Limits.fileSize(nil, kills: false)
      #expect(try File.contents(folder("train-00000.shard")) == Array("old".utf8))
      #expect(try Folder.names(folder.path).allSatisfy { !$0.contains(".tmp-") })
      _ = try Self.mendAll(folder.path)
      #expect(try Folder.shards(folder.path) == whole)
    }
  }
}
