internal import Tokenizer

extension BatchTexts.Place {
  /// Calls `body` with the pieces of `text`, which is here: all of it where it is short, else what encodes apart to the tokens of the whole.
  ///
  /// A text of a line may have 64 MiB, and encoding it in one would take about 30 bytes of memory for each of its own where it has no white
  /// space. Pieces are as short as they can be from ``pieceLength`` on, and as long as ``TextPieces/maximumPiece`` at most.
  ///
  /// - Parameter names: names of special tokens that must not be cut through
  func forEachPiece(
    of text: Span<UInt8>, _ sources: [Source], _ names: [[UInt8]], _ pattern: Pretokenizer.Pattern,
    _ body: (Span<UInt8>) throws(TokenizerError) -> Void
  ) throws(PipelineError) {
    let file = member?.file ?? sources[source].file
    let offset = offset - (member?.base ?? 0)
    var start = 0
    repeat {
      let rest = text.extracting(start..<text.count)
      guard let count = Self.pieceLength(in: rest, names, pattern) else {
        throw .noPlaceToCut(file: file, offset: offset, limit: TextPieces.maximumPiece)
      }
      do {
        try body(rest.extracting(0..<count))
      } catch {
        throw .encoding(file: file, line: line, offset: offset, error.moved(by: start))
      }
      start += count
    } while start < text.count
  }

  /// A text of so many bytes is one piece.
  private static let pieceLength = 2 << 20

  /// The length of the piece that `text` begins with; nil where it cannot be cut.
  private static func pieceLength(
    in text: Span<UInt8>, _ names: [[UInt8]], _ pattern: Pretokenizer.Pattern
  ) -> Int? {
    var length = pieceLength
    while length < min(text.count, TextPieces.maximumPiece) {
      if let cut = TextPieces.lastCut(in: text, upTo: length, special: names, pattern: pattern) { return cut }
      length *= 2
    }
    guard text.count > TextPieces.maximumPiece else { return text.count }
    return TextPieces.lastCut(in: text, upTo: TextPieces.maximumPiece, special: names, pattern: pattern)
  }
}

extension TokenizerError {
  /// The same error, `count` bytes further on in the text.
  fileprivate func moved(by count: Int) -> TokenizerError {
    guard case .specialTokenInText(let name, let offset) = self else { return self }
    return .specialTokenInText(name, offset: offset + count)
  }
}
