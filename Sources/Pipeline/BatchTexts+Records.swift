internal import Basics
internal import Store

extension BatchTexts {
  /// Gives the texts of rows: one column's.
  func giveRows(
    _ bytes: [UInt8], _ item: Batch.Item, _ records: Batch.Records, _ columns: Batch.Columns, _ body: Body
  ) throws(PipelineError) {
    let (file, base) = (file(item), item.member?.base ?? 0)
    var reader = DelimitedText(
      bytes, delimiter: columns.delimiter, file: file, isStart: item.offset == base,
      line: records.lines.first)
    var isNames = columns.haveNames
    while let row = try tabling(file, { () throws(DatasetsError) in try reader.nextRow() }) {
      guard row.fields.count == columns.count else {
        let found = "a row of \(row.fields.count) fields where the first row has \(columns.count)"
        throw .table(file: file, line: row.line, reason: found)
      }
      if isNames {
        isNames = false
        continue
      }
      let range = row.fields[0].place.lowerBound..<row.fields[columns.count - 1].place.upperBound
      let field = row.fields[columns.text]
      if try !isKept(bytes, field.place, item, offset: item.offset + range.lowerBound) { continue }
      let text = invalid == .replace ? TextRepair.repaired(field.text.span) : field.text
      let place = place(item, range, records.lines.tail, row.line, text.span)
      try body(text.span, place)
    }
  }

  /// Whether a row stays whose text lies at `field`.
  private func isKept(
    _ bytes: [UInt8], _ field: Range<Int>, _ item: Batch.Item, offset: Int
  ) throws(PipelineError) -> Bool {
    guard invalid == .fail || invalid == .skip,
      let fault = UTF8Check.firstInvalid(bytes.span.extracting(field))
    else { return true }
    let place = item.offset + field.lowerBound + fault
    if invalid == .skip {
      leaveOut(item, offset, invalidAt: place)
      return false
    }
    throw .invalidUTF8(file: file(item), offset: place - (item.member?.base ?? 0))
  }

  /// Gives the texts of the elements of a JSON array: texts, or one field of objects.
  func giveElements(
    _ bytes: Span<UInt8>, _ item: Batch.Item, _ records: Batch.Records, _ body: Body
  ) throws(PipelineError) {
    let file = file(item)
    var line = records.lines.first
    var counted = 0
    for range in records.ranges {
      line += ByteSearch.count(ASCII.newline, in: bytes, counted..<range.lowerBound)
      counted = range.lowerBound
      let offset = item.offset + range.lowerBound
      let jsonPlace = JSONLine.Place(file: file, line: line, offset: offset - (item.member?.base ?? 0))
      try giveJSON(bytes.extracting(range), item, offset: offset) { text, _ throws(PipelineError) in
        try body(text, place(item, range, records.lines.tail, line, text))
      } read: { json, element, text throws(PipelineError) in
        try json.text(ofElement: element, into: &text, at: jsonPlace)
      }
    }
  }

  private func place(
    _ item: Batch.Item, _ range: Range<Int>, _ tail: Int?, _ line: Int, _ text: Span<UInt8>
  ) -> Place {
    let offset = item.offset + range.lowerBound
    let split = tail.map { offset < $0 ? Split.train : .val } ?? rule.split(head: text)
    return Place(
      source: item.source, offset: offset, line: line, byteCount: range.count, split: split,
      isContinued: false, entry: nil, member: item.member)
  }
}
