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
    guard Folder.kind(path) != nil else { throw .notADataset(folder: folder) }
    let manifest: Manifest
    do {
      manifest = try probe(path, .readOnly)
    } catch {
      if error.isBrokenOff {
        let advice = "run the command that makes the dataset again, which undoes it"
        throw .database(path: path, reason: "its last change was broken off; \(advice)")
      }
      // A journal means that the last change was perhaps not finished: without locks one would read half of it.
      guard error.isAboutLocking, Folder.kind("\(path)-journal") == nil else { throw StoreError(error) }
      manifest = try StoreError.querying { () throws(SQLiteError) in try probe(path, .immutable) }
    }
    try manifest.checkSchema()
    return manifest
  }

  /// Opens the file and reads a little of it, so that locks and journals have their say.
  private static func probe(_ path: String, _ mode: SQLite.Mode) throws(SQLiteError) -> Manifest {
    let manifest = Manifest(path: path, database: try SQLite(path, mode))
    try manifest.database.execute("SELECT count(*) FROM sqlite_schema")
    return manifest
  }

  /// Opens the manifest in `folder` for writing; makes it where there is none.
  static func create(_ folder: String, plan: DatasetPlan) throws(StoreError) -> Manifest {
    let manifest = try openForChanges(folder)
    if try manifest.isEmpty() {
      try manifest.write(plan)
    } else {
      try manifest.checkSchema()
    }
    return manifest
  }

  /// Opens the manifest in `folder` for changes; nil where there is none.
  static func edit(_ folder: String) throws(StoreError) -> Manifest? {
    guard Folder.kind(Path.join(folder, ManifestSchema.fileName)) == .file else { return nil }
    let manifest = try openForChanges(folder)
    try manifest.checkSchema()
    return manifest
  }

  private static func openForChanges(_ folder: String) throws(StoreError) -> Manifest {
    try StoreError.querying { () throws(SQLiteError) in
      let manifest = try probe(Path.join(folder, ManifestSchema.fileName), .create)
      try manifest.database.execute("PRAGMA synchronous=FULL")
      return manifest
    }
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
