import Basics
import Store
import TestSupport
import Testing

@Suite("Damaged manifests")
struct ManifestDamageTests {
  private let folder: TemporaryFolder
  private let whole: [UInt8]

  init() throws {
    folder = try fixedDataset()
    whole = try File.contents(folder("manifest.sqlite"))
  }

  private func restore(_ bytes: [UInt8]? = nil) throws {
    try Folder.remove(folder("manifest.sqlite"))
    try folder.write(bytes ?? whole, to: "manifest.sqlite")
  }

  /// What is wrong, in words; nil where verify finds nothing and the dataset reads as it was written.
  private func problem() -> String? {
    do {
      let report = try verify(folder.path)
      if !report.faults.isEmpty { return "\(report.faults)" }
      let dataset = try Dataset.open(folder.path)
      for split in Split.allCases {
        let documents = try dataset.documents(split)
        #expect(documents == Sample.fixed.documents(split))
      }
      return nil
    } catch {
      #expect(error is StoreError)
      return "\(error)"
    }
  }

  /// Other values that a column could hold, as SQL.
  private func others(_ value: ReferenceManifest.Value) -> [String] {
    func literal(_ bytes: [UInt8]) -> String {
      "x'\(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())'"
    }
    switch value {
    case .null: return ["0", "1", "x'00'"]
    case .integer(let integer):
      return [
        "\(integer + 1)", "\(integer - 1)", "-\(integer) - 1", "\(Int.max)", "\(Int.min)", "\(1 << 47)",
        "NULL",
      ]
    case .text(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      return ["'\(text) '", "''", "'complete'", "'removing'", "'\(text.dropLast())'", "NULL"]
    case .blob(let bytes):
      var flipped = bytes
      if !bytes.isEmpty { flipped[bytes.count / 2] ^= 1 }
      return [literal(flipped), literal(Array(bytes.dropLast())), literal(bytes + [0]), "x''", "NULL"]
    }
  }

  @Test(arguments: ReferenceManifest.tableNames)
  func `another value in any column of any row is noticed`(table: String) throws {
    for row in try ReferenceManifest(folder.path).tables[table]! {
      for (name, value) in zip(row.names, row.values) {
        for other in others(value) {
          try restore()
          do {
            try alterManifest(
              folder.path, "UPDATE \(table) SET \(name) = \(other) WHERE number = \(row.number)")
          } catch is SQLiteError {
            // The schema itself allows no such value: null, a type, a number that another row has.
            continue
          }
          if try File.contents(folder("manifest.sqlite")) == whole { continue }
          if try ReferenceManifest(folder.path).tables[table]!.contains(row) { continue }
          #expect(problem() != nil, "\(table).\(name) of row \(row.number): \(other) for \(value)")
        }
      }
    }
  }

  @Test(arguments: ReferenceManifest.tableNames)
  func `a missing row is noticed`(table: String) throws {
    for row in try ReferenceManifest(folder.path).tables[table]! {
      // That a run took place is not part of the dataset.
      if table == "run" { continue }
      try restore()
      try alterManifest(folder.path, "DELETE FROM \(table) WHERE number = \(row.number)")
      #expect(problem() != nil, "row \(row.number)")
    }
  }

  /// The sample has no codec table: its row is another test's.
  @Test(arguments: ReferenceManifest.tableNames.filter { $0 != "codec_table" })
  func `a row too many is noticed`(table: String) throws {
    let row = try #require(try ReferenceManifest(folder.path).tables[table]!.last)
    let columns = row.names.dropFirst().joined(separator: ", ")
    for number in [row.number + 1, row.number + 2, row.number + 1 << 32, -1, Int.max] {
      try restore()
      try alterManifest(
        folder.path,
        "INSERT INTO \(table) SELECT \(number), \(columns) FROM \(table) WHERE number = \(row.number)")
      #expect(problem() != nil, "row \(number)")
    }
  }

  @Test func `bits flipped anywhere in the file are noticed or change nothing`() throws {
    var random = SplitMix64(seed: 1)
    // The head of the file and the first bytes of every page hold SQLite's own structures.
    let bits =
      (0..<8 * 110).map { $0 } + (0..<1_500).map { _ in Int.random(in: 0..<8 * whole.count, using: &random) }
    var noticed = 0
    for bit in bits {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try restore(damaged)
      if problem() != nil { noticed += 1 }
    }
    #expect(noticed > 300)
  }

  @Test func `a file cut off anywhere is noticed`() throws {
    for count in stride(from: 0, to: whole.count, by: 257) {
      try restore(Array(whole[..<count]))
      #expect(problem() != nil, "\(count) bytes")
    }
  }
}
