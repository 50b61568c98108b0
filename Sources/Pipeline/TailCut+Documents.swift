internal import Basics

/// Where documents begin is only known from the file's start on: it is read once to find the end, and once more up to the cut.
extension TailCut {
  /// The start of the document nearest to the goal, the first one aside.
  static func placeOfDocument(
    _ source: Source, fraction: Double, _ options: TextOptions, isCancelled: () -> Bool
  ) throws(PipelineError) -> Int? {
    var first: Int?
    var end = 0
    try DocumentScan.forEach(in: source, options, isCancelled: isCancelled) { document in
      first = first ?? document.lowerBound
      end = document.upperBound
      return true
    }
    guard let first, let goal = Goal(end: end, fraction: fraction) else { return nil }
    var cut: Int?
    try DocumentScan.forEach(in: source, options, isCancelled: isCancelled) { document in
      let start = document.lowerBound
      guard start > first, goal.limits.contains(start) else { return start < goal.limits.upperBound }
      let isNearer = cut.map { start - goal.target <= goal.target - $0 } ?? true
      if isNearer { cut = start }
      return start < goal.target
    }
    return cut
  }
}
