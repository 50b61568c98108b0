internal import Basics

/// The beginning or the end of a text, which is left when its tokens are to be at most so many.
public struct Truncation: Sendable, Equatable {
  /// The first or the last tokens of the text.
  public let tokens: [TokenID]
  /// How many bytes of the text they are, at its beginning or its end.
  public let byteCount: Int
  /// Whether that is the whole text.
  public let isWhole: Bool
}

extension Encoder {
  /// The first tokens of `text`, at most `limit`, that end where a character ends.
  ///
  ///     let start = try encoder.truncate(text.span, to: 1_024)
  ///     model.read(start.tokens)
  ///     text.removeSubrange(start.byteCount...)
  ///
  /// The tokens are those that the whole text begins with. What is kept of the text also has at most `limit` tokens by
  /// itself: the tokens end earlier where it would have more. That is rare; it happens where text is cut into pretokens otherwise at an
  /// end, as GPT-2's pattern does with `'r` of `'re`. Bytes that are not UTF-8 are characters of their own.
  ///
  /// No more of the text is read than the tokens need, up to the next place where it can be cut: of a pretoken that is longer, all.
  ///
  /// - Throws: as ``encode(_:special:into:)-(_,_,TokenBuffer)``; names of special tokens that are an error are looked for in what is kept.
  public mutating func truncate(
    _ text: Span<UInt8>, to limit: Int, special: SpecialTokenPolicy = .ordinary
  ) throws(TokenizerError) -> Truncation {
    precondition(limit >= 0, "a text has no fewer than no tokens")
    let names = try SpecialTokenSearch(tokenizer, special)
    let policy = special == .error ? .ordinary : special
    let tokens = try firstTokens(of: text, atLeast: limit, policy)
    let offsets = try TokenOffsets(tokens.span, tokenizer)
    var kept = min(limit, tokens.count)
    while kept > 0 {
      let end = offsets[kept - 1].upperBound
      if Self.isBorder(text, at: end),
        end == text.count && kept == tokens.count
          || count(text, tokens.span.extracting(0..<kept), offsets) <= limit
      {
        break
      }
      kept -= 1
    }
    let end = kept == 0 ? 0 : offsets[kept - 1].upperBound
    if special == .error, let found = names.first(in: text.extracting(0..<end), from: 0) {
      throw .specialTokenInText(found.token.name, offset: found.offset)
    }
    return Truncation(tokens: Array(tokens[..<kept]), byteCount: end, isWhole: end == text.count)
  }

  /// The first tokens of a text: `count` or more, or all.
  private mutating func firstTokens(
    of text: Span<UInt8>, atLeast count: Int, _ special: SpecialTokenPolicy
  ) throws(TokenizerError) -> [TokenID] {
    guard count > 0 else { return [] }
    var held = try HeldText(tokenizer, special, limit: .max)
    var tokens: [TokenID] = []
    // Most tokens have less than eight bytes.
    let slice = min(max(8 * min(count, 1 << 20), 256), 1 << 18)
    try collect(into: &tokens) { encoder, buffer throws(TokenizerError) in
      var place = 0
      while place < text.count {
        let end = min(place + slice, text.count)
        try held.append(text.extracting(place..<end), &encoder, into: &buffer)
        place = end
        if buffer.count >= count { return }
      }
      try held.finish(&encoder, into: &buffer)
    }
    return tokens
  }

  /// Whether no character goes across `place`.
  static func isBorder(_ text: Span<UInt8>, at place: Int) -> Bool {
    guard place < text.count, text[place] & 0xc0 == 0x80 else { return true }
    return !(1...3).contains { length in
      place >= length && UTF8Check.scalarLength(text, at: place - length) ?? 1 > length
    }
  }

  /// How many tokens a text has by itself that ends with some token of a longer one.
  ///
  /// - Parameters:
  ///   - tokens: the tokens of the longer text up to there
  ///   - offsets: where they are
  private mutating func count(_ text: Span<UInt8>, _ tokens: Span<TokenID>, _ offsets: TokenOffsets) -> Int {
    // Up to the last safe cut, and up to the last special token, they are the same.
    let special = Set(tokenizer.specialTokens.map(\.id))
    var first = tokens.count
    while first > 0, !special.contains(tokens[first - 1]) { first -= 1 }
    guard first < tokens.count else { return tokens.count }
    let start = offsets.starts[first], end = offsets[tokens.count - 1].upperBound
    let cut = Pretokenizer.lastSafeCut(text.extracting(start..<end), pattern: tokenizer.pattern) ?? 0
    while offsets.starts[first] < start + cut { first += 1 }
    var last = TokenBuffer()
    encode(ordinary: text.extracting(start + cut..<end), into: &last)
    return first + last.count
  }
}
