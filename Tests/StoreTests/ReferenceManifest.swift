import Basics
import Store

/// The rows of a manifest, and their digests computed as docs/manifest-format.md says: the judge of the code's own.
struct ReferenceManifest {
  /// By the table's name, in the order of `number`.
  let tables: [String: [Row]]

  static let tableNames = [
    "dataset", "tokenizer", "tokenizer_file", "codec_table", "source", "segment", "segment_range", "shard",
    "lineage",
    "reject",
    "run",
  ]

  struct Row: Equatable {
    let names: [String]
    let values: [Value]
    subscript(_ name: String) -> Value { values[names.firstIndex(of: name)!] }

    func bytes(_ names: String...) -> [UInt8] { names.flatMap { self[$0].bytes } }
    var bytes: [UInt8] { values.flatMap(\.bytes) }
    var number: Int { self["number"].integer }
  }

  enum Value: Equatable {
    case null
    case integer(Int)
    case text([UInt8])
    case blob([UInt8])

    var integer: Int { if case .integer(let integer) = self { integer } else { -1 } }

    /// A digest's bytes.
    var raw: [UInt8] { if case .blob(let bytes) = self { bytes } else { [] } }

    var bytes: [UInt8] {
      switch self {
      case .null: [UInt8](repeating: 0xff, count: 8)
      case .integer(let integer): Reference.bytes(UInt64(bitPattern: Int64(integer)), 8)
      case .text(let bytes), .blob(let bytes): Reference.bytes(UInt64(bytes.count), 8) + bytes
      }
    }
  }

  init(_ folder: String) throws {
    let database = try SQLite(Path.join(folder, "manifest.sqlite"), .readOnly)
    var tables: [String: [Row]] = [:]
    for table in Self.tableNames { tables[table] = try Self.rows(table, database) }
    self.tables = tables
  }

  private static func rows(_ table: String, _ database: borrowing SQLite) throws -> [Row] {
    var names: [String] = []
    let columns = try database.prepare("SELECT name FROM pragma_table_info('\(table)')")
    while try columns.step() { names.append(columns.text(0)) }
    let typed = names.map { "typeof(\($0)), \($0)" }.joined(separator: ", ")
    let statement = try database.prepare("SELECT \(typed) FROM \(table) ORDER BY number")
    var rows: [Row] = []
    while try statement.step() {
      let values = names.indices.map { column -> Value in
        switch statement.text(2 * column) {
        case "null": .null
        case "integer": .integer(statement.integer(2 * column + 1))
        case "text": .text(statement.blob(2 * column + 1))
        default: .blob(statement.blob(2 * column + 1))
        }
      }
      rows.append(Row(names: names, values: values))
    }
    return rows
  }
}

extension ReferenceManifest {
  var planDigest: [UInt8] {
    let tokenizer = tables["tokenizer"]![0], dataset = tables["dataset"]![0]
    return SHA256.hash(
      Array("tessera plan 1\n".utf8) + tokenizer.bytes("digest", "vocabulary_size", "end_of_text")
        + tables["source"]!.flatMap(\.bytes) + tables["segment_range"]!.flatMap(\.bytes)
        + dataset.bytes("configuration") + Value.integer(tables["segment"]!.count).bytes
    ).bytes
  }

  private func rows(_ table: String, in numbers: Range<Int>) -> [Row] {
    let rows = tables[table]!
    func place(_ number: Int) -> Int {
      var (low, high) = (0, rows.count)
      while low < high {
        let middle = (low + high) / 2
        if rows[middle].number < number { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return Array(rows[place(numbers.lowerBound)..<place(numbers.upperBound)])
  }

  func lineageDigest(_ segment: Int) -> [UInt8] {
    SHA256.hash(rows("lineage", in: (3 * segment) << 32..<(3 * segment + 3) << 32).flatMap(\.bytes)).bytes
  }

  func rejectDigest(_ segment: Int) -> [UInt8] {
    SHA256.hash(rows("reject", in: segment << 32..<(segment + 1) << 32).flatMap(\.bytes)).bytes
  }

  func segmentDigest(_ segment: Int) -> [UInt8] {
    let shards = rows("shard", in: 3 * segment..<3 * segment + 3)
    return SHA256.hash(
      Value.integer(segment).bytes + Value.blob(lineageDigest(segment)).bytes
        + Value.blob(rejectDigest(segment)).bytes
        + shards.flatMap { $0.bytes("number", "tokens", "documents", "content_digest") }
    ).bytes
  }

  var rootHash: [UInt8] {
    SHA256.hash(
      Array("tessera dataset 1\n".utf8) + planDigest
        + tables["segment"]!.indices.flatMap { segmentDigest($0) }
    ).bytes
  }

  var storedDigest: [UInt8] {
    SHA256.hash(
      rootHash + tables["tokenizer"]![0].bytes("name") + tables["tokenizer_file"]!.flatMap(\.bytes)
        + tables["codec_table"]!.flatMap(\.bytes)
        + tables["shard"]!.flatMap { $0.bytes("number", "stored_bytes", "stored_digest") }
    ).bytes
  }

  static func runDigest(_ run: Row) -> [UInt8] {
    SHA256.hash(run.bytes("number", "started", "ended", "segments")).bytes
  }
}
