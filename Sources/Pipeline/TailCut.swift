internal import Basics
internal import Tokenizer

/// Where the end of a source begins that is for validation.
///
/// The cut is at the line end nearest to the place before which `1 - fraction` of the source's text lies, white space at
/// its very end not counted. Neither side is ever without a byte (though lines of JSON that begin with blank ones may leave
/// training nothing but those), and validation never takes more than half of the
/// text (or `fraction`, where that is more). Where a text has no line end there, it is cut before a space; lines of
/// JSON, rows and elements are never cut, so that a single one is all for training. Of two line ends equally near, the later one counts.
package enum TailCut {
  /// The unpacked byte at which the part for validation begins, or nil where the source cannot be cut.
  package static func place(
    in source: Source, fraction: Double, _ options: TextOptions = TextOptions(),
    isCancelled: () -> Bool = { false }
  ) throws(PipelineError) -> Int? {
    guard fraction > 0 else { return nil }
    if ![.text, .jsonLines].contains(source.format.layout) {
      return try placeOfDocument(source, fraction: fraction, options, isCancelled: isCancelled)
    }
    if !source.isSeekable {
      return try placeInPacked(source, fraction: fraction, isCancelled: isCancelled)
    }
    guard let end = try contentEnd(source), let goal = Goal(end: end, fraction: fraction) else { return nil }
    let (target, limits) = (goal.target, goal.limits)
    let after = try firstCut(source, from: target, in: limits)
    // A cut further back than the one ahead cannot be the nearest.
    let reach = after.map { max(limits.lowerBound, target - ($0 - target) + 1) } ?? limits.lowerBound
    if reach < target, let before = try lastCut(source, in: reach..<target) { return before }
    if let after { return after }
    guard source.format.layout == .text, !goal.spaces.isEmpty else { return nil }
    return try lastSafeCut(source, in: goal.spaces)
  }

  /// Where a cut is wanted, and where one may be.
  struct Goal {
    let target: Int
    let limits: Range<Int>

    /// - Parameter end: where the text ends but for white space.
    init?(end: Int, fraction: Double) {
      target = min(end, max(0, Int((Double(end) * (1 - fraction)).rounded())))
      let start = max(1, min(end / 2, target))
      guard start < end else { return nil }
      limits = start..<end
    }

    /// Where white space is looked for, in a text without a line end to cut at.
    var spaces: Range<Int> {
      let end = max(target, limits.lowerBound)
      return max(limits.lowerBound, target - 16 * TailCut.window)..<end
    }
  }

  /// Where the text ends but for white space; nil where there is nothing else.
  private static func contentEnd(_ source: Source) throws(PipelineError) -> Int? {
    var end = source.byteCount
    while end > 0 {
      let start = max(0, end - window)
      if let last = try lastMatch(in: source, start..<end, { !ASCII.isSpace($0) }) { return last + 1 }
      end = start
    }
    return nil
  }

  static let window = 1 << 16

  /// The first place from `target` on that follows a line end.
  private static func firstCut(
    _ source: Source, from target: Int, in limits: Range<Int>
  ) throws(PipelineError) -> Int? {
    let start = max(limits.lowerBound, target) - 1
    guard start < limits.upperBound - 1 else { return nil }
    let stream = try source.open(start..<limits.upperBound)
    var place = start
    var bytes: [UInt8] = []
    while place < limits.upperBound - 1 {
      bytes.removeAll(keepingCapacity: true)
      let count = try stream.read(upTo: min(window, limits.upperBound - 1 - place), appendingTo: &bytes)
      guard count > 0 else { throw .changed(file: source.file) }
      if let newline = ByteSearch.first(ASCII.newline, in: bytes.span, 0..<count) {
        return place + newline + 1
      }
      place += count
    }
    return nil
  }

  /// The last place in `range` that follows a line end, searched for from the end in ever larger steps.
  private static func lastCut(_ source: Source, in range: Range<Int>) throws(PipelineError) -> Int? {
    var end = range.upperBound
    var step = window
    while end > range.lowerBound {
      let start = max(range.lowerBound, end - step)
      if let last = try lastMatch(in: source, start - 1..<end - 1, { $0 == ASCII.newline }) {
        return last + 1
      }
      end = start
      step *= 4
    }
    return nil
  }

  /// A place to cut where there is no line end: before white space.
  private static func lastSafeCut(_ source: Source, in range: Range<Int>) throws(PipelineError) -> Int? {
    var bytes: [UInt8] = []
    let stream = try source.open(range)
    while bytes.count < range.count {
      guard try stream.read(upTo: range.count - bytes.count, appendingTo: &bytes) > 0 else { break }
    }
    return Pretokenizer.lastSafeCut(bytes.span).map { range.lowerBound + $0 }
  }

  /// The last byte in `range` that `isWanted`.
  private static func lastMatch(
    in source: Source, _ range: Range<Int>, _ isWanted: (UInt8) -> Bool
  ) throws(PipelineError) -> Int? {
    let stream = try source.open(range)
    var place = range.lowerBound
    var found: Int?
    var bytes: [UInt8] = []
    while place < range.upperBound {
      bytes.removeAll(keepingCapacity: true)
      let count = try stream.read(upTo: min(window, range.upperBound - place), appendingTo: &bytes)
      guard count > 0 else { break }
      if let last = bytes.lastIndex(where: isWanted) { found = place + last }
      place += count
    }
    return found
  }
}
