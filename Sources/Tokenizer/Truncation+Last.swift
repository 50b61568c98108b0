internal import Basics

extension Encoder {
  /// The last tokens of `text`, at most `limit`, that begin where a character begins.
  ///
  ///     let end = try encoder.truncate(text.span, toLast: 1_024)
  ///     model.read(end.tokens)
  ///     text.removeSubrange(..<(text.count - end.byteCount))
  ///
  /// The tokens are those that the whole text ends with. What is kept of the text also has at most `limit` tokens by
  /// itself: the tokens begin later where it would have more, as where a pattern cuts numbers into threes from their
  /// beginning. Bytes that are not UTF-8 are characters of their own.
  ///
  /// All of the text is looked at for names of special tokens, where these count. Of the rest no more is read than
  /// the tokens need, back to a place where it can be cut: of text without one, all.
  ///
  /// - Throws: as ``truncate(_:to:special:)``.
  public mutating func truncate(
    _ text: Span<UInt8>, toLast limit: Int, special: SpecialTokenPolicy = .ordinary
  ) throws(TokenizerError) -> Truncation {
    precondition(limit >= 0, "a text has no fewer than no tokens")
    let names = try SpecialTokenSearch(tokenizer, special)
    let tokens = try lastTokens(of: text, atLeast: limit, special == .error ? nil : names)
    // The places are right once the first token's is known, which the lengths of all tell.
    let length = try TokenOffsets(tokens.span, tokenizer).end
    let offsets = try TokenOffsets(tokens.span, tokenizer, from: text.count - length)
    var first = max(0, tokens.count - limit)
    while first < tokens.count {
      let start = offsets.starts[first]
      if start == 0 { break }
      if Self.isBorder(text, at: start),
        count(text, tokens.span.extracting(first..<tokens.count), startingAt: start) <= limit
      {
        break
      }
      first += 1
    }
    let start = first < tokens.count ? offsets.starts[first] : text.count
    if special == .error, let found = names.first(in: text, from: start) {
      throw .specialTokenInText(found.token.name, offset: found.offset)
    }
    return Truncation(
      tokens: Array(tokens[first...]), byteCount: text.count - start, isWhole: start == 0)
  }

  /// The last tokens of a text: `count` or more, or all.
  private mutating func lastTokens(
    of text: Span<UInt8>, atLeast count: Int, _ names: SpecialTokenSearch?
  ) throws(TokenizerError) -> [TokenID] {
    guard count > 0 else { return [] }
    var found = names.map { Self.last(count, of: $0, in: text) } ?? []
    var parts: [[TokenID]] = [], missing = count, end = text.count
    while true {
      let special = found.popLast()
      let start = special.map { $0.offset + $0.token.name.utf8.count } ?? 0
      parts.append(try lastOrdinaryTokens(of: text.extracting(start..<end), atLeast: missing))
      missing -= parts[parts.count - 1].count
      guard let special, missing > 0 else { break }
      parts.append([special.token.id])
      missing -= 1
      end = special.offset
      if missing == 0 { break }
    }
    return Array(parts.reversed().joined())
  }

  /// The last special tokens in a text, at least `count` or all.
  private static func last(
    _ count: Int, of names: SpecialTokenSearch, in text: Span<UInt8>
  ) -> [(token: SpecialToken, offset: Int)] {
    var found: [(token: SpecialToken, offset: Int)] = [], place = 0
    while let next = names.first(in: text, from: place) {
      found.append(next)
      place = next.offset + next.token.name.utf8.count
      // A text may consist of them.
      if found.count / 2 > count { found.removeFirst(found.count - count) }
    }
    return found
  }

  /// The last tokens of a text in which nothing is special: `count` or more, or all.
  private mutating func lastOrdinaryTokens(
    of text: Span<UInt8>, atLeast count: Int
  ) throws(TokenizerError) -> [TokenID] {
    // Most tokens have less than eight bytes.
    var length = min(max(8 * min(count, 1 << 20), 256), text.count)
    while true {
      let start =
        length == text.count
        ? 0 : Pretokenizer.firstSafeCut(text, after: text.count - length, pattern: tokenizer.pattern)
      if let start {
        var tokens: [TokenID] = []
        try collect(into: &tokens) { encoder, buffer in
          encoder.encode(ordinary: text.extracting(start..<text.count), into: &buffer)
        }
        if tokens.count >= count || start == 0 { return tokens }
      }
      length = length > text.count / 2 ? text.count : 2 * length
    }
  }

  /// How many tokens the end of a text has by itself that begins with some token of the whole.
  ///
  /// - Parameters:
  ///   - tokens: the tokens of the whole text from there on
  ///   - start: where that is
  private mutating func count(_ text: Span<UInt8>, _ tokens: Span<TokenID>, startingAt start: Int) -> Int {
    let vocabulary = tokenizer.storage.vocabulary
    let special = Set(tokenizer.specialTokens.map(\.id))
    // From the first special token on, and from the first safe cut on, they are the same.
    var common = 0, end = start
    while common < tokens.count, !special.contains(tokens[common]) {
      end += vocabulary.length(of: Int(tokens[common]))
      common += 1
    }
    let head = text.extracting(start..<end)
    let cut = Pretokenizer.firstSafeCut(head, after: 0, pattern: tokenizer.pattern) ?? head.count
    while end > start + cut {
      common -= 1
      end -= vocabulary.length(of: Int(tokens[common]))
    }
    var own = TokenBuffer()
    encode(ordinary: head.extracting(0..<cut), into: &own)
    return own.count + tokens.count - common
  }
}
