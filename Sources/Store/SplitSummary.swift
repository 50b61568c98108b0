extension SplitSummary {
  /// Adds up the shards split by split.
  static func of(
    _ segments: [SegmentRecord], _ manifest: borrowing Manifest
  ) throws(StoreError) -> [SplitSummary] {
    var summaries = Split.allCases.map {
      SplitSummary(split: $0, tokens: 0, documents: 0, shards: 0, storedBytes: 0)
    }
    for segment in segments {
      for shard in segment.shards {
        let index = Int(shard.split.code)
        try add(shard.tokens, to: &summaries[index].tokens, manifest)
        try add(shard.documents, to: &summaries[index].documents, manifest)
        try add(shard.storedBytes, to: &summaries[index].storedBytes, manifest)
        summaries[index].shards += 1
      }
    }
    return summaries.filter { $0.shards > 0 }
  }

  private static func add(
    _ count: Int, to total: inout Int, _ manifest: borrowing Manifest
  ) throws(StoreError) {
    let (sum, overflows) = total.addingReportingOverflow(count)
    guard !overflows else { throw manifest.damage("its counts add up to more than there can be") }
    total = sum
  }
}
