internal import Basics

extension Manifest {
  /// Makes the tables and writes what is known before the work begins.
  func write(_ plan: DatasetPlan) throws(StoreError) {
    try change { () throws(SQLiteError) in
      try database.execute(
        """
        PRAGMA application_id = \(ManifestSchema.applicationID); PRAGMA user_version = \(ManifestSchema.version);
        \(ManifestSchema.sql)
        """)
      try insert(
        "dataset",
        [
          [
            .integer(0), .text(State.writing.rawValue), .text(plan.configuration.text), .digest(plan.digest),
            .null, .null,
          ]
        ])
      try writeTokenizer(plan.tokenizer)
      try insert("source", plan.sources.enumerated().map { $1.row($0) })
      try insert("segment", plan.segments.indices.map { [.integer($0), .null, .null, .null] })
      try insert("segment_range", Self.ranges(plan.segments))
    }
  }

  private static func ranges(_ segments: [SegmentPlan]) -> [[SQLiteValue]] {
    var ranges: [[SQLiteValue]] = []
    for (segment, plan) in segments.enumerated() {
      for range in plan.ranges { ranges.append(range.row(ranges.count, segment: segment)) }
    }
    return ranges
  }

  /// Makes `new` the plan of a dataset that was planned as `old`: the segments that both begin with stay as they are, and what
  /// is known of the others goes.
  func replan(_ old: DatasetPlan, as new: DatasetPlan) throws(StoreError) {
    let (sources, segments) = old.beginning(sharedWith: new)
    let (shards, ranges) = (
      Split.allCases.count * segments, Self.ranges(Array(new.segments.prefix(segments)))
    )
    let kept = try integer("SELECT count(*) FROM segment WHERE number < \(segments) AND digest IS NOT NULL")
    let runs = try runs().keeping(kept)
    try change { () throws(SQLiteError) in
      try database.execute(
        """
        DELETE FROM shard WHERE number >= \(shards); DELETE FROM lineage WHERE number >= \(shards << 32);
        DELETE FROM reject WHERE number >= \(segments << 32); DELETE FROM segment WHERE number >= \(segments);
        DELETE FROM segment_range WHERE number >= \(ranges.count); DELETE FROM source WHERE number >= \(sources)
        """)
      try insert("source", new.sources.indices.dropFirst(sources).map { new.sources[$0].row($0) })
      try insert(
        "segment", new.segments.indices.dropFirst(segments).map { [.integer($0), .null, .null, .null] })
      try insert("segment_range", Array(Self.ranges(new.segments).dropFirst(ranges.count)))
      try database.prepare(
        "UPDATE dataset SET state = ?, plan_digest = ?, root_hash = NULL, stored_digest = NULL"
      ).run([.text(State.writing.rawValue), .digest(new.digest)])
      for run in runs { try update(run) }
    }
  }

  private func writeTokenizer(_ tokenizer: TokenizerRecord) throws(SQLiteError) {
    try database.execute("DELETE FROM tokenizer; DELETE FROM tokenizer_file")
    try insert("tokenizer", [tokenizer.row])
    try insert("tokenizer_file", tokenizer.files.enumerated().map { $1.row($0) })
  }

  private func insert(_ table: String, _ rows: [[SQLiteValue]]) throws(SQLiteError) {
    guard let width = rows.first?.count else { return }
    let statement = try insertion(table, width: width)
    for row in rows { try statement.run(row) }
  }

  private func insertion(_ table: String, width: Int) throws(SQLiteError) -> SQLiteStatement {
    let marks = [String](repeating: "?", count: width).joined(separator: ", ")
    return try database.prepare("INSERT INTO \(table) VALUES (\(marks))")
  }

  private func change(_ body: () throws(SQLiteError) -> Void) throws(StoreError) {
    do { try database.transaction(body) } catch { throw StoreError(error) }
  }

  /// Notes that a run begins; returns its number. The tokenizer's name and files become those of this run, which
  /// decode the same.
  func beginRun(_ tokenizer: TokenizerRecord) throws(StoreError) -> Run {
    let run = Run(number: try integer("SELECT coalesce(max(number) + 1, 0) FROM run"), started: currentTime())
    try change { () throws(SQLiteError) in
      try writeTokenizer(tokenizer)
      try insert("run", [run.row])
    }
    return run
  }

  /// Puts a codec table whose file has its name into the dataset.
  func add(_ table: CodecTableRecord) throws(StoreError) {
    let number = try integer("SELECT count(*) FROM codec_table")
    try change { () throws(SQLiteError) in try insert("codec_table", [table.row(number)]) }
  }

  /// Puts a segment whose shards have their names into the dataset.
  func commit(_ segment: SegmentRecord, _ rows: SegmentRows, _ run: Run) throws(StoreError) {
    try database.transaction(
      { () throws(StoreError) in
        try StoreError.querying { () throws(SQLiteError) in try insert("shard", segment.shards.map(\.row)) }
        try insert("lineage", width: 8, rows.forEachLineage)
        try insert("reject", width: 4, rows.forEachReject)
        try StoreError.querying { () throws(SQLiteError) in
          try database.prepare(
            "UPDATE segment SET digest = ?, lineage_digest = ?, reject_digest = ? WHERE number = ?"
          ).run([
            .digest(segment.digest), .digest(segment.lineageDigest), .digest(segment.rejectDigest),
            .integer(segment.number),
          ])
          try update(run)
        }
      }, as: StoreError.init)
  }

  /// Inserts rows as they are made.
  private func insert(
    _ table: String, width: Int,
    _ forEach: (([SQLiteValue]) throws(StoreError) -> Void) throws(StoreError) -> Void
  ) throws(StoreError) {
    let statement = try StoreError.querying { () throws(SQLiteError) in try insertion(table, width: width) }
    try forEach { row throws(StoreError) in
      try StoreError.querying { () throws(SQLiteError) in try statement.run(row) }
    }
  }

  func complete(rootHash: Digest, storedDigest: Digest, _ run: Run) throws(StoreError) {
    try change { () throws(SQLiteError) in
      try database.prepare("UPDATE dataset SET state = ?, root_hash = ?, stored_digest = ?").run([
        .text(State.complete.rawValue), .digest(rootHash), .digest(storedDigest),
      ])
      try update(run)
    }
  }

  /// Records that the content of `shards` is stored otherwise than it was. The root hash stays.
  func restore(_ shards: [ShardRecord], storedDigest: Digest) throws(StoreError) {
    try change { () throws(SQLiteError) in
      let statement = try database.prepare(
        "UPDATE shard SET stored_bytes = ?, stored_digest = ? WHERE number = ?")
      for shard in shards {
        try statement.run([
          .integer(shard.storedBytes), .digest(shard.storedDigest), .integer(shard.number),
        ])
      }
      try database.prepare("UPDATE dataset SET stored_digest = ?").run([.digest(storedDigest)])
    }
  }

  /// Notes that shards may be missing from now on.
  func markRemoving() throws(StoreError) {
    try change { () throws(SQLiteError) in
      try database.prepare("UPDATE dataset SET state = ?").run([.text(State.removing.rawValue)])
    }
  }

  private func update(_ run: Run) throws(SQLiteError) {
    try database.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?)").run(run.row)
  }
}
