internal import Basics
internal import Store
internal import Tokenizer

/// Reads a file that is one document, or two where its tail is for validation.
final class TextReader: DocumentReader {
  private let place: ReadingPlace
  private let rules: ReadingRules
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

  init(_ place: ReadingPlace, _ rules: ReadingRules) {
    self.place = place
    self.rules = rules
    let start = place.offset
    switch place.tail {
    case let tail? where place.member != nil:
      parts = [Part(start: start, end: nil, split: start < tail ? .train : .val)]
    case let tail?:
      parts = [Part(start: start, end: tail, split: .train), Part(start: tail, end: nil, split: .val)]
    case nil: parts = [Part(start: start, end: nil, split: nil)]
    }
  }

  /// Adds the next piece to `batch`; false where there is none.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let position = place.stream.position
    defer { batch.progress += place.stream.position - position }
    if current == nil { current = try begin() }
    guard var document = current else { return false }
    let start = batch.bytes.count
    let offset = document.pieces.offset
    let count = try document.pieces.next(appendingTo: &batch.bytes)
    let range = start..<start + count
    batch.items.append(
      Batch.Item(
        source: place.number, range: range, offset: offset,
        content: content(&document, batch.bytes.span.extracting(range)), member: place.member))
    current = document.pieces.isDone ? nil : document
    return true
  }

  private func content(_ document: inout Document, _ piece: Span<UInt8>) -> Batch.Content {
    let count = document.pieces.offset - document.start
    if document.pieces.isDone, piece.count == count { return .document(document.split) }
    document.hash.update(piece)
    guard document.pieces.isDone else { return .piece(document.split, last: nil) }
    let entry = DocumentEntry(
      source: place.number, byteOffset: document.start, byteCount: count, textHash: document.hash.finish())
    return .piece(document.split, last: entry)
  }

  private func begin() throws(PipelineError) -> Document? {
    guard let part = parts.popFirst() else { return nil }
    var bytes = place.stream
    if let end = part.end { bytes = LimitedStream(bytes, end - part.start) }
    let pieces = TextPieces(
      bytes, file: place.file, offset: part.start, length: rules.pieceLength, special: rules.special,
      pattern: rules.pattern)
    return Document(pieces: pieces, start: part.start, split: try split(part, pieces))
  }

  private func split(_ part: Part, _ pieces: TextPieces) throws(PipelineError) -> Split {
    if let split = part.split { return split }
    let steps = rules.options.steps
    // Where steps change it, the text as it will be decides. None makes it sixteen times as short.
    let head = try pieces.head(steps.changesPieces ? 16 * SplitRule.headLength : SplitRule.headLength)
    guard steps.changesPieces else { return rules.split.split(head: head.span) }
    // A text in one piece goes through the steps on another thread, which decides then.
    if pieces.isOnePiece { return .train }
    var runner = StepRunner(steps)
    _ = runner.run(piece: head.span)
    let changed = runner.text.bytes
    return rules.split.split(head: changed.span)
  }
}
