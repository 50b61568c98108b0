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
    while current == nil, !parts.isEmpty { current = try begin(&batch) }
    guard var document = current else { return false }
    let start = batch.bytes.count
    let offset = document.pieces.offset
    let count = try document.pieces.next(appendingTo: &batch.bytes)
    let isWhole = document.pieces.isDone && count == document.pieces.offset - document.start
    // A whole document is repaired where it is encoded. Of a longer one, the hash is taken here.
    if rules.options.invalid == .replace, !isWhole { Self.repair(&batch.bytes, from: start) }
    let range = start..<batch.bytes.count
    batch.items.append(
      Batch.Item(
        source: place.number, range: range, offset: offset,
        content: content(&document, batch.bytes.span.extracting(range), isWhole), member: place.member))
    current = document.pieces.isDone ? nil : document
    return true
  }

  private static func repair(_ bytes: inout [UInt8], from start: Int) {
    let end = bytes.count
    guard UTF8Check.firstInvalid(bytes.span.extracting(start..<end)) != nil else { return }
    let repaired = TextRepair.repaired(bytes.span.extracting(start..<end))
    bytes.replaceSubrange(start..., with: repaired)
  }

  private func content(
    _ document: inout Document, _ piece: Span<UInt8>, _ isWhole: Bool
  ) -> Batch.Content {
    let count = document.pieces.offset - document.start
    if isWhole { return .document(document.split) }
    document.hash.update(piece)
    guard document.pieces.isDone else { return .piece(document.split, last: nil) }
    let entry = DocumentEntry(
      source: place.number, byteOffset: document.start, byteCount: count, textHash: document.hash.finish())
    return .piece(document.split, last: entry)
  }

  /// Begins the next document; nil where it is left out.
  private func begin(_ batch: inout Batch) throws(PipelineError) -> Document? {
    guard let part = parts.popFirst() else { return nil }
    var bytes = place.stream
    if let end = part.end { bytes = LimitedStream(bytes, end - part.start) }
    let pieces = TextPieces(
      bytes, file: place.file, offset: part.start, length: rules.pieceLength, special: rules.special,
      pattern: rules.pattern)
    if part.start == place.base, try pieces.head(3).elementsEqual([0xef, 0xbb, 0xbf]) {
      batch.marks += 1
      if rules.options.dropsMark { pieces.drop(3) }
    }
    // A shorter one comes whole, and is looked at where it is encoded.
    let length = rules.pieceLength
    if rules.options.invalid == .skip, try pieces.head(length + 1).count > length,
      let fault = try firstInvalid(part)
    {
      batch.rejects.append(Batch.Reject(source: place.number, offset: pieces.offset, invalidAt: fault))
      try pieces.skip()
      return nil
    }
    return Document(pieces: pieces, start: pieces.offset, split: try split(part, pieces))
  }

  private func split(_ part: Part, _ pieces: TextPieces) throws(PipelineError) -> Split {
    if let split = part.split { return split }
    let steps = rules.options.steps
    // Where steps change it, the text as it will be decides. None makes it sixteen times as short.
    let head = try head(steps.changesPieces ? 16 * SplitRule.headLength : SplitRule.headLength, pieces)
    guard steps.changesPieces else { return rules.split.split(head: head.span) }
    // A text in one piece goes through the steps on another thread, which decides then.
    if pieces.isOnePiece { return .train }
    var runner = StepRunner(steps)
    _ = runner.run(piece: head.span)
    let changed = runner.text.bytes
    return rules.split.split(head: changed.span)
  }

  /// The first `count` bytes of a text, or a few more, all that is not UTF-8 replaced where the text will be encoded so.
  private func head(_ count: Int, _ pieces: TextPieces) throws(PipelineError) -> [UInt8] {
    guard rules.options.invalid == .replace else { return try pieces.head(count) }
    // Three bytes more, so that no character is cut that the head has the beginning of. Repair makes no text shorter.
    let wanted = count + 3
    let bytes = try pieces.head(wanted)
    var head: [UInt8] = []
    var repair = TextRepair()
    repair.repair(bytes, isLast: bytes.count < wanted, into: &head)
    return head
  }

  /// The first byte of a part that is not UTF-8, found in a second reading: what was encoded cannot be taken back.
  private func firstInvalid(_ part: Part) throws(PipelineError) -> Int? {
    let stream = try place.again()
    try stream.skip(part.start - place.base)
    var left = part.end.map { $0 - part.start } ?? .max
    var offset = part.start
    var bytes: [UInt8] = []
    while true {
      let got = try stream.read(upTo: min(left, 1 << 18), appendingTo: &bytes)
      left -= got
      if let fault = UTF8Check.firstInvalid(bytes.span) {
        guard got > 0, UTF8Check.isBeginning(bytes.span, from: fault) else { return offset + fault }
        bytes.removeFirst(fault)
        offset += fault
      } else {
        offset += bytes.count
        bytes.removeAll(keepingCapacity: true)
      }
      if got == 0 { return nil }
    }
  }
}
