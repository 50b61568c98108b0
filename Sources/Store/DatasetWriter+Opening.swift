internal import Basics

extension DatasetWriter {
  /// The dataset in `folder`, where it is complete and of this plan. Nothing is changed or locked.
  static func openComplete(
    _ folder: String, _ plan: DatasetPlan, growing: Bool
  ) throws(StoreError) -> State? {
    guard let manifest = try? Manifest.open(folder), let contents = try? manifest.read(),
      contents.state == .complete
    else { return nil }
    if growing, contents.plan.canGrow(to: plan, finished: contents.segments.count) { return nil }
    try requireSame(folder, contents.plan, plan)
    try requireFiles(folder, contents)
    return State(
      manifest: manifest, lock: nil, segments: contents.segments, run: nil,
      codecTables: contents.codecTables)
  }

  /// The dataset in `folder`, begun or new, locked and without anything that is not committed.
  static func openUnfinished(
    _ folder: String, _ plan: DatasetPlan, growing: Bool
  ) throws(StoreError) -> State {
    try StoreError.filing { () throws(FileError) in
      try Folder.create(folder)
      try Folder.requireCreatable(folder)
    }
    let lock = try lock(folder)
    let isLocked = lock != nil
    var manifest = try Manifest.create(folder, plan: plan, isLocked: isLocked)
    var contents = try manifest.read()
    // Another plan's dataset of which nothing was committed is only a first try with a slip in it.
    let isEmpty = contents.state == .writing && contents.segments.allSatisfy { $0 == nil }
    if contents.state == .removing || isEmpty && !contents.plan.differences(to: plan).isEmpty {
      try removeFiles(folder)
      manifest = try Manifest.create(folder, plan: plan, isLocked: isLocked)
      contents = try manifest.read()
    }
    if growing, contents.plan.canGrow(to: plan, finished: try manifest.finishedSegments(contents)) {
      try requireFiles(folder, contents)
      try manifest.replan(contents.plan, as: plan)
      contents = try manifest.read()
    }
    try requireSame(folder, contents.plan, plan)
    try requireFiles(folder, contents)
    guard contents.state == .writing else {
      // Another process finished it between the first look and the lock.
      return State(
        manifest: manifest, lock: lock, segments: contents.segments, run: nil,
        codecTables: contents.codecTables)
    }
    try removeUncommitted(folder, contents)
    let table = try contents.codecTables.last?.read(folder, vocabularySize: plan.tokenizer.vocabularySize)
    let run = try manifest.beginRun(plan.tokenizer)
    return State(
      manifest: manifest, lock: lock, segments: contents.segments, run: run,
      codecTable: table, codecTables: contents.codecTables)
  }

  /// Opens the dataset in `folder` as ``init(folder:plan:)`` does; what stands in the way goes: another plan's dataset, or one
  /// that is damaged. So an interrupted run is gone on with, and a finished one is left as it is.
  ///
  /// A finished dataset of the same plan is read to its end, as one with a damaged shard must be made again.
  ///
  /// - Returns: nil where somebody asked to stop before all was read.
  /// - Throws: what the system refuses to read, too: it is not known to be damaged, and stays.
  public static func opening(
    _ folder: String, plan: DatasetPlan, isCancelled: () -> Bool = { false }
  ) throws(StoreError) -> DatasetWriter? {
    do throws(StoreError) {
      let writer = try DatasetWriter(folder: folder, plan: plan)
      guard writer.isComplete else { return writer }
      let report = try verify(folder, isCancelled: isCancelled)
      if report.wasCancelled { return nil }
      if let fault = report.faults.first(where: \.isOfSystem) { throw fault }
      if report.faults.isEmpty { return writer }
    } catch {
      switch error {
      case .otherDataset, .foreignFolder, .otherVersion, .damagedManifest, .damagedShard,
        .damagedCodecTable:
        break
      default: throw error
      }
    }
    try remove(folder)
    return try DatasetWriter(folder: folder, plan: plan)
  }

  private static func requireSame(_ folder: String, _ old: DatasetPlan, _ new: DatasetPlan) throws(StoreError)
  {
    let differences = old.differences(to: new)
    guard differences.isEmpty else { throw .otherDataset(folder: folder, differences: differences) }
  }

  static func lock(_ folder: String) throws(StoreError) -> FolderLock? {
    switch try StoreError.filing({ () throws(FileError) in try FolderLock.take(folder) }) {
    case .locked(let lock): return lock
    case .unsupported: return nil
    case .inUse: throw .inUse(folder: folder)
    }
  }

  private static func committedShards(_ segments: [SegmentRecord?]) -> Set<String> {
    Set(segments.flatMap { $0?.shards.map(\.fileName) ?? [] })
  }

  /// Checks the codec tables, and that the shards of all segments that are committed are there and end as recorded: cut off by
  /// the file system's own repair, say, they would become part of what is called finished. So would a bit flipped in a row that
  /// says how a shard is stored, which no digest covers before all is there.
  private static func requireFiles(_ folder: String, _ contents: Manifest.Contents) throws(StoreError) {
    for table in contents.codecTables {
      _ = try table.read(folder, vocabularySize: contents.plan.tokenizer.vocabularySize)
    }
    for segment in contents.segments {
      for shard in segment?.shards ?? [] { try ShardFile.checkEnd(shard, in: folder) }
    }
  }

  /// Whether a file of that name belongs to some dataset: a shard or a codec table, finished or not, or what is unfinished of another
  /// kind.
  private static func isOurs(_ name: String) -> Bool {
    ShardRecord.isShard(name) || CodecTableRecord.isTable(name) || RejectList.isUnfinished(name)
  }

  /// Removes shards, finished or not, of segments that are not committed, and codec tables without a row.
  private static func removeUncommitted(_ folder: String, _ contents: Manifest.Contents) throws(StoreError) {
    let committed = committedShards(contents.segments).union(contents.codecTables.map(\.fileName))
    try StoreError.filing { () throws(FileError) in
      for name in try Folder.names(folder) where isOurs(name) && !committed.contains(name) {
        try Folder.remove(Path.join(folder, name))
      }
    }
  }

  /// Removes the dataset in `folder`, whole or damaged: its manifest, its shards and codec tables, and no other file.
  public static func remove(_ folder: String) throws(StoreError) {
    let kind = try StoreError.filing { () throws(FileError) in try Folder.find(folder) }
    guard kind == .folder else { return }
    let lock = try lock(folder)
    var manifest: Manifest?
    // A reader must not find a dataset that seems complete while its shards go.
    do {
      manifest = try Manifest.edit(folder, isLocked: lock != nil)
      try manifest?.markRemoving()
    } catch {
      switch error {
      case .damagedManifest, .otherVersion: break
      default: throw error
      }
    }
    try removeFiles(folder)
    // One of the two is what kept other writers out.
    withExtendedLifetime(lock) {}
    withExtendedLifetime(manifest) {}
  }

  /// The shards first, and so on the disk too: a manifest that is left can be removed again, and a folder of shards without one is
  /// nobody's.
  private static func removeFiles(_ folder: String) throws(StoreError) {
    try StoreError.filing { () throws(FileError) in
      for name in try Folder.names(folder) where isOurs(name) {
        try Folder.remove(Path.join(folder, name))
      }
      try Folder.synchronize(folder)
      for end in Manifest.companions + [""] {
        try Folder.remove(Path.join(folder, ManifestSchema.fileName + end))
      }
      try Folder.synchronize(folder)
    }
  }
}
