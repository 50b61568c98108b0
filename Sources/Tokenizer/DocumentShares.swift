/// Some documents in shares of about the same number of bytes: small documents together, large ones in several pieces.
///
/// How they are shared out depends on nothing but the documents.
struct DocumentShares: Sendable {
  /// A document, or part of a larger one.
  struct Piece: Sendable {
    let document: Int
    let bytes: Range<Int>
  }

  private var pieces: [Piece] = []
  /// Where each share ends among the pieces.
  private var ends: [Int] = []

  /// So small that the last shares make no thread wait for long, so large that taking one costs nothing.
  private static let shareBytes = 1 << 16

  /// - Parameter names: the special tokens that must not be cut through
  init(_ documents: [[UInt8]], _ names: SpecialTokenSearch, _ pattern: Pretokenizer.Pattern) {
    pieces.reserveCapacity(documents.count)
    var bytes = 0
    for (number, document) in documents.enumerated() {
      var start = 0
      while true {
        let end = Self.pieceEnd(document.span, from: start, names, pattern)
        pieces.append(Piece(document: number, bytes: start..<end))
        bytes += end - start
        if bytes >= Self.shareBytes {
          ends.append(pieces.count)
          bytes = 0
        }
        start = end
        if end == document.count { break }
      }
    }
    if pieces.count > ends.last ?? 0 { ends.append(pieces.count) }
  }

  var count: Int { ends.count }

  subscript(share: Int) -> ArraySlice<Piece> { pieces[(share == 0 ? 0 : ends[share - 1])..<ends[share]] }

  /// Where the piece that begins at `start` ends: at the last place to cut that is no more than a share away, else at the
  /// first stretch further on that has one.
  private static func pieceEnd(
    _ text: Span<UInt8>, from start: Int, _ names: SpecialTokenSearch, _ pattern: Pretokenizer.Pattern
  ) -> Int {
    var low = start, high = start + shareBytes
    while high < text.count {
      var end = high
      while let cut = Pretokenizer.lastSafeCut(
        text.extracting(start..<end), after: low - start, pattern: pattern)
      {
        guard let name = names.start(around: start + cut, in: text) else { return start + cut }
        end = name
        if end <= low { break }
      }
      // White space of several bytes may begin before the end.
      low = high - 3
      high += shareBytes
    }
    return text.count
  }
}
