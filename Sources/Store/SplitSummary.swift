extension SplitSummary {
  /// Adds up the shards split by split.
  static func of(_ shards: [ShardRecord], _ manifest: borrowing Manifest) throws(StoreError) -> [SplitSummary]
  {
    var summaries: [SplitSummary] = []
    for split in Split.allCases {
      let own = shards.filter { $0.split == split }
      guard !own.isEmpty else { continue }
      summaries.append(
        SplitSummary(
          split: split, tokens: try sum(own.map(\.tokens), manifest),
          documents: try sum(own.map(\.documents), manifest),
          shards: own.count, storedBytes: try sum(own.map(\.storedBytes), manifest)))
    }
    return summaries
  }

  private static func sum(_ counts: [Int], _ manifest: borrowing Manifest) throws(StoreError) -> Int {
    var total = 0
    for count in counts {
      let (sum, overflows) = total.addingReportingOverflow(count)
      guard !overflows else { throw manifest.damage("its counts add up to more than there can be") }
      total = sum
    }
    return total
  }
}
