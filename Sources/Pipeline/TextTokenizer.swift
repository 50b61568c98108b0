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
      let isFirst = piece.offset == 0
      worker.tokens.withTokens({ format.write($0, isFirst: isFirst, to: &bytes) }) {
        format.write($0, isFirst: isFirst, to: &bytes)
      }
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

  /// Writes the first tokens of `input`, at most `limit`, as ``Encoder/truncate(_:to:special:)`` finds them, and reads
  /// little more than they need.
  ///
  /// - Returns: how many tokens were written, how many bytes of the text they are, and whether that is all of it
  public func writeFirst(
    _ limit: Int, of input: TextInput, as format: TokenFormat,
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) -> (tokens: Int, bytes: Int, isWhole: Bool) {
    try format.check(vocabularySize: tokenizer.size)
    let length = min(pieceLength, max(8 * min(limit, pieceLength), 1 << 12))
    let pieces = pieces(try input.open(), file: input.name, length: length)
    var encoder = Encoder(tokenizer)
    var count = 0
    while true {
      var piece = Piece(offset: pieces.offset)
      _ = try pieces.next(appendingTo: &piece.bytes)
      let kept = try Self.encoding(piece, of: input) { () throws(TokenizerError) in
        try encoder.truncate(piece.bytes.span, to: limit - count, special: special)
      }
      var bytes = piece.offset == 0 ? format.opening : []
      format.write(kept.tokens.span, isFirst: count == 0, to: &bytes)
      try Self.put(bytes, to: output)
      count += kept.tokens.count
      guard kept.isWhole, !pieces.isDone else {
        try Self.put(format.closing, to: output)
        return (count, piece.offset + kept.byteCount, kept.isWhole)
      }
    }
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
    let pieces = pieces(try input.open(), file: input.name, length: pieceLength)
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
        try Self.encoding(piece, of: input) { () throws(TokenizerError) in try work(&worker, piece) }
      }, emit: emit)
  }

  private func pieces(_ stream: any ByteStream, file: String, length: Int) -> TextPieces {
    TextPieces(
      stream, file: file, length: length, special: special.names(in: tokenizer), pattern: tokenizer.pattern)
  }

  private static func encoding<Output>(
    _ piece: Piece, of input: TextInput, _ work: () throws(TokenizerError) -> Output
  ) throws(PipelineError) -> Output {
    do throws(TokenizerError) {
      return try work()
    } catch {
      throw .encoding(file: input.name, line: nil, offset: piece.offset, error)
    }
  }

  private static func put(
    _ bytes: [UInt8], to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    try filing { () throws(FileError) in try output(bytes.span) }
  }
}
