internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Places of tokens` {
  @Test func `are those of their bytes`() throws {
    let tokenizer = try TestVocabulary(["a b", "c d"]).tokenizer()
    let text = Array("ab cd<|endoftext|>é".utf8)
    var encoder = Encoder(tokenizer), tokens: [TokenID] = [1], starts: [Int] = [-1]
    try encoder.encode(text.span, special: .allow(["<|endoftext|>"]), into: &tokens, starts: &starts)
    #expect(starts == [-1, 0, 2, 3, 5, 18, 19] && tokens.count == starts.count)
    let offsets = try TokenOffsets(tokens.span.extracting(1..<tokens.count), tokenizer)
    #expect((0..<offsets.count).map { offsets[$0] } == [0..<2, 2..<3, 3..<5, 5..<18, 18..<19, 19..<20])
    #expect(offsets.characters(in: text.span) == [0..<2, 2..<3, 3..<5, 5..<18, 18..<20, 18..<20])
    #expect(try TokenOffsets(tokens.span.extracting(1..<3), tokenizer, from: 100).starts == [100, 102])
  }

  @Test func `are refused for ids that are no tokens`() throws {
    let tokenizer = try TestVocabulary().tokenizer()
    let unknown: [TokenID] = [0, 300]
    #expect(throws: TokenizerError.unknownID(300, position: 1, size: 257)) {
      try TokenOffsets(unknown.span, tokenizer)
    }
    let none: [TokenID] = []
    #expect(try TokenOffsets(none.span, tokenizer).count == 0)
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `hold the tokens' bytes, and whole characters around them`(pattern: Pretokenizer.Pattern) throws {
    for seed in 0..<100 as Range<UInt64> {
      var source = try AnyTokenizer(pattern, seed: seed)
      for policy in AnyTokenizer.policies.dropLast() {
        let text = source.text()
        var encoder = Encoder(source.tokenizer, cacheBytes: 0), tokens: [TokenID] = [], starts: [Int] = []
        try encoder.encode(text.span, special: policy, into: &tokens, starts: &starts)
        let offsets = try TokenOffsets(tokens.span, source.tokenizer)
        #expect(offsets.starts == starts && offsets.end == text.count)
        #expect(
          tokens.indices.allSatisfy { source.tokenizer.bytes(of: tokens[$0]) == Array(text[offsets[$0]]) })
        #expect(offsets.characters(in: text.span) == slow(offsets, text), "seed \(seed)")
      }
    }
  }

  private func slow(_ offsets: TokenOffsets, _ text: [UInt8]) -> [Range<Int>] {
    var characters: [Range<Int>] = []
    for character in Reference.characters(text) {
      let start = characters.last?.upperBound ?? 0
      characters.append(start..<start + character.bytes.count)
    }
    return (0..<offsets.count).map { index in
      let touched = characters.filter { $0.overlaps(offsets[index]) }
      return touched[0].lowerBound..<touched[touched.count - 1].upperBound
    }
  }
}
