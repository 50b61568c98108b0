internal import Basics

/// The database beside the shards.
struct Manifest: ~Copyable {
  let path: String
  let database: SQLite

  private init(path: String, database: consuming SQLite) {
    self.path = path
    self.database = database
  }

  enum State: String {
    case writing, complete, removing
  }

  /// All of it but lineage, rejects and runs.
  struct Contents: Sendable {
    var state: State
    var plan: DatasetPlan
    var codecTables: [CodecTableRecord]
    /// By number; nil where the segment is not committed.
    var segments: [SegmentRecord?]
    var rootHash: Digest?
    var storedDigest: Digest?
  }

  /// Opens the manifest in `folder` for reading, on a file system that is read-only or cannot lock, too.
  static func open(_ folder: String) throws(StoreError) -> Manifest {
    let path = Path.join(folder, ManifestSchema.fileName)
    guard try hasFile(path) else { throw .notADataset(folder: folder) }
    for end in companions { _ = try hasFile(path + end) }
    let manifest: Manifest
    do {
      manifest = try probe(path, .readOnly)
    } catch {
      if error.isBrokenOff {
        let advice = "run the command that makes the dataset again, which undoes it"
        throw .database(path: path, reason: "its last change was broken off; \(advice)")
      }
      // A journal means that the last change was perhaps not finished: without locks one would read half of it.
      guard error.isAboutLocking, try !hasFile("\(path)-journal"), try !hasFile("\(path)-wal") else {
        throw StoreError(error)
      }
      manifest = try StoreError.querying { () throws(SQLiteError) in try probe(path, .immutable) }
    }
    try manifest.checkSchema()
    return manifest
  }

  /// What SQLite keeps beside the file, by the ends of their names.
  static let companions = ["-journal", "-wal", "-shm"]

  /// Whether there is a file.
  ///
  /// - Throws: where something else is there: a pipe would be waited for without end.
  private static func hasFile(_ path: String) throws(StoreError) -> Bool {
    try StoreError.filing { () throws(FileError) in try Folder.hasFile(path) }
  }

  /// Opens the file and reads a little of it, so that locks and journals have their say.
  ///
  /// - Parameter settings: statements for the connection, run before.
  private static func probe(
    _ path: String, _ mode: SQLite.Mode, _ settings: String = ""
  ) throws(SQLiteError) -> Manifest {
    let manifest = Manifest(path: path, database: try SQLite(path, mode))
    try manifest.database.execute("\(settings)SELECT count(*) FROM sqlite_schema")
    return manifest
  }

  /// Opens the manifest in `folder` for writing; makes it where there is none.
  ///
  /// - Parameter isLocked: whether the folder is; else the manifest itself is locked as long as it is open.
  /// - Throws: ``StoreError/foreignFolder(folder:file:)`` where there is none, or an empty file as a copy broken off leaves it, and the
  ///   folder holds shards: no shard is made before its manifest is, so that these are others', or one has lost its manifest.
  static func create(_ folder: String, plan: DatasetPlan, isLocked: Bool) throws(StoreError) -> Manifest {
    let path = Path.join(folder, ManifestSchema.fileName)
    // To open it makes the file.
    if try !hasFile(path) { try requireNoShards(folder) }
    let manifest = try openForChanges(folder, isLocked: isLocked)
    if try manifest.isEmpty() {
      try requireNoShards(folder)
      try manifest.write(plan)
    } else {
      try manifest.checkSchema()
    }
    return manifest
  }

  private static func requireNoShards(_ folder: String) throws(StoreError) {
    let names = try StoreError.filing { () throws(FileError) in try Folder.names(folder) }
    if let shard = names.first(where: ShardRecord.isShard) {
      throw .foreignFolder(folder: folder, file: shard)
    }
  }

  /// Opens the manifest in `folder` for changes; nil where there is none.
  ///
  /// - Parameter isLocked: whether the folder is; else the manifest itself is locked as long as it is open.
  static func edit(_ folder: String, isLocked: Bool) throws(StoreError) -> Manifest? {
    guard try hasFile(Path.join(folder, ManifestSchema.fileName)) else { return nil }
    let manifest = try openForChanges(folder, isLocked: isLocked)
    try manifest.checkSchema()
    return manifest
  }

  private static func openForChanges(_ folder: String, isLocked: Bool) throws(StoreError) -> Manifest {
    let path = Path.join(folder, ManifestSchema.fileName)
    for end in companions { _ = try hasFile(path + end) }
    do { return try forChanges(path, isLocked: isLocked) } catch {
      throw !isLocked && error.isBusy ? .inUse(folder: folder) : StoreError(error)
    }
  }

  private static func forChanges(_ path: String, isLocked: Bool) throws(SQLiteError) -> Manifest {
    // Another writer has its lock for good: it is not waited for as long as somebody who reads.
    let manifest = try probe(path, .create, isLocked ? "" : "PRAGMA busy_timeout=1000; ")
    // EXTRA waits until the folder is on the disk without the journal: with less, a change that was answered for could be
    // undone after a power cut. Of another journal than this program's a reader without locks would not know.
    try manifest.database.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA")
    guard !isLocked else { return manifest }
    try manifest.lockForGood()
    // Who had the lock before may have removed the dataset, and another may begin one: then there is no file to lock.
    let hasMoved = manifest.database.hasMoved
    guard !hasMoved else { throw .busy(path) }
    return manifest
  }

  /// Lets no other process use the manifest: for file systems whose folders cannot be locked.
  private func lockForGood() throws(SQLiteError) {
    try database.execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
  }

  private func isEmpty() throws(StoreError) -> Bool {
    guard try integer("SELECT count(*) FROM sqlite_schema") == 0 else { return false }
    return try integer("PRAGMA application_id") == 0
  }

  /// Refuses any other tables than ours: nothing that a hostile file defines is ever run.
  private func checkSchema() throws(StoreError) {
    guard try integer("PRAGMA application_id") == ManifestSchema.applicationID else {
      throw damage("it is no manifest of a dataset")
    }
    let version = try integer("PRAGMA user_version")
    guard version == ManifestSchema.version else { throw .otherVersion(path: path, version: version) }
    let tables = try StoreError.querying { () throws(SQLiteError) -> [String] in
      let statement = try database.prepare("SELECT sql FROM sqlite_schema ORDER BY rowid")
      var tables: [String] = []
      while try statement.step(), tables.count <= ManifestSchema.tables.count {
        tables.append(statement.text(0))
      }
      return tables
    }
    guard tables == ManifestSchema.tables else { throw damage("its tables are not those of a manifest") }
  }

  func integer(_ sql: String) throws(StoreError) -> Int {
    try StoreError.querying { () throws(SQLiteError) in
      let statement = try database.prepare(sql)
      return try statement.step() ? statement.integer(0) : 0
    }
  }

  func damage(_ reason: String) -> StoreError { .damagedManifest(path: path, reason: reason) }
}
