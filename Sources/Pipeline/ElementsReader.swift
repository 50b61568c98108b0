internal import Basics

/// Reads a file, or a part of one, that is a JSON array whose elements are documents.
final class ElementsReader: DocumentReader {
  private let place: ReadingPlace
  private let blocks: RecordBlocks<ElementScanner>

  init(_ place: ReadingPlace, _ rules: ReadingRules) {
    self.place = place
    blocks = RecordBlocks(place, ElementScanner(isStart: place.offset == place.base), length: rules.length)
  }

  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = place.stream.position
    defer { batch.progress += place.stream.position - position }
    let start = batch.bytes.count
    guard let block = try blocks.next(appendingTo: &batch.bytes) else { return false }
    let records = Batch.Records(ranges: block.records, lines: place.lines(from: block.line))
    batch.items.append(
      Batch.Item(
        source: place.number, range: start..<batch.bytes.count, offset: block.offset,
        content: .elements(records), member: place.member))
    return true
  }
}
