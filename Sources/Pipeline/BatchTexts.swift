internal import Basics
internal import Store

/// Hands out the texts of a batch: documents, pieces of documents, and the texts inside lines of JSON. One for each thread.
final class BatchTexts {
  /// What is known of a text.
  struct Place {
    let source: Int
    /// Where it is in the source; of a line, where the line begins.
    let offset: Int
    /// The number of the line.
    let line: Int?
    /// How many bytes of the source it takes.
    let byteCount: Int
    let split: Split
    /// Whether the document goes on in another text.
    let isContinued: Bool
    /// The document's entry, where it is known without looking at the text.
    let entry: DocumentEntry?
    /// Nil where the source is the file itself.
    let member: Batch.Member?
  }

  private let sources: [Source]
  private let rule: SplitRule
  private let invalid: TextOptions.Invalid
  private var json: JSONLine
  private var buffer: [UInt8] = []
  private var rejects: [Batch.Reject] = []

  init(_ sources: [Source], _ options: TextOptions, rule: SplitRule) {
    self.sources = sources
    self.rule = rule
    invalid = options.invalid
    json = JSONLine(field: options.textField)
  }

  /// Calls `body` with each text; returns what is left out.
  func forEach(
    in batch: Batch, _ body: (Span<UInt8>, Place) throws(PipelineError) -> Void
  ) throws(PipelineError) -> [Batch.Reject] {
    rejects = batch.rejects
    for item in batch.items {
      let bytes = batch.bytes.span.extracting(item.range)
      switch item.content {
      case .document(let split): try give(bytes, item, split, isContinued: false, entry: nil, body)
      case .piece(let split, let entry):
        try give(bytes, item, split, isContinued: entry == nil, entry: entry, body)
      case .lines(let lines): try give(bytes, item, lines, body)
      }
    }
    return rejects
  }

  private func give(
    _ bytes: Span<UInt8>, _ item: Batch.Item, _ split: Split, isContinued: Bool, entry: DocumentEntry?,
    _ body: (Span<UInt8>, Place) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    if invalid == .fail, let place = UTF8Check.firstInvalid(bytes) {
      throw .invalidUTF8(file: sources[item.source].path, offset: item.offset + place)
    }
    let place = Place(
      source: item.source, offset: item.offset, line: nil, byteCount: bytes.count, split: split,
      isContinued: isContinued, entry: entry, member: item.member)
    try body(bytes, place)
  }

  /// Gives the texts of lines. Blank lines have none.
  private func give(
    _ bytes: Span<UInt8>, _ item: Batch.Item, _ lines: Batch.Lines,
    _ body: (Span<UInt8>, Place) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var start = 0
    var number = lines.first
    while start < bytes.count {
      let end = ByteSearch.first(ASCII.newline, in: bytes, start..<bytes.count) ?? bytes.count
      do throws(PipelineError) {
        try give(
          bytes.extracting(start..<end), item, offset: item.offset + start, number, tail: lines.tail, body)
      } catch {
        throw error.movingLine(by: try sources[item.source].lines(before: lines.start))
      }
      start = end + 1
      number += 1
    }
  }

  private func give(
    _ bytes: Span<UInt8>, _ item: Batch.Item, offset: Int, _ number: Int, tail: Int?,
    _ body: (Span<UInt8>, Place) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    // RFC 8259 lets a reader pass over a byte order mark; only the first line of a file can have one.
    let mark =
      offset == 0 && bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0
    let line = bytes.extracting(mark..<bytes.count)
    guard (line.indices.contains { !ASCII.isSpace(line[$0]) }) else { return }
    let path = sources[item.source].path
    var text: [UInt8] = []
    swap(&text, &buffer)
    defer { swap(&text, &buffer) }
    try json.text(of: line, into: &text, at: JSONLine.Place(file: path, line: number, offset: offset + mark))
    let split = tail.map { offset < $0 ? Split.train : .val } ?? rule.split(head: text.span)
    let place = Place(
      source: item.source, offset: offset, line: number, byteCount: bytes.count, split: split,
      isContinued: false, entry: nil, member: item.member)
    try body(text.span, place)
  }
}
