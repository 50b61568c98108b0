internal import Basics

extension Manifest {
  /// Reads all of it but lineage, rejects and runs, and checks it against its digests.
  func read() throws(StoreError) -> Contents {
    let head = try readHead()
    let tokenizer = try readTokenizer()
    let codecTables = try readCodecTables()
    let sources = try readSources()
    let digests = try readSegmentDigests()
    let plans = try readRanges(segments: digests.count, sources: sources)
    guard let configuration = try? JSON.parse(head.configuration), configuration.text == head.configuration
    else {
      throw damage("its configuration is no JSON as this program writes it")
    }
    let plan = DatasetPlan(
      tokenizer: tokenizer, configuration: configuration, sources: sources, segments: plans)
    guard plan.digest == head.planDigest else { throw damage("its rows do not match plan_digest") }
    let segments = try join(digests, readShards(segments: digests.count))
    let contents = Contents(
      state: head.state, plan: plan, codecTables: codecTables, segments: segments, rootHash: head.rootHash,
      storedDigest: head.storedDigest)
    if head.state == .complete {
      // These digests were computed anew: what they are of is what is read.
      try checkComplete(
        contents, DatasetPlan.rootHash(plan: head.planDigest, segments: digests.compactMap { $0?.digest }))
    }
    return contents
  }

  private func checkComplete(_ contents: Contents, _ computed: Digest) throws(StoreError) {
    let segments = contents.segments.compactMap(\.self)
    guard segments.count == contents.segments.count, let rootHash = contents.rootHash else {
      throw damage("it is marked complete but is not")
    }
    guard computed == rootHash else {
      throw damage("its rows do not match root_hash")
    }
    guard
      contents.plan.storedDigest(contents.codecTables, segments, rootHash: rootHash) == contents.storedDigest
    else {
      throw damage("its rows do not match stored_digest")
    }
  }

  /// Calls `body` with the values of each row, which must be numbered as `body` expects.
  func forEach(
    _ sql: String, _ body: (borrowing SQLiteStatement) throws(StoreError) -> Void
  ) throws(StoreError) {
    let statement = try StoreError.querying { () throws(SQLiteError) in try database.prepare(sql) }
    while try StoreError.querying({ () throws(SQLiteError) in try statement.step() }) { try body(statement) }
  }

  func digest(_ row: borrowing SQLiteStatement, _ column: Int) throws(StoreError) -> Digest {
    guard let digest = row.digest(column) else {
      throw damage("a digest has \(row.blob(column).count) bytes")
    }
    return digest
  }

  /// A number that counts something. The bound leaves room to add up as many as a file can hold.
  func count(_ row: borrowing SQLiteStatement, _ column: Int) throws(StoreError) -> Int {
    let count = row.integer(column)
    guard 0..<1 << 48 ~= count else { throw damage("\(count) cannot be a count") }
    return count
  }

  /// Refuses rows that are not numbered one after another: a damaged tree may give rows again and again.
  private func expect(_ row: borrowing SQLiteStatement, number: Int, in table: String) throws(StoreError) {
    guard row.integer(0) == number else { throw damage("row \(number) of the table \(table) is missing") }
  }
}

extension Manifest {
  private struct Head {
    var state: State
    var configuration: String
    var planDigest: Digest
    var rootHash: Digest?
    var storedDigest: Digest?
  }

  private func readHead() throws(StoreError) -> Head {
    var head: Head?
    try forEach("SELECT number, state, configuration, plan_digest, root_hash, stored_digest FROM dataset") {
      row throws(StoreError) in
      guard head == nil, row.integer(0) == 0 else {
        throw damage("the table dataset has other rows than row 0")
      }
      guard let state = State(rawValue: row.text(1)) else {
        throw damage("its state is '\(row.text(1).shortened)'")
      }
      head = Head(
        state: state, configuration: row.text(2), planDigest: try digest(row, 3),
        rootHash: row.isNull(4) ? nil : try digest(row, 4),
        storedDigest: row.isNull(5) ? nil : try digest(row, 5))
    }
    guard let head else { throw damage("the table dataset is empty") }
    return head
  }

  private func readTokenizer() throws(StoreError) -> TokenizerRecord {
    var files: [StoredFile] = []
    try forEach("SELECT number, name, bytes FROM tokenizer_file ORDER BY number") { row throws(StoreError) in
      try expect(row, number: files.count, in: "tokenizer_file")
      files.append(StoredFile(name: row.text(1), bytes: row.blob(2)))
    }
    var record: TokenizerRecord?
    try forEach("SELECT number, name, digest, vocabulary_size, end_of_text FROM tokenizer") {
      row throws(StoreError) in
      guard record == nil, row.integer(0) == 0 else {
        throw damage("the table tokenizer has other rows than row 0")
      }
      guard let size = UInt32(exactly: row.integer(3)), let end = UInt32(exactly: row.integer(4)), end < size
      else {
        throw damage("its tokenizer has \(row.integer(3)) tokens with <|endoftext|> as \(row.integer(4))")
      }
      record = TokenizerRecord(
        name: row.text(1), digest: try digest(row, 2), vocabularySize: Int(size), endOfText: end, files: files
      )
    }
    guard let record else { throw damage("the table tokenizer is empty") }
    return record
  }

