internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Encoding parts` {
  private func encode(_ parts: [TextPart], _ tokenizer: Tokenizer) throws(TokenizerError) -> [TokenID] {
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    var tokens: [TokenID] = []
    try encoder.encode(parts, into: &tokens)
    return tokens
  }

  @Test func `makes special tokens of trusted names only`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let name = SpecialToken.endOfText
    #expect(try encode([.trusted(name), .untrusted("ab"), .trusted(name)], tokenizer) == [257, 256, 257])
    #expect(
      try encode([.trusted(name), .untrusted("a\(name)b"), .trusted(name)], tokenizer)
        == [257] + tokenizer.encode("a\(name)b") + [257])
    #expect(try encode([], tokenizer).isEmpty && encode([.trusted(""), .untrusted([])], tokenizer).isEmpty)
  }

  @Test func `no name arises from two parts, nor is one made longer`() throws {
    let tokenizer = try AnyTokenizer(.gpt2, seed: 3).tokenizer
    let name = SpecialToken.endOfText, first = String(name.prefix(5)), rest = String(name.dropFirst(5))
    for parts in [
      [.trusted(first), .untrusted(rest)], [.untrusted(first), .trusted(rest)],
      [.trusted(first), .trusted(rest)],
      [.untrusted(first), .untrusted(rest)], [.untrusted("<"), .trusted(first.dropFirst() + rest)],
    ] as [[TextPart]] {
      #expect(try encode(parts, tokenizer) == tokenizer.encode(name))
    }
    // With "<x>" in one part it would be another token.
    let both = try encode([.trusted(name), .untrusted("<x>")], tokenizer)
    #expect(try both == tokenizer.encode(name, special: .allow([name])) + tokenizer.encode("<x>"))
  }

  /// A model is trained on text without borders.
  @Test func `a pretoken goes across a border between parts`() throws {
    let tokenizer = try TestVocabulary(["a b", "ab c"]).tokenizer()
    let parts: [TextPart] = [.untrusted("a"), .trusted("b"), .untrusted("c")]
    #expect(try encode(parts, tokenizer) == tokenizer.encode("abc"))
    let apart = try ["a", "b", "c"].flatMap { try tokenizer.encode($0) }
    #expect(try apart != encode(parts, tokenizer))
  }

  @Test func `each part has its own policy, and a fault its place in the joined text`() throws {
    let tokenizer = try AnyTokenizer(.cl100k, seed: 4).tokenizer
    let bytes = Array("<s>".utf8)
    #expect(
      try encode(
        [TextPart(bytes, special: .allow(["<s>"])), TextPart(bytes, special: .allow(["ab"]))], tokenizer)
        == tokenizer.encode("<s>", special: .allow(["<s>"])) + tokenizer.encode("<s>"))
    var encoder = Encoder(tokenizer), tokens: [TokenID] = [7]
    let refused: [TextPart] = [
      .trusted("<s>"), .untrusted("é"), TextPart(Array("a<s>".utf8), special: .error),
    ]
    #expect(throws: TokenizerError.specialTokenInText("<s>", offset: 6)) {
      try encoder.encode(refused, into: &tokens)
    }
    #expect(throws: TokenizerError.unknownSpecialToken("<y>")) {
      try encoder.encode([TextPart([], special: .allow(["<y>"]))], into: &tokens)
    }
    #expect(tokens == [7])
  }

  /// The definition: text between the names that count, joined.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition for random parts`(pattern: Pretokenizer.Pattern) throws {
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var source = try AnyTokenizer(pattern, seed: seed)
      let parts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Bool.random(using: &random)
          ? TextPart.untrusted(source.text(pieces: 4))
          : TextPart(
            source.text(pieces: 4), special: AnyTokenizer.policies[1...3].randomElement(using: &random)!)
      }
      #expect(try encode(parts, source.tokenizer) == slow(parts, source), "seed \(seed)")
      let plain = parts.map { TextPart.untrusted($0.bytes) }
      #expect(try encode(plain, source.tokenizer) == source.encode(parts.flatMap(\.bytes)))
    }
  }

  private func slow(_ parts: [TextPart], _ source: AnyTokenizer) throws -> [TokenID] {
    var tokens: [TokenID] = [], text: [UInt8] = []
    for part in parts {
      let names = AnyTokenizer.policies[1...3].first { TextPart(part.bytes, special: $0) == part }
      let allowed: [String] = if case .allow(let names) = names { Array(names) } else { [] }
      var rest = part.bytes[...]
      while !rest.isEmpty {
        let found = allowed.filter { rest.starts(with: $0.utf8) }.max { $0.utf8.count < $1.utf8.count }
        guard let found else {
          text.append(rest.removeFirst())
          continue
        }
        tokens +=
          try source.encode(text) + source.tokenizer.specialTokens.filter { $0.name == found }.map(\.id)
        text = []
        rest = rest.dropFirst(found.utf8.count)
      }
    }
    return try tokens + source.encode(text)
  }
}
