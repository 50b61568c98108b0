internal import Basics
internal import Tokenizer

/// A packed source can only be read forwards: once to find its end, and once more up to the cut.
extension TailCut {
  static func placeInPacked(
    _ source: Source, fraction: Double, isCancelled: () -> Bool
  ) throws(PipelineError) -> Int? {
    var end = 0
    try forEachWindow(of: source, isCancelled) { bytes, place in
      if let last = bytes.lastIndex(where: { !ASCII.isSpace($0) }) { end = place + last + 1 }
      return true
    }
    guard let goal = Goal(end: end, fraction: fraction) else { return nil }
    var scan = Scan(goal)
    try forEachWindow(of: source, isCancelled) { bytes, place in scan.look(at: bytes.span, from: place) }
    return scan.cut(mayCutInLines: source.format.layout == .text)
  }

  /// Hands out the source's bytes in order, with the place of the first, until `body` wants no more.
  private static func forEachWindow(
    of source: Source, _ isCancelled: () -> Bool, _ body: ([UInt8], Int) -> Bool
  ) throws(PipelineError) {
    let stream = try source.open()
    var place = 0
    var bytes: [UInt8] = []
    while try stream.read(upTo: window, appendingTo: &bytes) > 0 {
      if isCancelled() { throw .cancelled }
      guard body(bytes, place) else { return }
      place += bytes.count
      bytes.removeAll(keepingCapacity: true)
    }
  }

  /// The places to cut on both sides of the goal, as they come by.
  private struct Scan {
    private let goal: Goal
    private var before: Int?
    private var after: Int?
    /// The bytes of the goal's ``Goal/spaces`` so far.
    private var text: [UInt8] = []

    init(_ goal: Goal) { self.goal = goal }

    /// Looks at the bytes that begin at `start`; false where those that follow no longer matter.
    mutating func look(at bytes: Span<UInt8>, from start: Int) -> Bool {
      func part(_ range: Range<Int>) -> Range<Int> {
        let lower = min(max(range.lowerBound - start, 0), bytes.count)
        return lower..<min(max(range.upperBound - start, lower), bytes.count)
      }
      let (target, limits) = (goal.target, goal.limits)
      // A cut follows its line end.
      let first = max(limits.lowerBound, target) - 1
      if limits.lowerBound <= first,
        let newline = ByteSearch.last(ASCII.newline, in: bytes, part(limits.lowerBound - 1..<first))
      {
        before = start + newline + 1
      }
      if before == nil { for index in part(goal.spaces) { text.append(bytes[index]) } }
      if let newline = ByteSearch.first(ASCII.newline, in: bytes, part(first..<limits.upperBound - 1)) {
        after = start + newline + 1
        return false
      }
      return start + bytes.count < limits.upperBound - 1
    }

    func cut(mayCutInLines: Bool) -> Int? {
      if let before, let after { return goal.target - before < after - goal.target ? before : after }
      if let cut = before ?? after { return cut }
      guard mayCutInLines, !text.isEmpty else { return nil }
      return Pretokenizer.lastSafeCut(text.span).map { goal.spaces.lowerBound + $0 }
    }
  }
}
