import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite("SQLite")
struct SQLiteTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder("a.sqlite")
    let database = try SQLite(path, .create)
    try database.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT")
  }

  /// The names of all rows.
  private func values(_ database: borrowing SQLite) throws -> [String] {
    let statement = try database.prepare("SELECT value FROM t ORDER BY number")
    var values: [String] = []
    while try statement.step() { values.append(statement.text(0)) }
    return values
  }

  @Test func `values come back as they were`() throws {
    let database = try SQLite(path, .create)
    try database.execute("CREATE TABLE v (a INTEGER, b INTEGER, c TEXT, d BLOB, e BLOB, f ANY) STRICT")
    let insert = try database.prepare("INSERT INTO v VALUES (?, ?, ?, ?, ?, ?)")
    let text = "é\u{0}日\n'"
    try insert.run([.integer(.min), .integer(.max), .text(text), .blob([0, 255]), .blob([]), .null])
    let select = try database.prepare("SELECT * FROM v")
    let hasRow = try select.step()
    let integers = [select.integer(0), select.integer(1)]
    let blobs = [Array(text.utf8), [0, 255], []]
    let read = (2...4).map { select.blob($0) }
    // Nothing and no bytes are two things.
    let nulls = (0...5).map { select.isNull($0) }
    let hasAnother = try select.step()
    #expect(hasRow && !hasAnother)
    #expect(integers == [.min, .max])
    #expect(read == blobs)
    #expect(nulls == [false, false, false, false, false, true])
  }

  @Test func `a statement can be run again and again`() throws {
    let database = try SQLite(path, .create)
    let insert = try database.prepare("INSERT INTO t VALUES (?, ?)")
    for number in 0..<5 { try insert.run([.integer(number), .text("\(number)")]) }
    #expect(try values(database) == ["0", "1", "2", "3", "4"])
  }

  @Test func `of a transaction all happens or nothing`() throws {
    let database = try SQLite(path, .create)
    try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (1, 'a')")
    }
    let error = try #require(throws: SQLiteError.self) {
      try database.transaction { () throws(SQLiteError) in
        try database.execute("INSERT INTO t VALUES (2, 'b')")
        try database.execute("INSERT INTO t VALUES (1, 'c')")
      }
    }
    #expect(error.message == "UNIQUE constraint failed: t.number")
    #expect(!error.isDamage && !error.isBusy && !error.isAboutLocking)
    #expect(try values(database) == ["a"])
    // The connection is as good as before.
    try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (2, 'b')")
    }
    #expect(try values(database) == ["a", "b"])
  }

  @Test func `a failed run can be tried again`() throws {
    let database = try SQLite(path, .create)
    let insert = try database.prepare("INSERT INTO t VALUES (?, ?)")
    try insert.run([.integer(1), .text("a")])
    #expect(throws: SQLiteError.self) { try insert.run([.integer(1), .text("b")]) }
    try insert.run([.integer(2), .text("b")])
    #expect(try values(database) == ["a", "b"])
  }

  @Test func `errors name the file and say what SQLite says`() throws {
    let database = try SQLite(path, .create)
    let error = try #require(throws: SQLiteError.self) { try database.execute("SELECT * FROM nowhere") }
    #expect(error.path == path)
    #expect(error.message == "no such table: nowhere")
    #expect(error.isDamage)
    #expect(throws: error) { _ = try database.prepare("SELECT * FROM nowhere").isNull(0) }
  }

  @Test func `a missing file is made only where that is asked for`() throws {
    for mode in [SQLite.Mode.readOnly, .immutable] {
      let error = try #require(throws: SQLiteError.self) {
        try SQLite(folder("none"), mode).execute("SELECT 1")
      }
      #expect(error.isAboutLocking)
      #expect(Folder.kind(folder("none")) == nil)
    }
  }

  @Test func `who only reads cannot write`() throws {
    for mode in [SQLite.Mode.readOnly, .immutable] {
      let database = try SQLite(path, mode)
      let error = try #require(throws: SQLiteError.self) {
        try database.execute("INSERT INTO t VALUES (1, 'a')")
      }
      #expect(error.message == "attempt to write a readonly database")
    }
  }

  @Test(arguments: ["a?b", "a#b", "a%41b", "a b", "é日", "?mode=rw", "a&b=c"])
  func `a name may have any character, to those who take the file to be immutable too`(name: String) throws {
    try folder.write(File.contents(path), to: "\(name)/\(name)")
    let database = try SQLite(folder("\(name)/\(name)"), .immutable)
    #expect(try values(database) == [])
    #expect(try Folder.names(folder(name)) == [name])
  }

  @Test func `a path that looks like a URI is a path`() async throws {
    let folder = folder.path
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      try #require(unsafe chdir(folder) == 0)
      try Folder.create("file:x")
      do {
        let database = try SQLite("file:x/b.sqlite", .create)
        try database.execute("CREATE TABLE t (number INTEGER PRIMARY KEY)")
      }
      for mode in [SQLite.Mode.readOnly, .immutable] {
        try SQLite("file:x/b.sqlite", mode).execute("SELECT * FROM t")
      }
      #expect(try Folder.names(folder) == ["a.sqlite", "file:x"])
      #expect(try Folder.names("file:x") == ["b.sqlite"])
    }
  }

  @Test func `two slashes in front name no other machine`() throws {
    let database = try SQLite("//\(path)", .immutable)
    #expect(try values(database) == [])
  }

  @Test func `a file that lost its name, or another has it, is known`() throws {
    let database = try SQLite(path, .create)
    try database.execute("SELECT * FROM t")
    var hasMoved = [database.hasMoved]
    let bytes = try File.contents(path)
    try Folder.remove(path)
    hasMoved.append(database.hasMoved)
    try folder.write(bytes, to: "a.sqlite")
    hasMoved.append(database.hasMoved)
    #expect(hasMoved == [false, true, true])
  }

  @Test func `what another connection changes at the moment is busy`() throws {
    let reader = try SQLite(path, .create), writer = try SQLite(path, .create)
    // A transaction that has read cannot go on to write while another does: waiting would be for each other.
    try reader.execute("BEGIN; SELECT * FROM t")
    try writer.execute("BEGIN IMMEDIATE")
    let error = try #require(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (1, 'a')") }
    #expect(error.isBusy)
    try writer.execute("ROLLBACK")
  }

  @Test func `more than 256 MiB in one value are refused`() throws {
    let database = try SQLite(path, .create)
    let error = try #require(throws: SQLiteError.self) {
      try database.execute("SELECT zeroblob((1 << 28) + 1)")
    }
    #expect(error.message == "string or blob too big")
  }
}
