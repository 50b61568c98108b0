internal import Basics
package import Store

/// Cuts a corpus into segments: the units of work, of resuming and of repair.
///
/// A segment holds about as many bytes of the files as asked for: whole texts as long as they fit, and lines of JSON up to the first
/// line end behind that size. A packed file is a segment of its own. So the segments depend on the sources and the
/// size alone, and nobody needs to know another segment's content.
package enum SegmentPlanner {
  package static func segments(of sources: [Source], size: Int) throws(PipelineError) -> [SegmentPlan] {
    var segments: [SegmentPlan] = []
    var current: [SourceRange] = []
    var filled = 0
    func close() {
      if !current.isEmpty { segments.append(SegmentPlan(ranges: current)) }
      current = []
      filled = 0
    }
    for (number, source) in sources.enumerated() {
      switch (source.format.compression, source.format.layout) {
      case (.none, .jsonLines):
        var start = 0
        repeat {
          let end = try lineEnd(in: source, from: start + size - filled)
          current.append(SourceRange(source: number, bytes: start..<end))
          filled += end - start
          start = end
          if filled >= size { close() }
        } while start < source.byteCount
      case (.none, .text):
        if filled > 0, filled + source.byteCount > size { close() }
        current.append(SourceRange(source: number))
        filled += source.byteCount
        if filled >= size { close() }
      default:
        close()
        current = [SourceRange(source: number)]
        close()
      }
    }
    close()
    return segments
  }

  /// The first place from `place` on that follows a line end, or the file's end.
  private static func lineEnd(in source: Source, from place: Int) throws(PipelineError) -> Int {
    guard place < source.byteCount else { return source.byteCount }
    var offset = max(place - 1, 0)
    let stream = try source.open(offset..<source.byteCount)
    var bytes: [UInt8] = []
    while try stream.read(upTo: 1 << 16, appendingTo: &bytes) > 0 {
      if let newline = ByteSearch.first(ASCII.newline, in: bytes.span, 0..<bytes.count) {
        return offset + newline + 1
      }
      offset += bytes.count
      bytes.removeAll(keepingCapacity: true)
    }
    return source.byteCount
  }
}
