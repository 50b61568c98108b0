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
  /// Whether each token's place in the text, in bytes, is written beside its id.
  ///
  /// - Precondition: the format has them (``TokenFormat/hasOffsets``).
  public var writesOffsets = false
  /// About how many bytes of text a piece has.
  package var pieceLength = 1 << 20

  /// Encoding with `tokenizer`.
  public init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// Writes the tokens of `input` to `output`, in order.
  public func write(
    _ input: TextInput, as format: TokenFormat, threads: Int,
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    try format.check(vocabularySize: tokenizer.size)
    try forEachPiece(of: input, threads: threads) {
      worker, piece throws(TokenizerError) in
      guard !writesOffsets else {
        var tokens: [TokenID] = []
        try worker.encoder.encode(piece.bytes.span, special: special, into: &tokens)
        return try written(tokens.span, from: piece.offset, as: format, isFirst: piece.offset == 0)
      }
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
    try Self.put(format.closing(withOffsets: writesOffsets), to: output)
  }

  /// How many tokens and bytes `input` has: it is one document.
  public func count(_ input: TextInput, threads: Int) throws(PipelineError) -> CorpusCount {
    var total = CorpusCount()
    total.documents = 1
    try forEachPiece(of: input, threads: threads) {
      worker, piece throws(TokenizerError) in
      (tokens: try worker.encoder.count(piece.bytes.span, special: special), bytes: piece.bytes.count)
    } emit: { count throws(PipelineError) in
      total.tokens += count.tokens
      total.textBytes += count.bytes
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
      let (kept, bytes) = try Self.encoding(piece, of: input) { () throws(TokenizerError) in
        let kept = try encoder.truncate(piece.bytes.span, to: limit - count, special: special)
        let bytes = try written(
          kept.tokens.span, from: piece.offset, as: format, isFirst: piece.offset == 0)
        return (kept, bytes)
      }
      try Self.put(bytes, to: output)
      count += kept.tokens.count
      guard kept.isWhole, !pieces.isDone else {
        try Self.put(format.closing(withOffsets: writesOffsets), to: output)
        return (count, piece.offset + kept.byteCount, kept.isWhole)
      }
    }
  }

  struct Piece {
    var bytes: [UInt8] = []
    let offset: Int
  }

  /// What a thread keeps from one piece to the next.
  struct Worker: ~Copyable {
    var encoder: Encoder
    var tokens = TokenBuffer()

    init(_ tokenizer: Tokenizer) { encoder = Encoder(tokenizer) }
  }

  func forEachPiece<Output>(
    of input: TextInput, threads: Int,
    work: (inout Worker, Piece) throws(TokenizerError) -> Output,
    emit: (Output) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let pieces = pieces(try input.open(), file: input.name, length: pieceLength)
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Piece? in
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

  /// The bytes of tokens that lie one after another from a place in the text on.
  func written(
    _ tokens: Span<TokenID>, from offset: Int, as format: TokenFormat, isFirst: Bool
  ) throws(TokenizerError) -> [UInt8] {
    var bytes = isFirst ? format.opening : []
    if writesOffsets {
      let offsets = try TokenOffsets(tokens, tokenizer, from: offset)
      format.write(tokens, offsets, isFirst: isFirst, to: &bytes)
    } else {
      format.write(tokens, isFirst: isFirst, to: &bytes)
    }
    return bytes
  }

  private func pieces(_ stream: any ByteStream, file: String, length: Int) -> TextPieces {
    TextPieces(
      stream, file: file, length: length, special: special.names(in: tokenizer), pattern: tokenizer.pattern)
  }

  static func encoding<Output>(
    _ piece: Piece, of input: TextInput, _ work: () throws(TokenizerError) -> Output
  ) throws(PipelineError) -> Output {
    do throws(TokenizerError) {
      return try work()
    } catch {
      throw .encoding(file: input.name, line: nil, offset: piece.offset, error)
    }
  }

  static func put(
    _ bytes: [UInt8], to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    try filing { () throws(FileError) in try output(bytes.span) }
  }
}
