internal import Basics

/// How many documents a corpus has, counted only as far as asked.
enum DocumentCount {
  /// Whether `sources` hold at least `count` documents. Empty lines and rows are none.
  static func isAtLeast(
    _ count: Int, in sources: [Source], _ options: TextOptions, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) -> Bool {
    var left = count
    left -= sources.count { $0.format.layout == .text }
    for source in sources where source.format.layout != .text && left > 0 {
      try DocumentScan.forEach(in: source, options, isCancelled: isCancelled) { _ in
        left -= 1
        return left > 0
      }
    }
    return left <= 0
  }
}
