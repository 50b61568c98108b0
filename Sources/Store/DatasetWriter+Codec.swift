internal import Basics
internal import Synchronization

extension DatasetWriter {
  /// Whether the codec of the shards can still be chosen: nothing is committed yet, and no table either.
  package var canChooseCodec: Bool {
    state.withLock { state in
      state.run != nil && state.codecTables.isEmpty && state.active.isEmpty
        && state.segments.allSatisfy { $0 == nil }
    }
  }

  /// The table that shards are written with; nil for plain ids.
  package var codecTable: CodecTable? { state.withLock { $0.codecTable } }

  /// Puts `table` into the dataset, for all shards that this and later runs write. Without a call they have plain ids.
  ///
  /// - Precondition: ``canChooseCodec``, and the table is of the plan's vocabulary.
  package func use(_ table: CodecTable) throws(StoreError) {
    precondition(canChooseCodec, "shards that are there decide the codec")
    precondition(
      table.vocabularySize == plan.tokenizer.vocabularySize, "a codec table is for one size of vocabulary")
    try add(table)
    state.withLock { $0.codecTable = table }
  }

  /// Takes another dataset's tables over, for shards that come from there.
  func adopt(_ tables: CodecTables) throws(StoreError) {
    for record in tables.records {
      let isThere = state.withLock { $0.codecTables.contains(record) }
      if !isThere, let table = try tables.table(record.digest) { try add(table) }
    }
  }

  /// The file first, then its row.
  private func add(_ table: CodecTable) throws(StoreError) {
    let record = CodecTableRecord(table)
    let bytes = table.bytes
    try StoreError.filing { () throws(FileError) in
      try AtomicFile.write(bytes.span, to: Path.join(folder, record.fileName))
    }
    try state.withLock { state throws(StoreError) in
      try state.manifest.add(record)
      state.codecTables.append(record)
    }
  }
}
