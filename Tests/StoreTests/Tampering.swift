import Basics
import Store
import TestSupport

/// Changes the manifest of the dataset in `folder` behind the library's back.
func alterManifest(_ folder: String, _ sql: String) throws {
  let database = try SQLite(Path.join(folder, "manifest.sqlite"), .create)
  try database.execute("PRAGMA synchronous=OFF")
  try database.execute(sql)
}

/// Leaves the manifest in `folder` as a process killed within a transaction does: pages overwritten, and the old ones in
/// the journal.
func breakOffChange(_ folder: String) throws {
  let path = Path.join(folder, "manifest.sqlite")
  let database = try SQLite(path, .create)
  try database.execute(
    """
    PRAGMA cache_size = 1; BEGIN; UPDATE source SET path = 'x'; UPDATE segment SET digest = NULL;
    CREATE TABLE filler AS SELECT zeroblob(100000);
    """)
  let manifest = try File.contents(path), journal = try File.contents("\(path)-journal")
  try database.execute("ROLLBACK")
  try File.create(path).write(manifest.span)
  try File.create("\(path)-journal").write(journal.span)
}

/// Makes a table of the manifest in `folder` a tree of 18 levels in which each page leads to the next one 37 times over: read to
/// its end it has its rows more than 10^28 times.
///
/// - Parameter key: what stands between the pages, no row's number is higher.
func multiplyRows(_ folder: String, of table: String, key: Int) throws {
  let path = Path.join(folder, "manifest.sqlite"), size = 512
  let root: Int
  do {
    let database = try SQLite(path, .create)
    try database.execute("PRAGMA synchronous=OFF; PRAGMA page_size=\(size); VACUUM")
    let statement = try database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'")
    _ = try statement.step()
    root = statement.integer(0)
  }
  var bytes = try File.contents(path)
  func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  // Seven bits a byte, the highest first; the high bit says that more follow.
  var varint: [UInt8] = [UInt8(key & 127)]
  var rest = key >> 7
  while rest > 0 {
    varint.insert(UInt8(rest & 127) | 128, at: 0)
    rest >>= 7
  }
  let start = (root - 1) * size
  let leaf = Array(bytes[start..<start + size])
  precondition(leaf[0] == 13, "the table is more than one page")
  let first: Int = bytes.count / size + 1
  let cells = 37
  let cellSize: Int = 4 + varint.count
  for level in 0..<18 {
    let child = number(first + level, 4)
    var page: [UInt8] = [5, 0, 0]
    page += number(cells, 2)
    page += number(size - cells * cellSize, 2)
    page.append(0)
    page += child
    for cell in 1...cells { page += number(size - cell * cellSize, 2) }
    page += [UInt8](repeating: 0, count: size - cells * cellSize - page.count)
    for _ in 0..<cells { page += child + varint }
    if level == 0 {
      bytes.replaceSubrange(start..<start + size, with: page)
    } else {
      bytes += page
    }
  }
  bytes += leaf
  bytes.replaceSubrange(28..<32, with: number(bytes.count / size, 4))
  try File.create(path).write(bytes.span)
}

/// Writes all digests of the manifest in `folder` anew, so that only what the rows say can be wrong.
func sealManifest(_ folder: String) throws {
  let manifest = try ReferenceManifest(folder)
  func literal(_ bytes: [UInt8]) -> String { "x'\(Digest(bytes: bytes))'" }
  var sql = "BEGIN;"
  for segment in manifest.tables["segment"]!.indices {
    sql += """
      UPDATE segment SET digest = \(literal(manifest.segmentDigest(segment))),
        lineage_digest = \(literal(manifest.lineageDigest(segment))),
        reject_digest = \(literal(manifest.rejectDigest(segment))) WHERE number = \(segment);
      """
  }
  sql += """
    UPDATE dataset SET plan_digest = \(literal(manifest.planDigest)),
      root_hash = \(literal(manifest.rootHash)), stored_digest = \(literal(manifest.storedDigest));
    COMMIT;
    """
  try alterManifest(folder, sql)
}

/// Changes a shard of the dataset in `folder` and makes shard and manifest agree again, as one who means harm would.
func forge(_ name: String, in folder: String, _ change: (inout ShardParts) throws -> Void) throws {
  var shard = ShardParts(try File.contents(Path.join(folder, name)))
  try change(&shard)
  try File.create(Path.join(folder, name)).write(shard.bytes.span)
  func digest(_ fields: Range<Int>) -> String { "x'\(Digest(bytes: Array(shard.footer[fields])))'" }
  func count(_ offset: Int) -> Int {
    Int(truncatingIfNeeded: Reference.number(shard.footer[offset..<offset + 8]))
  }
  let split = Split.allCases.first { name.hasPrefix("\($0)-") }!
  let segment = Int(name.dropFirst("\(split)-".count).prefix(5))!
  try alterManifest(
    folder,
    """
    UPDATE shard SET tokens = \(count(8)), documents = \(count(16)), stored_bytes = \(shard.bytes.count),
      content_digest = \(digest(40..<72)), stored_digest = \(digest(72..<104))
    WHERE number = \(3 * segment + Int(split.code))
    """)
  try sealManifest(folder)
}

extension Dataset {
  /// All documents of a split, as a sample has them.
  func documents(_ split: Split) throws -> [Sample.Document] {
    var documents: [Sample.Document] = []
    var reader = try reader(split)
    try reader.forEachDocument { entry, tokens in
      documents.append(
        Sample.Document(entry: entry, tokens: tokens.indices.map { tokens[$0] }, split: split))
    }
    return documents
  }

  /// All tokens of a split, read piece by piece: how many there are is what the manifest says, which may be a lie.
  func tokens(_ split: Split) throws -> [UInt32] {
    var tokens: [UInt32] = []
    var piece: [UInt32] = []
    var reader = try reader(split)
    while tokens.count < reader.tokenCount {
      try reader.read(tokens.count..<min(tokens.count + 5_000, reader.tokenCount), into: &piece)
      tokens += piece
    }
    return tokens
  }
}

/// A dataset of the sample, for a test to damage.
func dataset(_ sample: Sample) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  try sample.write(to: folder.path)
  return folder
}

/// A copy of the fixed sample's dataset: it is written to the disk, with all the waiting that this takes, only once.
func fixedDataset() throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for (name, bytes) in try fixedFiles.get() { try folder.write(bytes, to: name) }
  return folder
}

private let fixedFiles = Result<[String: [UInt8]], any Error> {
  let folder = try dataset(.fixed)
  var files: [String: [UInt8]] = [:]
  for name in try Folder.names(folder.path) { files[name] = try File.contents(folder(name)) }
  return files
}
