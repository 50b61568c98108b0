internal import Basics

/// Reads a file, or a part of one, of delimited text, whose rows are documents. The first row has the names of the columns.
final class RowsReader: DocumentReader {
  private let place: ReadingPlace
  private let delimiter: UInt8
  private let field: String
  private let blocks: RecordBlocks<RowScanner>
  private var columns: Batch.Columns?

  init(_ place: ReadingPlace, _ rules: ReadingRules, delimiter: UInt8) throws(PipelineError) {
    self.place = place
    self.delimiter = delimiter
    field = rules.options.textField
    let isStart = place.offset == place.base
    blocks = RecordBlocks(place, RowScanner(delimiter: delimiter, isStart: isStart), length: rules.length)
    if !isStart { columns = try columnsOfFile() }
  }

  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = place.stream.position
    defer { batch.progress += place.stream.position - position }
    let start = batch.bytes.count
    guard let block = try blocks.next(appendingTo: &batch.bytes) else { return false }
    var known = columns
    if known == nil { known = try columns(in: Array(batch.bytes[start...])) }
    // Blank rows at the start of the file have no names.
    guard let columns = known else { return true }
    self.columns = Batch.Columns(
      delimiter: delimiter, count: columns.count, text: columns.text, haveNames: false)
    let records = Batch.Records(ranges: block.records, lines: place.lines(from: block.line))
    batch.items.append(
      Batch.Item(
        source: place.number, range: start..<batch.bytes.count, offset: block.offset,
        content: .rows(records, columns), member: place.member))
    return true
  }

  /// The columns as the start of the file names them, for a part that begins behind it.
  private func columnsOfFile() throws(PipelineError) -> Batch.Columns? {
    var file = place
    file.stream = try place.again()
    file.offset = place.base
    let blocks = RecordBlocks(file, RowScanner(delimiter: delimiter, isStart: true), length: 1 << 12)
    var bytes: [UInt8] = []
    while try blocks.next(appendingTo: &bytes) != nil {
      if let columns = try columns(in: bytes) {
        return Batch.Columns(
          delimiter: delimiter, count: columns.count, text: columns.text, haveNames: false)
      }
      bytes.removeAll(keepingCapacity: true)
    }
    return nil
  }

  /// What the first row of `bytes` names; nil where there is none.
  private func columns(in bytes: [UInt8]) throws(PipelineError) -> Batch.Columns? {
    var reader = DelimitedText(bytes, delimiter: delimiter, file: place.file)
    guard let row = try tabling(place.file, { () throws(DatasetsError) in try reader.nextRow() }) else {
      return nil
    }
    let names = row.fields.map { String(decoding: $0.text, as: UTF8.self) }
    guard let text = names.firstIndex(of: field) else {
      throw .noField(field, file: place.file, line: row.line, found: names)
    }
    return Batch.Columns(delimiter: delimiter, count: names.count, text: text, haveNames: true)
  }
}

/// Runs what reads delimited text.
func tabling<Value>(_ file: String, _ body: () throws(DatasetsError) -> Value) throws(PipelineError) -> Value
{
  do {
    return try body()
  } catch {
    guard case .line(let line, _, let reason) = error else { preconditionFailure("no other error: \(error)") }
    throw .table(file: file, line: line, reason: reason)
  }
}
