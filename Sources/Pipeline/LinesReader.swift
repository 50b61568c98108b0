internal import Basics

/// Reads a file, or a part of one, whose lines are documents.
final class LinesReader: DocumentReader {
  private let place: ReadingPlace
  private let blocks: LineBlocks
  /// Whether a line that is too long is left out, as a document is that steps cannot judge; else it ends the reading.
  private let skipsLong: Bool

  init(_ place: ReadingPlace, _ rules: ReadingRules) {
    self.place = place
    skipsLong = rules.options.steps.judges
    blocks = LineBlocks(place.stream, file: place.file, offset: place.offset, length: rules.length)
  }

  /// Adds the next lines to `batch`; false where there are none.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = place.stream.position
    defer { batch.progress += place.stream.position - position }
    let start = batch.bytes.count
    let (offset, line) = (blocks.offset, blocks.line)
    let count: Int
    do {
      count = try blocks.next(appendingTo: &batch.bytes)
    } catch {
      guard skipsLong, case .lineTooLong = error else {
        throw try error.movingLine(by: place.linesBefore())
      }
      let long = try blocks.skipLine()
      batch.tooLong.append(
        Batch.TooLong(source: place.number, offset: long.offset, byteCount: long.byteCount))
      return true
    }
    guard count > 0 else { return false }
    batch.items.append(
      Batch.Item(
        source: place.number, range: start..<start + count, offset: offset,
        content: .lines(place.lines(from: line)), member: place.member))
    return true
  }
}

extension ReadingPlace {
  func lines(from first: Int) -> Batch.Lines {
    Batch.Lines(first: first, start: member == nil ? offset : 0, tail: tail)
  }
}
