internal import Basics
internal import Store

/// Hands out the texts of a batch: documents, pieces of documents, and the texts inside lines of JSON, rows of delimited text and
/// elements of JSON arrays. One for each thread.
final class BatchTexts {
  /// What is known of a text.
  struct Place {
    let source: Int
    /// Where it is in the source; of a line, a row or an element, where that begins.
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

  typealias Body = (Span<UInt8>, Place) throws(PipelineError) -> Void

  let sources: [Source]
  let rule: SplitRule
  let invalid: TextOptions.Invalid
  var json: JSONLine
  private var buffer: [UInt8] = []
  private var rejects: [Batch.Reject] = []

  init(_ sources: [Source], _ options: TextOptions, rule: SplitRule) {
    self.sources = sources
    self.rule = rule
    invalid = options.invalid
    json = JSONLine(field: options.textField, acceptsInvalid: options.invalid == .keep)
  }

  /// Calls `body` with each text; returns what is left out.
  func forEach(in batch: Batch, _ body: Body) throws(PipelineError) -> [Batch.Reject] {
    rejects = batch.rejects
    for item in batch.items {
      let bytes = batch.bytes.span.extracting(item.range)
      switch item.content {
      case .document(let split): try give(bytes, item, split, isContinued: false, entry: nil, body)
      case .piece(let split, let entry):
        try give(bytes, item, split, isContinued: entry == nil, entry: entry, body)
      case .lines(let lines): try give(bytes, item, lines, body)
      case .rows(let records, let columns):
        let isAll = item.range == 0..<batch.bytes.count
        let rows = isAll ? batch.bytes : Array(batch.bytes[item.range])
        try locating(item, records.lines) { () throws(PipelineError) in
          try giveRows(rows, item, records, columns, body)
        }
      case .elements(let records):
        try locating(item, records.lines) { () throws(PipelineError) in
          try giveElements(bytes, item, records, body)
        }
      }
    }
    return rejects
  }

  /// What errors call the file of an item.
  func file(_ item: Batch.Item) -> String { item.member?.file ?? sources[item.source].file }

  private func give(
    _ bytes: Span<UInt8>, _ item: Batch.Item, _ split: Split, isContinued: Bool, entry: DocumentEntry?,
    _ body: Body
  ) throws(PipelineError) {
    let place = Place(
      source: item.source, offset: item.offset, line: nil, byteCount: bytes.count, split: split,
      isContinued: isContinued, entry: entry, member: item.member)
    try giveValid(bytes, at: item.offset, item, place, body)
  }

  /// Gives `bytes`, which begin at `offset` of the source's text, as the policy has what is not UTF-8.
  func giveValid(
    _ bytes: Span<UInt8>, at offset: Int, _ item: Batch.Item, _ place: Place, _ body: Body
  ) throws(PipelineError) {
    guard invalid != .keep, let fault = UTF8Check.firstInvalid(bytes) else { return try body(bytes, place) }
    // A long text is here in pieces, of which none can be left out, and whose digest is that of the bytes there are.
    let isPiece = place.isContinued || place.entry != nil
    switch isPiece ? .fail : invalid {
    case .fail: throw .invalidUTF8(file: file(item), offset: offset + fault - (item.member?.base ?? 0))
    case .skip: leaveOut(item, place.offset, invalidAt: offset + fault)
    case .replace: try body(TextRepair.repaired(bytes).span, place)
    case .keep: preconditionFailure("kept above")
    }
  }

  func leaveOut(_ item: Batch.Item, _ offset: Int, invalidAt place: Int) {
    rejects.append(Batch.Reject(source: item.source, offset: offset, invalidAt: place))
  }

  /// Gives the texts of lines. Blank lines have none.
  private func give(
    _ bytes: Span<UInt8>, _ item: Batch.Item, _ lines: Batch.Lines, _ body: Body
  ) throws(PipelineError) {
    var start = 0
    var number = lines.first
    while start < bytes.count {
      let end = ByteSearch.first(ASCII.newline, in: bytes, start..<bytes.count) ?? bytes.count
      try locating(item, lines) { () throws(PipelineError) in
        try giveLine(
          bytes.extracting(start..<end), item, offset: item.offset + start, number, tail: lines.tail, body)
      }
      start = end + 1
      number += 1
    }
  }

  private func giveLine(
    _ bytes: Span<UInt8>, _ item: Batch.Item, offset: Int, _ number: Int, tail: Int?, _ body: Body
  ) throws(PipelineError) {
    // RFC 8259 lets a reader pass over a byte order mark; only the first line of a file can have one.
    let isFirst = offset == item.member?.base ?? 0
    let mark = isFirst && bytes.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0
    let line = bytes.extracting(mark..<bytes.count)
    guard (line.indices.contains { !ASCII.isSpace(line[$0]) }) else { return }
    let jsonPlace = JSONLine.Place(
      file: file(item), line: number, offset: offset + mark - (item.member?.base ?? 0))
    try giveJSON(line, item, offset: offset + mark) { text, _ throws(PipelineError) in
      let split = tail.map { offset < $0 ? Split.train : .val } ?? rule.split(head: text)
      let place = Place(
        source: item.source, offset: offset, line: number, byteCount: bytes.count, split: split,
        isContinued: false, entry: nil, member: item.member)
      try body(text, place)
    } read: { json, line, text throws(PipelineError) in
      try json.text(of: line, into: &text, at: jsonPlace)
    }
  }

  /// Gives the text that `read` finds in `bytes`, which begin at `offset` of the source's text.
  func giveJSON(
    _ bytes: Span<UInt8>, _ item: Batch.Item, offset: Int,
    _ body: (Span<UInt8>, Int) throws(PipelineError) -> Void,
    read: (inout JSONLine, Span<UInt8>, inout [UInt8]) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var text: [UInt8] = []
    swap(&text, &buffer)
    defer { swap(&text, &buffer) }
    if invalid == .skip || invalid == .replace, let fault = UTF8Check.firstInvalid(bytes) {
      guard invalid == .replace else { return leaveOut(item, offset, invalidAt: offset + fault) }
      do throws(PipelineError) {
        try read(&json, TextRepair.repaired(bytes).span, &text)
      } catch {
        throw error.movingBytes(from: offset - (item.member?.base ?? 0)) { TextRepair.place($0, in: bytes) }
      }
    } else {
      try read(&json, bytes, &text)
    }
    try body(text.span, offset)
  }

  /// Runs what reads lines that are counted in a part of the file, so that errors count them in all of it.
  private func locating(
    _ item: Batch.Item, _ lines: Batch.Lines, _ body: () throws(PipelineError) -> Void
  ) throws(PipelineError) {
    do throws(PipelineError) {
      try body()
    } catch {
      throw error.movingLine(by: try sources[item.source].lines(before: lines.start))
    }
  }
}

extension Batch.Reject {
  /// A document that is left out because of a byte that is no part of UTF-8. Both places count in the source's text.
  init(source: Int, offset: Int, invalidAt place: Int) {
    self.init(source: source, offset: offset, reason: "not UTF-8 at byte \(place)")
  }
}
