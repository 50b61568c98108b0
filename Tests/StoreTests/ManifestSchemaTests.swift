import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("What is no manifest")
struct ManifestSchemaTests {
  private let folder: TemporaryFolder
  init() throws { folder = try fixedDataset() }

  private func error() throws -> String {
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder.path) }
    #expect(throws: StoreError.self) { try verify(folder.path) }
    // A writer refuses it too, and changes nothing.
    let before = try File.contents(folder("manifest.sqlite"))
    #expect(throws: StoreError.self) { try DatasetWriter(folder: folder.path, plan: Sample.fixed.plan) }
    #expect(try File.contents(folder("manifest.sqlite")) == before)
    return "\(error)"
  }

  @Test func `the tables are those of the page, to the letter`() throws {
    let page = String(decoding: try File.contents("\(Shared.package)/docs/manifest-format.md"), as: UTF8.self)
    let sql = page.split(separator: "```sql\n")[1].split(separator: "\n```")[0]
    let database = try SQLite(folder("manifest.sqlite"), .readOnly)
    let statement = try database.prepare("SELECT sql FROM sqlite_schema ORDER BY rowid")
    var tables: [String] = []
    while try statement.step() { tables.append(statement.text(0)) }
    #expect(tables.map { "\($0);" }.joined(separator: "\n") == sql)
  }

  @Test func `the numbers in the head of the file are those of the page`() throws {
    let bytes = try File.contents(folder("manifest.sqlite"))
    // SQLite writes the lowest byte last.
    #expect(Array(bytes[60..<64]) == [0, 0, 0, 2])
    #expect(Array(bytes[68..<72]) == Array("TESS".utf8))
  }

  @Test(arguments: [
    "CREATE TABLE stranger (number INTEGER)", "CREATE INDEX stranger ON source (path)",
    "CREATE VIEW stranger AS SELECT * FROM source",
    "CREATE TRIGGER stranger AFTER UPDATE ON source BEGIN DELETE FROM shard; END", "DROP TABLE run",
    "ALTER TABLE reject ADD COLUMN stranger TEXT", "ALTER TABLE source RENAME COLUMN path TO name",
    "DROP TABLE run; CREATE TABLE run (number INTEGER PRIMARY KEY)", "ANALYZE",
  ])
  func `other tables are refused`(change: String) throws {
    try alterManifest(folder.path, change)
    #expect(
      try error() == """
        '\(folder("manifest.sqlite"))' is damaged: its tables are not those of a manifest; restore it from a copy, or \
        make the dataset again with --replace
        """)
  }

  @Test(arguments: [0, 1, 3, 1 << 31 - 1])
  func `another version is refused by its number`(version: Int) throws {
    try alterManifest(folder.path, "PRAGMA user_version = \(version)")
    #expect(
      try error() == """
        '\(folder("manifest.sqlite"))' is of version \(version), and this program knows version 2; use the program \
        that wrote it, or make the dataset again with --replace
        """)
  }

  @Test func `another program's database is refused`() throws {
    try alterManifest(folder.path, "PRAGMA application_id = 7")
    #expect(try error().contains("is damaged: it is no manifest of a dataset"))
  }

  @Test(arguments: ["a text file", String(repeating: "no database ", count: 1_000), "SQLite format 3\0"])
  func `what is no database is refused`(text: String) throws {
    try folder.write(text, to: "manifest.sqlite")
    #expect(try error().contains("manifest.sqlite' is damaged: file is not a database"))
  }

  /// As a copy leaves it that was broken off, or the file system's own repair.
  @Test func `an empty file is no manifest, and shards beside it are nobody's`() throws {
    try folder.write("", to: "manifest.sqlite")
    let before = try Folder.shards(folder.path)
    let error = try #require(throws: StoreError.self) { try Dataset.open(folder.path) }
    #expect("\(error)".contains("is damaged: it is no manifest of a dataset"))
    #expect(throws: StoreError.foreignFolder(folder: folder.path, file: "test-00000.shard")) {
      try Sample.fixed.write(to: folder.path)
    }
    #expect(try Folder.shards(folder.path) == before)
    for name in before.keys { try Folder.remove(folder(name)) }
    try Sample.fixed.write(to: folder.path)
    #expect(try verify(folder.path).faults == [])
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["", "-journal", "-wal", "-shm"])
  func `a pipe in the place of its file, or of one beside it, is not waited for`(end: String) throws {
    let path = folder("manifest.sqlite\(end)")
    if end.isEmpty { try Folder.remove(path) }
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let attempts: [() throws -> Void] = [
      { _ = try Dataset.open(folder.path) }, { try Sample.fixed.write(to: folder.path) },
      { _ = try DatasetRepair(folder.path) }, { try DatasetWriter.remove(folder.path) },
    ]
    for work in attempts {
      let error = try #require(throws: StoreError.self) { try work() }
      #expect("\(error)" == "cannot use '\(path)': Operation not supported")
    }
  }

  @Test func `whoever made it keep another journal, a writer has it as the page says`() throws {
    let other = try TemporaryFolder()
    try Sample.fixed.write(0, DatasetWriter(folder: other.path, plan: Sample.fixed.plan))
    try alterManifest(other.path, "PRAGMA journal_mode=WAL; UPDATE run SET started = started")
    #expect(try File.contents(other("manifest.sqlite"))[18...19] == [2, 2])
    try Sample.fixed.write(to: other.path)
    #expect(try File.contents(other("manifest.sqlite"))[18...19] == [1, 1])
    #expect(try verify(other.path).faults == [] && verify(other.path).strangers == [])
  }

  @Test func `a folder in the manifest's place is an error`() throws {
    try Folder.remove(folder("manifest.sqlite"))
    try Folder.create(folder("manifest.sqlite"))
    for work in [{ _ = try Dataset.open(folder.path) }, { try Sample.fixed.write(to: folder.path) }] {
      let error = try #require(throws: StoreError.self) { try work() }
      #expect("\(error)".hasPrefix("cannot use '\(folder("manifest.sqlite"))': "))
    }
  }

  @Test func `a folder without a manifest, and a missing folder, are no datasets`() throws {
    try Folder.remove(folder("manifest.sqlite"))
    let noManifest = try #require(throws: StoreError.self) { try Dataset.open(folder.path) }
    #expect(
      "\(noManifest)" == """
        '\(folder.path)' is no dataset: there is no \(folder("manifest.sqlite")); \
        name a folder that `prep encode` wrote
        """)
    let noFolder = try #require(throws: StoreError.self) { try Dataset.open(folder("none")) }
    #expect("\(noFolder)".hasPrefix("'\(folder("none"))' is no dataset: there is no "))
  }

  @Test func `a text or a label that looks like SQL is only a text`() throws {
    var sample = Sample.fixed
    let text = "'); DROP TABLE dataset; --\n\u{0}\"`é"
    sample.plan.sources[0].path = text
    sample.plan.tokenizer.name = text
    sample.plan.configuration = [text: .string(text)]
    let folder = try dataset(sample)
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.sources == sample.plan.sources)
    #expect(dataset.tokenizer == sample.plan.tokenizer)
    #expect(dataset.configuration == sample.plan.configuration)
    #expect(try verify(folder.path).faults == [])
  }
}
