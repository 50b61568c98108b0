internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `A buffer of tokens` {
  /// What a buffer holds, read in each way there is.
  private func contents(_ buffer: borrowing TokenBuffer) -> [TokenID] {
    var array: [TokenID] = []
    buffer.append(to: &array)
    let spans = buffer.withTokens({ span in span.indices.map { TokenID(span[$0]) } }) { span in
      span.indices.map { span[$0] }
    }
    #expect(array == spans)
    #expect(array == (0..<buffer.count).map { buffer[$0] })
    return array
  }

  @Test func `gives back any ids small and large in any order however often it grows`() {
    for seed in 0..<20 {
      var random = SplitMix64(seed: UInt64(seed))
      var buffer = TokenBuffer(), expected: [TokenID] = []
      for _ in 0..<Int.random(in: 0..<60_000, using: &random) {
        let isLarge = seed % 2 == 1 && Int.random(in: 0..<10_000, using: &random) == 0
        let token = TokenID.random(in: 0...(isLarge ? .max : 0xffff), using: &random)
        buffer.append(token)
        expected.append(token)
      }
      #expect(contents(buffer) == expected)
      buffer.removeAll()
      #expect(buffer.isEmpty && contents(buffer).isEmpty)
    }
  }

  @Test func `takes two bytes a token of a small vocabulary and four of a large one`() throws {
    var buffer = TokenBuffer()
    buffer.append(65_535)
    #expect(buffer.withTokens({ _ in true }) { _ in false })
    buffer.append(65_536)
    #expect(buffer.withTokens({ _ in false }) { _ in true })
    #expect(contents(buffer) == [65_535, 65_536])
    buffer.removeAll()
    var encoder = Encoder(try Self.tokenizer(endOfText: 300))
    try encoder.encode([97].span, into: &buffer)
    #expect(buffer.withTokens({ $0.count == 1 }) { _ in false })
  }

  @Test func `keeps the room that was asked for`() {
    var buffer = TokenBuffer(minimumCapacity: 1 << 20)
    buffer.append(65_536)
    #expect(buffer.capacity >= 1 << 20)
  }

  @Test func `may hold the tokens of several tokenizers in any order`() throws {
    let long = String(repeating: "lowest", count: 60)
    let text = Array("low lower lowest; lowestlowestlowest \(long) \(long)".utf8)
    let small = try Self.tokenizer(endOfText: 300), large = try Self.tokenizer(endOfText: 70_000)
    var expected: [TokenID] = [], buffer = TokenBuffer()
    for tokenizer in [small, large, small, small, large] {
      var encoder = Encoder(tokenizer)
      try encoder.encode(text.span, into: &expected)
      try encoder.encode(text.span, special: .allow(["<e>"]), into: &buffer)
      let name = Array("<e>".utf8)
      try encoder.encode(name.span, special: .allow(["<e>"]), into: &buffer)
      expected.append(tokenizer.specialTokens[0].id)
      #expect(contents(buffer) == expected)
    }
    #expect(expected.contains(257) && expected.contains(300) && expected.contains(70_000))
  }

  /// Bytes, two merges, and a special token.
  private static func tokenizer(endOfText: TokenID) throws -> Tokenizer {
    var ranks: [UInt8] = []
    let tokens = (0...255 as ClosedRange<UInt8>).map { [$0] } + [Array("lo".utf8), Array("low".utf8)]
    for (id, bytes) in tokens.enumerated() {
      Base64.encode(bytes, into: &ranks)
      ranks += Array(" \(id)\n".utf8)
    }
    return try Tokenizer(
      tiktokenFile: ranks, pattern: .gpt2, specialTokens: [SpecialToken(name: "<e>", id: endOfText)])
  }
}