  private func readCodecTables() throws(StoreError) -> [CodecTableRecord] {
    var tables: [CodecTableRecord] = []
    try forEach("SELECT number, byte_count, digest FROM codec_table ORDER BY number") {
      row throws(StoreError) in
      try expect(row, number: tables.count, in: "codec_table")
      tables.append(CodecTableRecord(byteCount: try count(row, 1), digest: try digest(row, 2)))
    }
    return tables
  }

  private func readSources() throws(StoreError) -> [SourceRecord] {
    var sources: [SourceRecord] = []
    try forEach("SELECT number, path, byte_count, digest FROM source ORDER BY number") {
      row throws(StoreError) in
      try expect(row, number: sources.count, in: "source")
      sources.append(
        SourceRecord(path: row.text(1), byteCount: try count(row, 2), digest: try digest(row, 3)))
    }
    return sources
  }

  private func readRanges(segments: Int, sources: [SourceRecord]) throws(StoreError) -> [SegmentPlan] {
    var plans = [SegmentPlan](repeating: SegmentPlan(ranges: []), count: segments)
    var number = 0
    var last = 0
    try forEach("SELECT number, segment, source, first_byte, end_byte FROM segment_range ORDER BY number") {
      row throws(StoreError) in
      try expect(row, number: number, in: "segment_range")
      let segment = row.integer(1), source = row.integer(2)
      guard last..<segments ~= segment, sources.indices.contains(source), row.isNull(3) == row.isNull(4)
      else {
        throw damage("row \(number) of the table segment_range is impossible")
      }
      var bytes: Range<Int>?
      if !row.isNull(3) {
        let first = try count(row, 3), end = try count(row, 4)
        guard first <= end else { throw damage("row \(number) of the table segment_range is impossible") }
        bytes = first..<end
      }
      plans[segment].ranges.append(SourceRange(source: source, bytes: bytes))
      number += 1
      last = segment
    }
    return plans
  }

  private struct SegmentDigests {
    var digest: Digest
    var lineage: Digest
    var reject: Digest
  }

  private func readSegmentDigests() throws(StoreError) -> [SegmentDigests?] {
    var segments: [SegmentDigests?] = []
    try forEach("SELECT number, digest, lineage_digest, reject_digest FROM segment ORDER BY number") {
      row throws(StoreError) in
      try expect(row, number: segments.count, in: "segment")
      let isOpen = row.isNull(1) && row.isNull(2) && row.isNull(3)
      segments.append(
        isOpen
          ? nil
          : SegmentDigests(
            digest: try digest(row, 1), lineage: try digest(row, 2), reject: try digest(row, 3)))
    }
    return segments
  }

  private func readShards(segments: Int) throws(StoreError) -> [[ShardRecord]] {
    var shards = [[ShardRecord]](repeating: [], count: segments)
    var last = -1
    let columns = "number, tokens, documents, stored_bytes, content_digest, stored_digest"
    try forEach("SELECT \(columns) FROM shard ORDER BY number") { row throws(StoreError) in
      let number = row.integer(0)
      guard number > last, number < segments * Split.allCases.count else {
        throw damage("row \(number) of the table shard is impossible")
      }
      last = number
      let (segment, split) = number.quotientAndRemainder(dividingBy: Split.allCases.count)
      shards[segment].append(
        ShardRecord(
          split: Split(code: UInt32(split))!, segment: segment, tokens: try count(row, 1),
          documents: try count(row, 2),
          storedBytes: try count(row, 3), contentDigest: try digest(row, 4), storedDigest: try digest(row, 5))
      )
    }
    return shards
  }

  private func join(
    _ digests: [SegmentDigests?], _ shards: [[ShardRecord]]
  ) throws(StoreError) -> [SegmentRecord?] {
    var segments: [SegmentRecord?] = []
    segments.reserveCapacity(digests.count)
    var digest = RowDigest()
    for (number, digests) in digests.enumerated() {
      guard let digests else {
        guard shards[number].isEmpty else { throw damage("segment \(number) has shards but no digest") }
        segments.append(nil)
        continue
      }
      let segment = SegmentRecord(
        number: number, shards: shards[number], lineageDigest: digests.lineage, rejectDigest: digests.reject)
      guard segment.digest(by: &digest) == digests.digest else {
        throw damage("segment \(number) does not match its digest")
      }
      segments.append(segment)
    }
    return segments
  }
}
