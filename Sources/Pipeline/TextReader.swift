internal import Basics
internal import Store
internal import Tokenizer

/// Reads a file that is one document, or two where its tail is for validation.
final class TextReader: DocumentReader {
  private let source: Source
  private let number: Int
  private let rule: SplitRule
  private let special: [[UInt8]]
  private let pattern: Pretokenizer.Pattern
  private let length: Int
  private let stream: any ByteStream
  private var parts: ArraySlice<Part>
  private var current: Document?

  /// A document to come.
  private struct Part {
    let start: Int
    /// Nil for the end of the file.
    let end: Int?
    /// Nil where its text decides.
    let split: Split?
  }

  /// A document that was begun.
  private struct Document {
    let pieces: TextPieces
    let start: Int
    let split: Split
    var hash = XXH64()
  }

  init(
    _ source: Source, number: Int, tail: Int?, rule: SplitRule, special: [[UInt8]],
    pattern: Pretokenizer.Pattern, length: Int
  ) throws(PipelineError) {
    self.source = source
    self.number = number
    self.rule = rule
    self.special = special
    self.pattern = pattern
    self.length = length
    stream = try source.open()
    if let tail {
      parts = [Part(start: 0, end: tail, split: .train), Part(start: tail, end: nil, split: .val)]
    } else {
      parts = [Part(start: 0, end: nil, split: nil)]
    }
  }

  /// Adds the next piece to `batch`; false where there is none.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = stream.position
    defer { batch.progress += stream.position - position }
    if current == nil { current = try begin() }
    guard var document = current else { return false }
    let place = batch.bytes.count
    let offset = document.pieces.offset
    let count = try document.pieces.next(appendingTo: &batch.bytes)
    batch.items.append(
      Batch.Item(
        source: number, range: place..<place + count, offset: offset,
        content: content(&document, batch.bytes.span.extracting(place..<place + count))))
    current = document.pieces.isDone ? nil : document
    return true
  }

  private func content(_ document: inout Document, _ piece: Span<UInt8>) -> Batch.Content {
    let count = document.pieces.offset - document.start
    if document.pieces.isDone, piece.count == count { return .document(document.split) }
    document.hash.update(piece)
    guard document.pieces.isDone else { return .piece(document.split, last: nil) }
    let entry = DocumentEntry(
      source: number, byteOffset: document.start, byteCount: count, textHash: document.hash.finish())
    return .piece(document.split, last: entry)
  }

  private func begin() throws(PipelineError) -> Document? {
    guard let part = parts.popFirst() else { return nil }
    var bytes = stream
    if let end = part.end { bytes = LimitedStream(stream, end - part.start) }
    let pieces = TextPieces(
      bytes, file: source.path, offset: part.start, length: length, special: special,
      pattern: pattern)
    return Document(pieces: pieces, start: part.start, split: try split(part, pieces))
  }

  private func split(_ part: Part, _ pieces: TextPieces) throws(PipelineError) -> Split {
    if let split = part.split { return split }
    let head = try pieces.head(SplitRule.headLength)
    return rule.split(head: head.span)
  }
}

/// Reads a file, or a part of one, whose lines are documents.
final class LinesReader: DocumentReader {
  private let number: Int
  private let start: Int
  private let tail: Int?
  private let source: Source
  private let stream: any ByteStream
  private let blocks: LineBlocks

  init(_ source: Source, number: Int, _ range: Range<Int>?, tail: Int?, length: Int) throws(PipelineError) {
    self.source = source
    self.number = number
    self.tail = tail
    start = range?.lowerBound ?? 0
    stream = try source.open(range)
    blocks = LineBlocks(stream, file: source.path, offset: start, length: length)
  }

  /// Adds the next lines to `batch`; false where there are none.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = stream.position
    defer { batch.progress += stream.position - position }
    let place = batch.bytes.count
    let (offset, line) = (blocks.offset, blocks.line)
    let count: Int
    do {
      count = try blocks.next(appendingTo: &batch.bytes)
    } catch {
      throw try error.movingLine(by: source.lines(before: start))
    }
    guard count > 0 else { return false }
    batch.items.append(
      Batch.Item(
        source: number, range: place..<place + count, offset: offset,
        content: .lines(Batch.Lines(first: line, start: start, tail: tail))))
    return true
  }
}
