internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Encoding in chunks` {
  private func encode(
    _ chunks: [[UInt8]], _ encoder: inout StreamingEncoder
  ) throws(TokenizerError) -> [TokenID] {
    var tokens: [TokenID] = []
    for chunk in chunks { try encoder.append(chunk.span, into: &tokens) }
    try encoder.finish(into: &tokens)
    return tokens
  }

  @Test func `gives the tokens of the whole text as soon as they are certain`() throws {
    var encoder = try StreamingEncoder(TestVocabulary(["a b", "c d"]).tokenizer())
    var tokens: [TokenID] = []
    for (chunk, expected) in [("a", []), ("b", []), (" ", [256]), ("cd a", [256, 220, 257])]
      as [(String, [TokenID])]
    {
      try encoder.append(Array(chunk.utf8).span, into: &tokens)
      #expect(tokens == expected)
    }
    try encoder.finish(into: &tokens)
    #expect(tokens == [256, 220, 257, 220, 64])
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `gives the tokens of the whole text, however it is cut and whatever names mean`(
    pattern: Pretokenizer.Pattern
  ) throws {
    var special = 0, refused = 0
    for seed in 0..<150 as Range<UInt64> {
      var source = try AnyTokenizer(pattern, seed: seed)
      for policy in AnyTokenizer.policies {
        var encoder = try StreamingEncoder(source.tokenizer, special: policy, cacheBytes: 0)
        for _ in 0..<4 {
          let text = source.text()
          let whole = Result { () throws(TokenizerError) in try source.encode(text, special: policy) }
          switch whole {
          case .success(let expected):
            #expect(
              try encode(source.chunks(text), &encoder) == expected, "seed \(seed), \(policy), text \(text)")
            special += expected.count { $0 > 400 }
          case .failure(let error):
            do throws(TokenizerError) {
              _ = try encode(source.chunks(text), &encoder)
              Issue.record("seed \(seed): not refused")
            } catch let found {
              #expect(found == error, "seed \(seed)")
            }
            refused += 1
          }
        }
      }
    }
    #expect(special > 250 && refused > 50)
  }

  /// Every division of a short text into two and three chunks.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `finds names that lie across chunks`(pattern: Pretokenizer.Pattern) throws {
    let tokenizer = try AnyTokenizer(pattern, seed: 1).tokenizer
    let policy = SpecialTokenPolicy.allow(Set(AnyTokenizer.names))
    var encoder = try StreamingEncoder(tokenizer, special: policy, cacheBytes: 0)
    for text in [
      "<|endoftext|><x> a", "<|endoftext|><x", "<<s>>", "<<s> <s>", "a < s > b", "< s< s >", "aab ab a",
      "<|endof ab",
      "é\u{3000}日本 < s >\n\u{3000}",
    ] {
      let text = Array(text.utf8)
      let expected = try tokenizer.encode(text, special: policy)
      for first in 0...text.count {
        for second in first...text.count {
          let chunks = [text[..<first], text[first..<second], text[second...]].map(Array.init)
          #expect(try encode(chunks, &encoder) == expected, "\(chunks)")
        }
      }
    }
  }

  /// Looking again at all that is held with every byte would take a thousand billion steps.
  @Test(.timeLimit(.minutes(5)), arguments: ["a", " ", "\n", "<", "日", "!"])
  func `takes time in proportion to the text, byte by byte too`(unit: String) throws {
    let tokenizer = try TestVocabulary(["a a", "aa aa"]).tokenizer()
    let text = Array(String(repeating: unit, count: (1 << 20) / unit.utf8.count).utf8)
    var encoder = try StreamingEncoder(tokenizer, special: .allow(["<|endoftext|>"]))
    var tokens: [TokenID] = []
    for byte in text {
      let chunk = [byte]
      try encoder.append(chunk.span, into: &tokens)
    }
    try encoder.finish(into: &tokens)
    #expect(try tokens == tokenizer.encode(text))
  }

  @Test func `holds back no more than it was allowed to, and begins another text after that`() throws {
    let tokenizer = try TestVocabulary(["a a"]).tokenizer()
    var encoder = try StreamingEncoder(tokenizer, longestHeld: 1_000)
    var tokens: [TokenID] = []
    let word = [UInt8](repeating: 97, count: 600), more = Array(" b".utf8)
    try encoder.append((word + more).span, into: &tokens)
    try encoder.append(word.span, into: &tokens)
    let error = TokenizerError.noPlaceToCut(offset: 600, limit: 1_000)
    do throws(TokenizerError) {
      try encoder.append(word.span, into: &tokens)
      Issue.record("not refused")
    } catch let found {
      #expect(found == error && "\(found)".contains("after byte 600"))
    }
    #expect(tokens.count == 300)
    tokens = []
    try encoder.append(more.span, into: &tokens)
    try encoder.finish(into: &tokens)
    #expect(try tokens == tokenizer.encode(more))
  }

  @Test func `a chunk of any size is taken in parts`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    var encoder = try StreamingEncoder(tokenizer, longestHeld: 1_000)
    let text = Array(repeating: Array("ab aba\n".utf8), count: 100_000).flatMap { $0 }
    var buffer = TokenBuffer()
    try encoder.append(text.span, into: &buffer)
    try encoder.finish(into: &buffer)
    let expected = try tokenizer.encode(text)
    #expect(buffer.withTokens({ $0.count }) { $0.count } == expected.count)
    #expect(expected.indices.allSatisfy { buffer[$0] == expected[$0] })
  }

  @Test func `a name that the tokenizer lacks is refused before anything else`() throws {
    let tokenizer = try TestVocabulary().tokenizer()
    do throws(TokenizerError) {
      _ = try StreamingEncoder(tokenizer, special: .allow(["<x>"]))
      Issue.record("not refused")
    } catch {
      #expect(error == .unknownSpecialToken("<x>"))
    }
  }
}
