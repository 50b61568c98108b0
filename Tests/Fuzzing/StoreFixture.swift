internal import Basics
internal import Store

/// A small dataset, its table, and what it says.
struct StoreFixture: Sendable {
  let folder: String
  let plan: DatasetPlan
  let table: CodecTable
  let rootHash: Digest
  let tokens: [UInt32]
  let documents: [DocumentEntry]
  let shard: [UInt8]
  let manifest: [UInt8]

  static let vocabularySize = 300
  static let shardName = "train-00000.shard"
  static let manifestName = "manifest.sqlite"

  static let shared = Result { try StoreFixture() }

  private init() throws {
    folder = Path.join(Scratch.path, "dataset")
    plan = Self.makePlan()
    var random = SplitMix64(seed: 3)
    let end = UInt32(Self.vocabularySize - 1)
    // Each token is often followed by the next one, which the table's lists say.
    let lists = SuccessorLists(
      frequent: [5, 7, 100, end], lengths: [UInt8](repeating: 1, count: Self.vocabularySize),
      successors: (0..<UInt32(Self.vocabularySize)).map { ($0 + 1) % end })
    table = CodecTable(lists)
    var written: [UInt32] = []
    var entries: [DocumentEntry] = []
    try Folder.remove(folder)
    let writer = try DatasetWriter(folder: folder, plan: plan)
    try writer.use(table)
    var segment = try writer.beginSegment(0)
    for number in 0..<24 {
      let start = UInt32.random(in: 0..<end, using: &random)
      let ids = (0..<UInt32.random(in: 0..<60, using: &random)).map { (start + $0) % end } + [end]
      let entry = DocumentEntry(
        source: number % 2, byteOffset: 300 * number, byteCount: 2 * ids.count, textHash: random.next(),
        label: number % 3 == 0 ? number : nil, tokenCount: ids.count)
      try segment.append(ids.span, document: entry, split: .train)
      written += ids
      entries.append(entry)
    }
    segment.reject(source: 1, byteOffset: 9_000, reason: "too short")
    try segment.commit()
    rootHash = try writer.finish().rootHash
    tokens = written
    documents = entries
    shard = try File.contents(Path.join(folder, Self.shardName))
    // Small pages, so that little is enough to reach all tables.
    do {
      let database = try SQLite(Path.join(folder, Self.manifestName), .create)
      try database.execute("PRAGMA page_size = 512; VACUUM")
    }
    manifest = try File.contents(Path.join(folder, Self.manifestName))
  }

  private static func makePlan() -> DatasetPlan {
    let tokenizer = TokenizerRecord(
      name: "fuzz", digest: SHA256.hash(Array("fuzz".utf8)), vocabularySize: vocabularySize,
      endOfText: UInt32(vocabularySize - 1), files: [StoredFile(name: "merges.txt", bytes: [])])
    let sources = (0..<2).map {
      SourceRecord(path: "\($0).txt", byteCount: 10_000, digest: SHA256.hash([UInt8($0)]))
    }
    return DatasetPlan(
      tokenizer: tokenizer, configuration: ["split": "hash"], sources: sources,
      segments: [SegmentPlan(ranges: [SourceRange(source: 0), SourceRange(source: 1)])])
  }

  /// All tokens and documents that the dataset has now.
  func read() throws -> (tokens: [UInt32], documents: [DocumentEntry]) {
    let dataset = try Dataset.open(folder)
    var ids: [UInt32] = []
    var found: [DocumentEntry] = []
    var reader = try dataset.reader(.train)
    try reader.read(0..<reader.tokenCount, into: &ids)
    var cursor = SplitReader.DocumentCursor()
    while let (document, _) = try reader.next(&cursor) { found.append(document) }
    return (ids, found)
  }

  /// Puts everything back as it was made.
  func restore() throws {
    for name in try Folder.names(folder) { try Folder.remove(Path.join(folder, name)) }
    try put(shard, Self.shardName)
    try put(table.bytes, "codec-\(String(describing: table.digest).prefix(16)).table")
    try put(manifest, Self.manifestName)
  }

  func put(_ bytes: [UInt8], _ name: String) throws {
    let path = Path.join(folder, name)
    try Folder.remove(path)
    try File.create(path).write(bytes.span)
  }
}
