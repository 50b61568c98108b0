public import Basics
internal import Tokenizer

extension TextTokenizer {
  /// Writes the last tokens of `input`, at most `limit`, as ``Encoder/truncate(_:toLast:special:)`` finds them.
  ///
  /// All of the text is read and counted, by several threads, as it may arrive through a pipe. As much of it is kept in memory as
  /// has so many tokens, and a piece more.
  ///
  /// - Returns: how many tokens were written, where in the text they begin, and whether that is all of it
  public func writeLast(
    _ limit: Int, of input: TextInput, as format: TokenFormat, threads: Int,
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) -> (tokens: Int, start: Int, isWhole: Bool) {
    try format.check(vocabularySize: tokenizer.size)
    let held = try end(of: input, tokens: limit, threads: threads)
    let (kept, bytes) = try Self.encoding(held, of: input) { () throws(TokenizerError) in
      var encoder = Encoder(tokenizer)
      let kept = try encoder.truncate(held.bytes.span, toLast: limit, special: special)
      let start = held.offset + held.bytes.count - kept.byteCount
      return (kept, try written(kept.tokens.span, from: start, as: format, isFirst: true))
    }
    try Self.put(bytes, to: output)
    try Self.put(format.closing(withOffsets: writesOffsets), to: output)
    let start = held.offset + held.bytes.count - kept.byteCount
    return (kept.tokens.count, start, start == 0)
  }

  /// The end of the text from a piece on, with so many tokens or all.
  private func end(
    of input: TextInput, tokens limit: Int, threads: Int
  ) throws(PipelineError) -> Piece {
    // Names that are an error matter in what is kept only, and cut nothing else apart.
    let policy = special == .error ? .ordinary : special
    var held: [(piece: Piece, tokens: Int)] = [], total = 0
    try forEachPiece(of: input, threads: threads) {
      worker, piece throws(TokenizerError) in
      (piece: piece, tokens: try worker.encoder.count(piece.bytes.span, special: policy))
    } emit: { next throws(PipelineError) in
      held.append(next)
      total += next.tokens
      var spare = 0
      while spare < held.count - 1, total - held[spare].tokens >= limit {
        total -= held[spare].tokens
        spare += 1
      }
      held.removeFirst(spare)
    }
    var end = Piece(offset: held.first?.piece.offset ?? 0)
    for (piece, _) in held { end.bytes += piece.bytes }
    return end
  }
}
