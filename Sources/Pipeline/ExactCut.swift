internal import Basics

/// Where the end of a text begins that is for validation, to the byte: as S. Raschka's "Build a Large Language Model", chapter 5,
/// and nanoGPT cut a text, also in the middle of a word.
enum ExactCut {
  /// The place before which `1 - fraction` of the text lies, rounded down, and never within a character; nil for no cut. Lines of JSON, rows and
  /// elements are not cut: for them it is ``TailCut``.
  static func place(
    in source: Source, fraction: Double, _ options: TextOptions, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) -> Int? {
    guard fraction > 0 else { return nil }
    guard source.format.layout == .text else {
      return try TailCut.place(in: source, fraction: fraction, options, isCancelled: isCancelled)
    }
    let count = try byteCount(source, isCancelled)
    let place = min(count, Int(Double(count) * (1 - fraction)))
    let start = try characterStart(source, place, of: count)
    return 0 < start && start < count ? start : nil
  }

  private static func byteCount(_ source: Source, _ isCancelled: () -> Bool) throws(PipelineError) -> Int {
    guard !source.isSeekable else { return source.byteCount }
    let stream = try source.open()
    var count = 0
    var bytes: [UInt8] = []
    while true {
      bytes.removeAll(keepingCapacity: true)
      let more = try stream.read(upTo: 1 << 18, appendingTo: &bytes)
      guard more > 0 else { return count }
      if isCancelled() { throw .cancelled }
      count += more
    }
  }

  /// The last place up to `place` where a character of UTF-8 begins, at most three bytes before.
  private static func characterStart(_ source: Source, _ place: Int, of count: Int) throws(PipelineError)
    -> Int
  {
    let first = max(0, place - 3)
    let stream = try source.open(first..<place + (place < count ? 1 : 0))
    var bytes: [UInt8] = []
    while bytes.count <= place - first,
      try stream.read(upTo: place + 1 - first - bytes.count, appendingTo: &bytes) > 0
    {}
    guard bytes.count > place - first else { return place }
    return (first...place).last { bytes[$0 - first] & 0xc0 != 0x80 } ?? place
  }
}
