internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Truncating text` {
  private func truncate(
    _ text: [UInt8], to limit: Int, _ tokenizer: Tokenizer, special: SpecialTokenPolicy = .ordinary
  ) throws -> Truncation {
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    return try encoder.truncate(text.span, to: limit, special: special)
  }

  @Test func `keeps so many tokens and what they are of`() throws {
    let tokenizer = try TestVocabulary(["a b", "c d"]).tokenizer()
    let text = Array("ab cd ab".utf8)
    for (limit, bytes) in [(0, 0), (1, 2), (2, 3), (3, 5), (4, 6), (5, 8), (6, 8), (1_000, 8)] {
      let kept = try truncate(text, to: limit, tokenizer)
      #expect(kept.byteCount == bytes && kept.isWhole == (bytes == 8))
      #expect(try kept.tokens == Array(tokenizer.encode(text).prefix(limit)))
    }
    #expect(try truncate([], to: 0, tokenizer).isWhole)
  }

  @Test func `goes back to where a character ends`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    for (text, limit, bytes) in [("é", 1, 0), ("aéb", 2, 1), ("aéb", 3, 3), ("ab👍", 4, 2), ("ab👍", 5, 6)] {
      #expect(try truncate(Array(text.utf8), to: limit, tokenizer).byteCount == bytes)
    }
    // Not a character: each byte is one of its own.
    #expect(try truncate([0xe3, 0x81, 0x41], to: 1, tokenizer).byteCount == 1)
  }

  /// By GPT-2's pattern, 're is one pretoken and 'r are two.
  @Test func `what is kept has no more tokens by itself than were asked for`() throws {
    let tokenizer = try TestVocabulary(["' r"]).tokenizer()
    #expect(try tokenizer.encode("'re").count == 2 && tokenizer.encode("'r").count == 2)
    let kept = try truncate(Array("'re".utf8), to: 1, tokenizer)
    #expect(kept.tokens.isEmpty && kept.byteCount == 0)
    #expect(try truncate(Array("a're".utf8), to: 2, tokenizer).byteCount == 1)
  }

  @Test func `names that are an error are looked for in what is kept`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let text = Array("ab<|endoftext|>ab".utf8)
    #expect(try truncate(text, to: 3, tokenizer, special: .error).byteCount == 4)
    #expect(throws: TokenizerError.specialTokenInText("<|endoftext|>", offset: 2)) {
      try truncate(text, to: 14, tokenizer, special: .error)
    }
    let allowed = SpecialTokenPolicy.allow(["<|endoftext|>"])
    #expect(try truncate(text, to: 2, tokenizer, special: allowed).tokens == [256, 257])
    #expect(throws: TokenizerError.unknownSpecialToken("<x>")) {
      try truncate(text, to: 2, tokenizer, special: .allow(["<x>"]))
    }
  }

  @Test func `the last tokens begin where a character begins`() throws {
    let tokenizer = try TestVocabulary(["a b", "c d"]).tokenizer()
    func last(_ text: String, _ limit: Int) throws -> Truncation {
      var encoder = Encoder(tokenizer, cacheBytes: 0)
      return try encoder.truncate(Array(text.utf8).span, toLast: limit)
    }
    for (limit, bytes) in [(0, 0), (1, 2), (2, 3), (3, 5), (4, 6), (5, 8), (6, 8), (1_000, 8)] {
      let kept = try last("ab cd ab", limit)
      #expect(kept.byteCount == bytes && kept.isWhole == (bytes == 8))
      #expect(try kept.tokens == tokenizer.encode(Array("ab cd ab".utf8)).suffix(limit))
    }
    for (text, limit, bytes) in [("é", 1, 0), ("aéb", 2, 1), ("aéb", 3, 3), ("👍ab", 4, 2), ("👍ab", 5, 6)] {
      #expect(try last(text, limit).byteCount == bytes)
    }
    #expect(try last("", 0).isWhole && last("", 1).isWhole)
  }

  /// Numbers are cut into threes from their beginning: 912 345 becomes 123 45, of which no token has more than two digits.
  @Test func `what is kept of the end has no more tokens by itself than were asked for`() throws {
    let tokenizer = try TestVocabulary(["1 2", "3 4", "34 5"]).tokenizer(pattern: .cl100k)
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    let text = Array("912345".utf8)
    #expect(try tokenizer.encode(text).count == 3 && tokenizer.encode(Array("12345".utf8)).count == 4)
    #expect(try encoder.truncate(text.span, toLast: 2).byteCount == 3)
    #expect(try encoder.truncate(text.span, toLast: 3).isWhole)
  }

  @Test func `names that are an error are looked for in the end that is kept`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let text = Array("ab<|endoftext|>ab".utf8)
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    #expect(try encoder.truncate(text.span, toLast: 13, special: .error).byteCount == 14)
    #expect(throws: TokenizerError.specialTokenInText("<|endoftext|>", offset: 2)) {
      try encoder.truncate(text.span, toLast: 14, special: .error)
    }
    let allowed = SpecialTokenPolicy.allow(["<|endoftext|>"])
    #expect(try encoder.truncate(text.span, toLast: 2, special: allowed).tokens == [257, 256])
    let many = Array(repeating: Array("<|endoftext|>".utf8), count: 500).flatMap { $0 }
    #expect(try encoder.truncate(many.span, toLast: 7, special: allowed).byteCount == 7 * 13)
  }

  /// The definition: of all ends of tokens that are ends of characters, the last before which there are so many tokens, and
  /// that has no more by itself.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition`(pattern: Pretokenizer.Pattern) throws {
    for seed in 0..<80 as Range<UInt64> {
      var source = try AnyTokenizer(pattern, seed: seed)
      let tokenizer = source.tokenizer
      for policy in AnyTokenizer.policies.dropLast() {
        let text = source.text()
        let tokens = try source.encode(text, special: policy)
        let offsets = try TokenOffsets(tokens.span, tokenizer)
        let borders = Set(
          Reference.characters(text).reduce(into: [0]) { $0.append($0.last! + $1.bytes.count) })
        for limit in Set([0, 1, 2, 3, tokens.count / 3, tokens.count / 2, tokens.count - 1, tokens.count])
        where limit >= 0 {
          let kept = try truncate(text, to: limit, tokenizer, special: policy)
          let expected = try (0...min(limit, tokens.count)).last { count in
            let end = count == 0 ? 0 : offsets[count - 1].upperBound
            guard borders.contains(end) else { return false }
            return try source.encode(Array(text[..<end]), special: policy).count <= limit
          }
          #expect(kept.tokens == Array(tokens[..<expected!]), "seed \(seed), \(policy), \(limit) of \(text)")
          #expect(kept.byteCount == (expected == 0 ? 0 : offsets[expected! - 1].upperBound))
          #expect(kept.isWhole == (kept.byteCount == text.count))
        }
      }
    }
  }

  /// The same from the other end.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `the last tokens agree with the definition`(pattern: Pretokenizer.Pattern) throws {
    for seed in 0..<80 as Range<UInt64> {
      var source = try AnyTokenizer(pattern, seed: seed)
      for policy in AnyTokenizer.policies.dropLast() {
        let text = source.text(pieces: seed % 8 == 0 ? 400 : 12)
        let tokens = try source.encode(text, special: policy)
        let offsets = try TokenOffsets(tokens.span, source.tokenizer)
        let borders = Set(
          Reference.characters(text).reduce(into: [0]) { $0.append($0.last! + $1.bytes.count) })
        var encoder = Encoder(source.tokenizer, cacheBytes: 0)
        for limit in Set([0, 1, 2, 3, tokens.count / 3, tokens.count / 2, tokens.count - 1, tokens.count])
        where limit >= 0 {
          func start(_ count: Int) -> Int {
            count == 0 ? text.count : offsets[tokens.count - count].lowerBound
          }
          let kept = try encoder.truncate(text.span, toLast: limit, special: policy)
          let expected = try (0...min(limit, tokens.count)).last { count in
            guard borders.contains(start(count)) else { return false }
            return try source.encode(Array(text[start(count)...]), special: policy).count <= limit
          }
          #expect(kept.tokens == tokens.suffix(expected!), "seed \(seed), \(policy), \(limit) of \(text)")
          #expect(kept.byteCount == text.count - start(expected!))
          #expect(kept.isWhole == (kept.byteCount == text.count))
        }
      }
    }
  }

  /// Encoding all of it each time would take minutes.
  @Test func `the rest of a long text is not read`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let text = Array(repeating: Array("ab ".utf8), count: 3_000_000).flatMap { $0 }
    for limit in 1...2_000 {
      let kept = try truncate(text, to: limit, tokenizer)
      #expect(kept.tokens.count == limit && kept.byteCount == limit / 2 * 3 + limit % 2 * 2)
      var encoder = Encoder(tokenizer, cacheBytes: 0)
      let end = try encoder.truncate(text.span, toLast: limit)
      #expect(end.tokens.count == limit && end.byteCount == limit / 2 * 3 + limit % 2)
    }
  }
}
