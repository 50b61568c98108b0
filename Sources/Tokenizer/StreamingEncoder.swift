/// Turns a text that arrives in chunks into tokens: those of the whole text, however it is cut.
///
///     var encoder = try StreamingEncoder(tokenizer)
///     while let chunk = try source.next() { try encoder.append(chunk.span, into: &tokens) }
///     try encoder.finish(into: &tokens)
///
/// What follows the last place where the text can be cut safely is held back, and so is what may be the beginning of a
/// special token's name. Cuts are before white space: a text without any for longer than ``defaultLongestHeld`` is refused.
public struct StreamingEncoder: ~Copyable {
  private var encoder: Encoder
  private var held: HeldText
  /// Where tokens stay for a moment that go to an array.
  private var buffer = TokenBuffer()

  /// - Parameters:
  ///   - longestHeld: the most bytes that are held back
  ///   - cacheBytes: as for an ``Encoder``
  /// - Throws: ``TokenizerError/unknownSpecialToken(_:)``
  public init(
    _ tokenizer: Tokenizer, special: SpecialTokenPolicy = .ordinary,
    longestHeld: Int = StreamingEncoder.defaultLongestHeld, cacheBytes: Int = Encoder.defaultCacheBytes
  ) throws(TokenizerError) {
    held = try HeldText(tokenizer, special, limit: longestHeld)
    encoder = Encoder(tokenizer, cacheBytes: cacheBytes)
  }

  /// 16 MiB.
  public static var defaultLongestHeld: Int { 1 << 24 }

  /// Appends the tokens that are certain with this chunk.
  ///
  /// - Throws: ``TokenizerError/noPlaceToCut(offset:limit:)``, and ``TokenizerError/specialTokenInText(_:offset:)`` under the
  ///   policy `error`, when the tokens before that place may have been appended. The text is then given up: what
  ///   comes next begins another one.
  public mutating func append(_ chunk: Span<UInt8>, into tokens: inout TokenBuffer) throws(TokenizerError) {
    try held.append(chunk, &encoder, into: &tokens)
  }

  /// Appends the tokens to an array.
  public mutating func append(_ chunk: Span<UInt8>, into tokens: inout [TokenID]) throws(TokenizerError) {
    defer {
      buffer.append(to: &tokens)
      buffer.removeAll()
    }
    try held.append(chunk, &encoder, into: &buffer)
  }

  /// Ends the text: appends its last tokens. What comes next begins another one.
  public mutating func finish(into tokens: inout TokenBuffer) throws(TokenizerError) {
    try held.finish(&encoder, into: &tokens)
  }

  /// Appends the tokens to an array.
  public mutating func finish(into tokens: inout [TokenID]) throws(TokenizerError) {
    defer {
      buffer.append(to: &tokens)
      buffer.removeAll()
    }
    try held.finish(&encoder, into: &buffer)
  }
}
