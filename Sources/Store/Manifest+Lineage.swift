internal import Basics

extension Manifest {
  /// Where the documents of a segment's shards came from, checked against the segment's digest.
  func lineage(_ segment: SegmentRecord) throws(StoreError) -> [Int: [LineageRow]] {
    var shards: [Int: [LineageRow]] = [:]
    var digest = RowDigest()
    let first = Split.allCases.count * segment.number
    let numbers = first << 32..<(first + Split.allCases.count) << 32
    let columns = "number, first_token, tokens, first_document, documents, source, first_byte, end_byte"
    try forEach(
      """
      SELECT \(columns) FROM lineage WHERE number >= \(numbers.lowerBound) AND number < \(numbers.upperBound) \
      ORDER BY number
      """
    ) { row throws(StoreError) in
      let number = row.integer(0)
      let shard = number >> 32
      let place = shards[shard]?.count ?? 0
      guard number == shard << 32 + place, try count(row, 6) <= count(row, 7) else {
        throw damage("row \(number) of the table lineage is impossible")
      }
      let lineage = LineageRow(
        firstToken: try count(row, 1), tokens: try count(row, 2), firstDocument: try count(row, 3),
        documents: try count(row, 4), source: try count(row, 5), bytes: row.integer(6)..<row.integer(7))
      digest.add(lineage.row(shard: shard, place: place))
      shards[shard, default: []].append(lineage)
    }
    guard digest.finish() == segment.lineageDigest else {
      throw damage("the lineage of segment \(segment.number) does not match its digest")
    }
    return shards
  }

  /// Calls `body` with the documents that a segment left out; throws at the end where they do not match its digest.
  func forEachReject(
    _ segment: SegmentRecord, _ body: (RejectedDocument) -> Void
  ) throws(StoreError) {
    var digest = RowDigest()
    let first = segment.number << 32
    var place = 0
    try forEach(
      """
      SELECT number, source, byte_offset, reason FROM reject \
      WHERE number >= \(first) AND number < \(first + 1 << 32) ORDER BY number
      """
    ) { row throws(StoreError) in
      guard row.integer(0) == first + place else {
        throw damage("row \(first + place) of the table reject is missing")
      }
      let reject = RejectedDocument(
        source: try count(row, 1), byteOffset: try count(row, 2), reason: row.text(3))
      digest.add(reject.row(segment: segment.number, place: place))
      body(reject)
      place += 1
    }
    guard digest.finish() == segment.rejectDigest else {
      throw damage("the rejects of segment \(segment.number) do not match their digest")
    }
  }
}

extension Manifest {
  /// Lets SQLite check its own structures.
  func checkIntegrity() throws(StoreError) {
    var problems: [String] = []
    try forEach("PRAGMA integrity_check(3)") { row throws(StoreError) in problems.append(row.text(0)) }
    if problems == ["ok"] { return }
    let system = database.systemError
    throw system == 0
      ? damage(problems.joined(separator: "; ")) : .file(FileError("use", path, code: system))
  }

  /// Refuses rows that belong to none of the segments: no digest covers them.
  func checkStrays(segments: Int) throws(StoreError) {
    for (table, end) in [("lineage", (Split.allCases.count * segments) << 32), ("reject", segments << 32)] {
      // One is enough: a damaged tree may have any number of them.
      guard try integer("SELECT 1 FROM \(table) WHERE number < 0 OR number >= \(end) LIMIT 1") == 0 else {
        throw damage("rows of the table \(table) belong to no segment")
      }
    }
  }

}
