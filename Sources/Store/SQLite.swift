package import Basics
internal import CSQLite

/// A connection to one SQLite file, which closes when its owner goes out of scope. All use of the C library is in this
/// file.
@safe package struct SQLite: ~Copyable {
  package let path: String
  private let handle: OpaquePointer

  package enum Mode {
    /// Makes the file where there is none.
    case create
    case readOnly
    /// For files that nothing can change: neither locks nor a journal are looked at.
    case immutable
  }

  /// Opens the file. Nothing of it is read yet.
  package init(_ path: String, _ mode: Mode) throws(SQLiteError) {
    self.path = path
    let flags =
      switch mode {
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      // Who reads has a connection of its own, which needs no lock.
      case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
      }
    let plain = Self.plain(path)
    let name = mode == .immutable ? "\(Self.uri(plain))?immutable=1" : plain
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(name, &opened, flags, nil)
    guard code == SQLITE_OK, let handle = unsafe opened else {
      let error = unsafe SQLiteError.last(opened, path, code: code)
      unsafe sqlite3_close(opened)
      throw error
    }
    unsafe self.handle = unsafe handle
    unsafe sqlite3_extended_result_codes(handle, 1)
    unsafe sqlite3_busy_timeout(handle, 10_000)
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 28)
    unsafe csqlite_distrust(handle)
  }

  /// Statements still alive keep the connection open until they end too.
  deinit { unsafe sqlite3_close_v2(handle) }

  /// Runs statements that give no rows.
  package func execute(_ sql: String) throws(SQLiteError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw unsafe .last(handle, path) }
  }

  /// What the system last refused for the file itself; 0 where nothing. Of its journal nothing is known.
  package var systemError: Int32 { unsafe Self.systemError(handle) }

  fileprivate static func systemError(_ handle: OpaquePointer?) -> Int32 {
    var code: Int32 = 0
    unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &code)
    return code
  }

  /// Whether the file that was opened is not any more what is there under its name.
  package var hasMoved: Bool {
    var moved: Int32 = 0
    unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
    return moved != 0
  }

  /// Compiles one statement, to be run as often as wanted.
  package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
    guard code == SQLITE_OK, let statement = unsafe prepared else { throw unsafe .last(handle, path) }
    return unsafe SQLiteStatement(statement, connection: handle, path: path)
  }

  /// All of `body` happens, or nothing.
  package func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
    try transaction(body, as: { $0 })
  }

  /// The same, where `body` has errors of another kind, which `convert` makes of SQLite's.
  package func transaction<Failure: Error>(
    _ body: () throws(Failure) -> Void, as convert: (SQLiteError) -> Failure
  ) throws(Failure) {
    do throws(SQLiteError) { try execute("BEGIN IMMEDIATE") } catch { throw convert(error) }
    do throws(Failure) {
      try body()
      do throws(SQLiteError) { try execute("COMMIT") } catch { throw convert(error) }
    } catch {
      // SQLite may have rolled back by itself; the first error is the one to tell.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// The same path, which nothing takes for a URI (as what begins with `file:`) nor in a URI for the name of another machine (as
  /// what follows two slashes).
  private static func plain(_ path: String) -> String {
    let rest = path.utf8.drop { $0 == UInt8(ascii: "/") }
    return rest.startIndex == path.startIndex ? "./\(path)" : "/\(Substring(rest))"
  }

  /// A path as a URI: characters with a meaning there are written as percent signs and digits.
  private static func uri(_ path: String) -> String {
    var text = "file:"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0x80...:
        text += "%\(String(byte, radix: 16))"
      default: text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return text
  }
}

/// A value in a row.
package enum SQLiteValue {
  case null
  case integer(Int)
  case text(String)
  case blob([UInt8])
  /// A blob of 32 bytes.
  case digest(Digest)
}

/// A compiled statement.
@safe package struct SQLiteStatement: ~Copyable {
  private let statement: OpaquePointer
  private let connection: OpaquePointer
  private let path: String

  fileprivate init(_ statement: OpaquePointer, connection: OpaquePointer, path: String) {
    unsafe self.statement = unsafe statement
    unsafe self.connection = unsafe connection
    self.path = path
  }

  deinit { unsafe sqlite3_finalize(statement) }

  /// Runs a statement that gives no rows with `values` for its question marks.
  package func run(_ values: [SQLiteValue]) throws(SQLiteError) {
    for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
    guard try !step() else { preconditionFailure("a statement that gives rows must be stepped through") }
    unsafe sqlite3_reset(statement)
  }

  private func bind(_ value: SQLiteValue, at index: Int32) throws(SQLiteError) {
    let code =
      switch value {
      case .null: unsafe sqlite3_bind_null(statement, index)
      case .integer(let integer): unsafe sqlite3_bind_int64(statement, index, Int64(integer))
      case .text(let text): unsafe csqlite_bind_text(statement, index, text, UInt64(text.utf8.count))
      case .blob(let bytes):
        unsafe bytes.withUnsafeBytes {
          unsafe csqlite_bind_blob(statement, index, $0.baseAddress, UInt64($0.count))
        }
      case .digest(let digest):
        unsafe withUnsafeBytes(of: digest.words) {
          unsafe csqlite_bind_blob(statement, index, $0.baseAddress, UInt64($0.count))
        }
      }
    guard code == SQLITE_OK else { throw unsafe .last(connection, path) }
  }

  /// Goes to the next row; false after the last.
  package func step() throws(SQLiteError) -> Bool {
    switch unsafe sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let error = unsafe SQLiteError.last(connection, path)
      unsafe sqlite3_reset(statement)
      throw error
    }
  }

  package func isNull(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
  }

  package func integer(_ column: Int) -> Int { Int(unsafe sqlite3_column_int64(statement, Int32(column))) }

  package func text(_ column: Int) -> String {
    guard let bytes = unsafe sqlite3_column_blob(statement, Int32(column)) else { return "" }
    let count = unsafe sqlite3_column_bytes(statement, Int32(column))
    return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  /// The blob as a digest; nil where it has another length than 32 bytes.
  package func digest(_ column: Int) -> Digest? {
    guard let bytes = unsafe sqlite3_column_blob(statement, Int32(column)),
      unsafe sqlite3_column_bytes(statement, Int32(column)) == 32
    else { return nil }
    return Digest(words: unsafe bytes.loadUnaligned(as: SIMD4<UInt64>.self))
  }

  package func blob(_ column: Int) -> [UInt8] {
    guard let bytes = unsafe sqlite3_column_blob(statement, Int32(column)) else { return [] }
    let count = unsafe sqlite3_column_bytes(statement, Int32(column))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
  }
}

/// What SQLite refused.
package struct SQLiteError: Error, Equatable {
  package let path: String
  package let code: Int32
  package let message: String
  /// The system's own error, where it is known that the system refused; else 0. SQLite takes a page that the disk
  /// cannot read for a damaged one, and only this tells them apart.
  package let system: Int32

  fileprivate static func last(_ connection: OpaquePointer, _ path: String) -> SQLiteError {
    unsafe last(connection, path, code: sqlite3_extended_errcode(connection))
  }

  /// - Parameter connection: nil where there was no memory for one
  fileprivate static func last(_ connection: OpaquePointer?, _ path: String, code: Int32) -> SQLiteError {
    unsafe SQLiteError(
      path: path, code: code, message: String(cString: sqlite3_errmsg(connection)),
      system: [SQLITE_IOERR, SQLITE_CORRUPT].contains(code & 0xff) ? unsafe SQLite.systemError(connection) : 0
    )
  }

  /// Another has the file.
  static func busy(_ path: String) -> SQLiteError {
    SQLiteError(path: path, code: SQLITE_BUSY, message: "database is locked", system: 0)
  }

  /// The disk has no room for a change.
  var isFull: Bool { primary == SQLITE_FULL }

  /// The system refused, and why is not always known: a file that cannot be opened for changes is opened for reading.
  var isAboutSystem: Bool { [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY].contains(primary) }

  /// Without what tells kinds of one error apart.
  private var primary: Int32 { code & 0xff }

  /// The file is no database, or not the one that it was.
  package var isDamage: Bool {
    system == 0 && [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_MISMATCH].contains(primary)
  }

  /// The file can perhaps be read where locks and journals are left alone.
  package var isAboutLocking: Bool {
    [SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_READONLY, SQLITE_PROTOCOL].contains(primary)
  }

  /// A change was broken off in the middle, and who may only read cannot undo it.
  package var isBrokenOff: Bool { code == csqlite_readonly_rollback }

  package var isBusy: Bool { [SQLITE_BUSY, SQLITE_LOCKED].contains(primary) }
}
