public import Basics
public import Tokenizer

/// Turns one text of any length into tokens: the bytes as they are, and nothing added.
///
/// The text is cut where that changes no token, and several threads work on the pieces.
public struct TextTokenizer: Sendable {
  /// What makes the tokens.
  public let tokenizer: Tokenizer
  /// What the names of special tokens in the text mean.
  public var special = SpecialTokenPolicy.ordinary
  /// About how many bytes of text a piece has.
  package var pieceLength = 1 << 20

  /// Encoding with `tokenizer`.
  public init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// Writes the tokens of `input` to `output`, in order.
  public func write(
    _ input: TextInput, as format: TokenFormat, threads: Int, isCancelled: () -> Bool = { false },
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    try format.check(vocabularySize: tokenizer.size)
    try forEachPiece(of: input, threads: threads, isCancelled: isCancelled) {
      worker, piece throws(TokenizerError) in
      worker.tokens.removeAll()
      try worker.encoder.encode(piece.bytes.span, special: special, into: &worker.tokens)
      // Not before the first piece is encoded: what cannot be read at all leaves nothing behind.
      var bytes = piece.offset == 0 ? format.opening : []
      worker.tokens.withSpan { format.write($0, isFirst: piece.offset == 0, to: &bytes) }
      return bytes
    } emit: { bytes throws(PipelineError) in
      try Self.put(bytes, to: output)
    }
    try Self.put(format.closing, to: output)
  }

  /// How many tokens `input` has.
  public func count(
    _ input: TextInput, threads: Int, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) -> Int {
    var total = 0
    try forEachPiece(of: input, threads: threads, isCancelled: isCancelled) {
      worker, piece throws(TokenizerError) in
      try worker.encoder.count(piece.bytes.span, special: special)
    } emit: { count throws(PipelineError) in
      total += count
    }
    return total
  }

  private struct Piece {
    var bytes: [UInt8] = []
    let offset: Int
  }

  /// What a thread keeps from one piece to the next.
  private struct Worker: ~Copyable {
    var encoder: Encoder
    var tokens = TokenBuffer()

    init(_ tokenizer: Tokenizer) { encoder = Encoder(tokenizer) }
  }

  private func forEachPiece<Output>(
    of input: TextInput, threads: Int, isCancelled: () -> Bool,
    work: (inout Worker, Piece) throws(TokenizerError) -> Output,
    emit: (Output) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let pieces = TextPieces(
      try input.open(), file: input.name, length: pieceLength, special: special.names(in: tokenizer),
      pattern: tokenizer.pattern)
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Piece? in
        if isCancelled() { throw .cancelled }
        if pieces.isDone { return nil }
        var piece = Piece(offset: pieces.offset)
        _ = try pieces.next(appendingTo: &piece.bytes)
        return piece
      },
      state: { Worker(tokenizer) },
      work: { (worker: inout Worker, piece: Piece) throws(PipelineError) -> Output in
        do throws(TokenizerError) {
          return try work(&worker, piece)
        } catch {
          throw .encoding(file: input.name, line: nil, offset: piece.offset, error)
        }
      }, emit: emit)
  }

  private static func put(
    _ bytes: [UInt8], to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    try filing { () throws(FileError) in try output(bytes.span) }
  }
}
