internal import Basics

/// The rows of a segment's lineage and rejects, made one at a time as they are wanted: there may be many.
struct SegmentRows {
  /// The segment's number.
  let segment: Int
  var lineage: [Split: [LineageRow]] = [:]
  let rejects: RejectList

  func forEachLineage(_ body: ([SQLiteValue]) throws(StoreError) -> Void) throws(StoreError) {
    for split in Split.allCases {
      let shard = Split.allCases.count * segment + Int(split.code)
      for (place, row) in (lineage[split] ?? []).enumerated() {
        try body(row.row(shard: shard, place: place))
      }
    }
  }

  func forEachReject(_ body: ([SQLiteValue]) throws(StoreError) -> Void) throws(StoreError) {
    var place = 0
    try rejects.forEach { document throws(StoreError) in
      try body(document.row(segment: segment, place: place))
      place += 1
    }
  }

  /// The segment that has these rows, and `shards`.
  func record(_ shards: [ShardRecord]) throws(StoreError) -> SegmentRecord {
    var lineage = RowDigest()
    var rejects = RowDigest()
    try forEachLineage { row throws(StoreError) in lineage.add(row) }
    try forEachReject { row throws(StoreError) in rejects.add(row) }
    return SegmentRecord(
      number: segment, shards: shards, lineageDigest: lineage.finish(), rejectDigest: rejects.finish())
  }
}
