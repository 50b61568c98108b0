/// Tells which tokens are what their own bytes become.
///
/// A token's bytes are merged by the rules that apply to all text, and a merge of other pairs may come first: with
/// merges "bc", "ab", "ab c" the text abc is a and bc, and the token abc is never made. Whether that is so is found
/// without merging: the two parts that a token is made of must be what their bytes become, and no merge may join
/// something at the end of the left part's history with something at the start of the right one's before they are done.
struct Reachability {
  private let table: MergeTable
  /// By token: the merge that makes it, or -1.
  private var origins: [Int32]
  private let merges: [Merge]
  private(set) var isReachable: [Bool]

  /// - Precondition: no token is made by two merges
  init(_ merges: [Merge], _ table: MergeTable, bytes: [TokenID], tokens: Int) {
    precondition(!table.hasSharedResults, "each token has one origin")
    self.table = table
    self.merges = merges
    origins = [Int32](repeating: -1, count: tokens)
    isReachable = [Bool](repeating: false, count: tokens)
    for byte in bytes { isReachable[Int(byte)] = true }
    for (rank, merge) in merges.enumerated() {
      isReachable[Int(merge.result)] =
        isReachable[Int(merge.left)] && isReachable[Int(merge.right)] && isUndisturbed(merge)
      origins[Int(merge.result)] = Int32(rank)
    }
  }

  /// Follows the border between the two parts back in time, to the bytes on both sides.
  private func isUndisturbed(_ merge: Merge) -> Bool {
    var left = merge.left, right = merge.right
    // The ranks of the merges that use up the two; those here come after all that matter.
    var leftEnd = Int32.max, rightEnd = Int32.max
    while true {
      let leftStart = origins[Int(left)], rightStart = origins[Int(right)]
      guard max(leftStart, rightStart) >= 0 else { return true }
      // Of two tokens that the same merge makes, the left one is made first.
      if leftStart > rightStart {
        leftEnd = leftStart
        left = merges[Int(leftStart)].right
      } else {
        rightEnd = rightStart
        right = merges[Int(rightStart)].left
      }
      let rank = table.rank(left, right)
      // Of two places for the same merge, the left one comes first.
      if rank != MergeTable.none, Int32(rank) < leftEnd, Int32(rank) <= rightEnd { return false }
    }
  }
}
