import Basics
import Store
import TestSupport
import Testing

@Suite("Hostile manifests")
struct HostileManifestTests {
  /// Changes after which every digest is right again, and what is said of them.
  static let changes: [(sql: String, reason: String)] = [
    ("UPDATE dataset SET state = 'done'", "its state is 'done'"),
    (
      "UPDATE dataset SET configuration = '{\"a\": 1}'",
      "its configuration is no JSON as this program writes it"
    ),
    ("UPDATE dataset SET configuration = '{'", "its configuration is no JSON as this program writes it"),
    ("UPDATE tokenizer SET vocabulary_size = 0", "its tokenizer has 0 tokens with <|endoftext|> as 999"),
    ("UPDATE tokenizer SET vocabulary_size = -1", "its tokenizer has -1 tokens with <|endoftext|> as 999"),
    ("UPDATE tokenizer SET vocabulary_size = 1 << 32", "its tokenizer has 4294967296 tokens"),
    ("UPDATE tokenizer SET end_of_text = 1000", "its tokenizer has 1000 tokens with <|endoftext|> as 1000"),
    ("UPDATE tokenizer SET digest = x'00'", "a digest has 1 bytes"),
    ("UPDATE source SET byte_count = -1 WHERE number = 0", "-1 cannot be a count"),
    ("UPDATE source SET byte_count = 1 << 48 WHERE number = 0", "281474976710656 cannot be a count"),
    ("UPDATE source SET number = 7 WHERE number = 1", "row 1 of the table source is missing"),
    ("DELETE FROM segment WHERE number = 1", "row 1 of the table segment is missing"),
    (
      "UPDATE segment_range SET segment = 3 WHERE number = 3",
      "row 3 of the table segment_range is impossible"
    ),
    (
      "UPDATE segment_range SET segment = 2 WHERE number = 0",
      "row 1 of the table segment_range is impossible"
    ),
    (
      "UPDATE segment_range SET source = -1 WHERE number = 2",
      "row 2 of the table segment_range is impossible"
    ),
    (
      "UPDATE segment_range SET source = 3 WHERE number = 2", "row 2 of the table segment_range is impossible"
    ),
    (
      "UPDATE segment_range SET end_byte = NULL WHERE number = 1",
      "row 1 of the table segment_range is impossible"
    ),
    (
      "UPDATE segment_range SET first_byte = 901 WHERE number = 1",
      "row 1 of the table segment_range is impossible"
    ),
    ("UPDATE shard SET number = -1 WHERE number = 0", "row -1 of the table shard is impossible"),
    ("UPDATE shard SET number = 9 WHERE number = 7", "row 9 of the table shard is impossible"),
    ("UPDATE shard SET tokens = -1 WHERE number = 7", "-1 cannot be a count"),
    ("UPDATE shard SET tokens = 1 << 62 WHERE number = 7", "4611686018427387904 cannot be a count"),
    ("UPDATE shard SET content_digest = x'' WHERE number = 7", "a digest has 0 bytes"),
  ]

  @Test(arguments: changes)
  func `impossible rows are refused, though every digest is right`(sql: String, reason: String) throws {
    let folder = try fixedDataset()
    try alterManifest(folder.path, sql)
    try sealManifest(folder.path)
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder.path) }
    #expect("\(error)".contains(reason))
    guard case .damagedManifest = error else { throw error }
  }

  @Test(arguments: [
    ("UPDATE lineage SET first_byte = 13 WHERE number = 0", "row 0 of the table lineage is impossible"),
    ("UPDATE lineage SET tokens = -1 WHERE number = 0", "-1 cannot be a count"),
    ("UPDATE lineage SET source = 2 WHERE number = 0", "its documents do not fit the manifest's lineage"),
    ("UPDATE lineage SET number = 4 WHERE number = 3", "row 4 of the table lineage is impossible"),
    ("DELETE FROM lineage WHERE number = 3", "its documents do not fit the manifest's lineage"),
    ("UPDATE reject SET byte_offset = -1", "-1 cannot be a count"),
    ("UPDATE reject SET number = number + 1", "row 0 of the table reject is missing"),
  ])
  func `impossible lineage and rejects are faults, though every digest is right`(sql: String, reason: String)
    throws
  {
    let folder = try fixedDataset()
    try alterManifest(folder.path, sql)
    try sealManifest(folder.path)
    let faults = try verify(folder.path).faults
    #expect("\(faults)".contains(reason))
    // What is not needed to read the tokens does not keep anyone from reading them.
    #expect(try Dataset.open(folder.path).documents(.train) == Sample.fixed.documents(.train))
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["reject", "lineage"])
  func `a tree with one page again and again is a fault, and no work without end`(table: String) throws {
    let folder = try fixedDataset()
    let stray = 1 << 45
    let zeros = table == "reject" ? "0, 0, ''" : "0, 0, 0, 0, 0, 0, 0"
    try alterManifest(folder.path, "INSERT INTO \(table) VALUES (\(stray), \(zeros))")
    try multiplyRows(folder.path, of: table, key: stray)
    let faults = try verify(folder.path).faults
    #expect("\(faults)".contains("rows of the table \(table) belong to no segment"), "\(faults)")
    #expect("\(faults)".contains("2nd reference to page"), "\(faults)")
    #expect(throws: StoreError.self) { try DatasetRepair(folder.path) }
  }

  @Test func `runs that count more segments than a number holds are refused`() throws {
    let folder = try fixedDataset()
    let count = 1 << 48 - 1
    let database = try SQLite(folder("manifest.sqlite"), .create)
    try database.execute("PRAGMA synchronous=OFF; DELETE FROM run; BEGIN")
    do {
      let insert = try database.prepare("INSERT INTO run VALUES (?, 0, NULL, ?, ?)")
      for number in 0..<32_769 {
        let values =
          [number, 0].map { Reference.bytes(UInt64($0), 8) } + [ReferenceManifest.Value.null.bytes]
        let digest = SHA256.hash(values.flatMap(\.self) + Reference.bytes(UInt64(count), 8))
        try insert.run([.integer(number), .integer(count), .digest(digest)])
      }
    }
    try database.execute("COMMIT")
    let error = try #require(throws: StoreError.self) { try DatasetRepair(folder.path) }
    #expect("\(error)".contains("its runs count more segments than there can be"))
    #expect("\(try verify(folder.path).faults)".contains("its runs count more segments than there can be"))
  }

  @Test func `counts that add up beyond what a number holds are refused`() throws {
    let folder = try fixedDataset()
    // 2^47 tokens in each of 2^16 shards.
    try alterManifest(
      folder.path,
      """
      WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 65600)
      INSERT INTO segment SELECT i, NULL, NULL, NULL FROM n;
      INSERT INTO shard SELECT 3 * number, 1 << 47, 1, 400, zeroblob(32), zeroblob(32) FROM segment WHERE number > 2;
      """)
    try sealManifest(folder.path)
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder.path) }
    #expect("\(error)".contains("its counts add up to more than there can be"))
  }
}
