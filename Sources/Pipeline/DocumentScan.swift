internal import Basics
internal import Store
internal import Tokenizer

/// Goes through the documents of a source without reading their texts.
enum DocumentScan {
  /// Calls `body` with the bytes of each document in the source's text, in order, until it wants no more.
  static func forEach(
    in source: Source, _ options: TextOptions, isCancelled: () -> Bool = { false },
    _ body: (Range<Int>) -> Bool
  ) throws(PipelineError) {
    let reader = BatchReader([source], [SourceRange(source: 0)], rules(options), TailCuts())
    var open: Range<Int>?
    while let batch = try reader.next() {
      if isCancelled() { throw .cancelled }
      guard forEach(in: batch, &open, body) else { return }
    }
  }

  /// The same for a source that is no archive and not packed, whose bytes were read before.
  static func forEach(
    in source: Source, holding bytes: [UInt8], _ options: TextOptions, _ body: (Range<Int>) -> Bool
  ) throws(PipelineError) {
    let place = ReadingPlace(
      source: source, number: 0, file: source.file, stream: BytesStream(bytes),
      again: { () throws(PipelineError) in BytesStream(bytes) })
    let reader = try source.format.layout.reader(place, rules(options))
    var open: Range<Int>?
    while true {
      var batch = Batch()
      guard try reader.next(into: &batch), forEach(in: batch, &open, body) else { return }
    }
  }

  private static func rules(_ options: TextOptions) -> ReadingRules {
    ReadingRules(split: .hash(0), options: options, special: [], pattern: .gpt2)
  }

  /// False where `body` wants no more.
  private static func forEach(
    in batch: Batch, _ open: inout Range<Int>?, _ body: (Range<Int>) -> Bool
  ) -> Bool {
    batch.items.allSatisfy { item in
      places(in: item, batch.bytes.span.extracting(item.range), &open).allSatisfy(body)
    }
  }

  /// The documents of an item. Of one that goes on, `open` is what came so far.
  private static func places(in item: Batch.Item, _ bytes: Span<UInt8>, _ open: inout Range<Int>?) -> [Range<
    Int
  >] {
    let whole = item.offset..<item.offset + bytes.count
    switch item.content {
    case .document: return [whole]
    case .piece(_, let last):
      let document = (open?.lowerBound ?? whole.lowerBound)..<whole.upperBound
      open = last == nil ? document : nil
      return last == nil ? [] : [document]
    case .lines: return lines(bytes).map { $0.lowerBound + item.offset..<$0.upperBound + item.offset }
    case .elements(let records):
      return records.ranges.map { $0.lowerBound + item.offset..<$0.upperBound + item.offset }
    case .rows(let records, let columns):
      let rows = records.ranges.filter { range in range.contains { !isBlank(bytes[$0], columns) } }
      return rows.dropFirst(columns.haveNames ? 1 : 0).map {
        $0.lowerBound + item.offset..<$0.upperBound + item.offset
      }
    }
  }

  /// Whether a row of nothing but such bytes is none, as ``DelimitedText`` has it: a delimiter makes two fields.
  private static func isBlank(_ byte: UInt8, _ columns: Batch.Columns) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 && columns.delimiter != 0x09
  }

  /// Lines that hold more than white space.
  private static func lines(_ bytes: Span<UInt8>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let end = ByteSearch.first(ASCII.newline, in: bytes, start..<bytes.count) ?? bytes.count
      if (start..<end).contains(where: { !ASCII.isSpace(bytes[$0]) }) { lines.append(start..<end) }
      start = end + 1
    }
    return lines
  }
}
