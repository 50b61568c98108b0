internal import Basics
package import Store

/// Cuts a corpus into segments: the units of work, of resuming and of repair.
///
/// A segment holds about as many bytes of the files as asked for: whole texts as long as they fit, and lines, rows and elements up to the first
/// that begins behind that size. A packed file is a segment of its own, and so is an archive, and one with records in another
/// encoding than UTF-8. So the segments depend on the sources and the
/// size alone, and nobody needs to know another segment's content.
package enum SegmentPlanner {
  /// - Parameters:
  ///   - report: called with the bytes of the sources that are planned, where a file has to be read for its plan.
  ///   - isCancelled: asked where a file has to be read for its plan.
  package static func segments(
    of sources: [Source], size: Int, report: (Int) -> Void = { _ in },
    isCancelled: @escaping () -> Bool = { false }
  ) throws(PipelineError) -> [SegmentPlan] {
    var segments: [SegmentPlan] = []
    var current: [SourceRange] = []
    var filled = 0
    var planned = 0
    func close() {
      if !current.isEmpty { segments.append(SegmentPlan(ranges: current)) }
      current = []
      filled = 0
    }
    for (number, source) in sources.enumerated() {
      switch (source.isSeekable, source.format.layout) {
      case (true, .jsonLines), (true, .jsonArray), (true, .commas), (true, .tabs):
        var start = 0
        let records = try Records(source, number, isCancelled)
        repeat {
          let end = try records.end(from: start + size - filled)
          if records.readsFile { report(planned + end) }
          current.append(SourceRange(source: number, bytes: start..<end))
          filled += end - start
          start = end
          if filled >= size { close() }
        } while start < source.byteCount
      case (_, .text) where source.format.compression == .none:
        if filled > 0, filled + source.byteCount > size { close() }
        current.append(SourceRange(source: number))
        filled += source.byteCount
        if filled >= size { close() }
      default:
        close()
        current = [SourceRange(source: number)]
        close()
      }
      planned += source.byteCount
    }
    close()
    return segments
  }

  /// Where records of a file begin.
  private enum Records {
    case lines(Source)
    case elements(RecordPlaces<ElementScanner>)
    case rows(RecordPlaces<RowScanner>)

    init(_ source: Source, _ number: Int, _ isCancelled: @escaping () -> Bool) throws(PipelineError) {
      switch source.format.layout {
      case .jsonArray:
        self = .elements(
          RecordPlaces(try place(), ElementScanner(isStart: true), size: source.byteCount, isCancelled))
      case .commas: self = .rows(try rows(","))
      case .tabs: self = .rows(try rows("\t"))
      default: self = .lines(source)
      }

      func place() throws(PipelineError) -> ReadingPlace {
        try ReadingPlace(source, number: number, nil, tail: nil)
      }
      func rows(_ delimiter: Unicode.Scalar) throws(PipelineError) -> RecordPlaces<RowScanner> {
        let scanner = RowScanner(delimiter: UInt8(ascii: delimiter), isStart: true)
        return RecordPlaces(try place(), scanner, size: source.byteCount, isCancelled)
      }
    }

    /// Whether all of the file is read.
    var readsFile: Bool {
      if case .lines = self { false } else { true }
    }

    /// The first place from `place` on where a record begins, or the file's end.
    func end(from place: Int) throws(PipelineError) -> Int {
      switch self {
      case .lines(let source): try SegmentPlanner.lineEnd(in: source, from: place)
      case .elements(let places): try places.first(from: place)
      case .rows(let places): try places.first(from: place)
      }
    }
  }

  /// Where records begin that can only be told apart from the file's start on. It is read once, in order.
  private final class RecordPlaces<Scanner: RecordScanner> {
    private let blocks: RecordBlocks<Scanner>
    private let size: Int
    private let isCancelled: () -> Bool
    private var block: RecordBlocks<Scanner>.Block?
    private var bytes: [UInt8] = []

    init(_ place: ReadingPlace, _ scanner: Scanner, size: Int, _ isCancelled: @escaping () -> Bool) {
      blocks = RecordBlocks(place, scanner, length: 1 << 18)
      self.size = size
      self.isCancelled = isCancelled
    }

    /// The first place from `goal` on, which never lies before an earlier one.
    func first(from goal: Int) throws(PipelineError) -> Int {
      while true {
        if let block, let record = block.records.first(where: { block.offset + $0.lowerBound >= goal }) {
          return block.offset + record.lowerBound
        }
        if isCancelled() { throw .cancelled }
        bytes.removeAll(keepingCapacity: true)
        block = try blocks.next(appendingTo: &bytes)
        if block == nil { return size }
      }
    }
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
