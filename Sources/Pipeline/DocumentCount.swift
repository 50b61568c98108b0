internal import Basics

/// How many documents a corpus has, counted only as far as asked.
enum DocumentCount {
  /// Whether `sources` hold at least `count` documents. Empty lines of JSON files are none.
  static func isAtLeast(_ count: Int, in sources: [Source]) throws(PipelineError) -> Bool {
    var left = count
    left -= sources.count { $0.format.layout == .text }
    for source in sources where source.format.layout == .jsonLines && left > 0 {
      left -= try lines(of: source, upTo: left)
    }
    return left <= 0
  }

  /// Lines that hold more than white space, or `limit` where there are more.
  private static func lines(of source: Source, upTo limit: Int) throws(PipelineError) -> Int {
    let stream = try source.open()
    var count = 0
    var isBlank = true
    var bytes: [UInt8] = []
    while count < limit {
      bytes.removeAll(keepingCapacity: true)
      guard try stream.read(upTo: 1 << 16, appendingTo: &bytes) > 0 else { break }
      for byte in bytes {
        if byte == ASCII.newline {
          isBlank = true
        } else if isBlank, !ASCII.isSpace(byte) {
          isBlank = false
          count += 1
        }
      }
    }
    return min(count, limit)
  }
}
