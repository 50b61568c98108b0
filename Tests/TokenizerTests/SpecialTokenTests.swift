internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Special tokens` {
  /// With a second special token whose name begins as the first one's does.
  private func tokenizer() throws -> Tokenizer {
    let vocabulary = TestVocabulary(["a b"])
    let file = vocabulary.vocabularyFile.dropLast() + ",\"<|endoftext|><x>\":258}"
    return try Tokenizer(vocabularyFile: Array(file.utf8), mergesFile: Array(vocabulary.mergesFile.utf8))
  }

  @Test func `are those that no merge makes`() throws {
    #expect(
      try tokenizer().specialTokens == [
        SpecialToken(name: "<|endoftext|>", id: 257), SpecialToken(name: "<|endoftext|><x>", id: 258),
      ])
  }

  @Test func `are never made from text unless they are named`() throws {
    let tokenizer = try tokenizer()
    let text = "ab<|endoftext|><x>ab"
    #expect(try tokenizer.decode(tokenizer.encode(text)) == Array(text.utf8))
    #expect(try tokenizer.encode(text).allSatisfy { $0 < 257 })
    #expect(try tokenizer.encode("ab<|endoftext|>ab", special: .allow(["<|endoftext|>"])) == [256, 257, 256])
    #expect(
      try tokenizer.encode("<|endoftext|>", special: .allow(["<|endoftext|><x>"])).allSatisfy { $0 < 257 })
  }

  @Test func `are the longest of those that begin at a place`() throws {
    let both: SpecialTokenPolicy = .allow(["<|endoftext|>", "<|endoftext|><x>"])
    #expect(
      try tokenizer().encode("<|endoftext|><|endoftext|><x>ab<|endoftext|>", special: both) == [
        257, 258, 256, 257,
      ])
  }

  @Test func `are found as by comparing every name at every place`() throws {
    var random = SplitMix64(seed: 11)
    func word(_ most: Int) -> String {
      String(
        (0..<Int.random(in: 0...most, using: &random)).map { _ in "ab|<".randomElement(using: &random)! })
    }
    for _ in 0..<200 {
      let vocabulary = TestVocabulary(["a b"])
      let names = Set((0..<6).map { _ in "<\(word(4))>" }.filter { $0.utf8.count > 2 })
      let added = names.sorted().enumerated().map { ",\"\($1)\":\(258 + $0)" }.joined()
      let tokenizer = try Tokenizer(
        vocabularyFile: Array((vocabulary.vocabularyFile.dropLast() + added + "}").utf8),
        mergesFile: Array(vocabulary.mergesFile.utf8))
      let text = Array((0..<12).map { _ in names.randomElement(using: &random)! + word(3) }.joined().utf8)
      var expected: [TokenID] = [], ordinary: [UInt8] = []
      var place = 0
      while place < text.count {
        let here = tokenizer.specialTokens.filter { text[place...].starts(with: Array($0.name.utf8)) }
        if let longest = here.max(by: { $0.name.utf8.count < $1.name.utf8.count }) {
          expected += try tokenizer.encode(ordinary) + [longest.id]
          ordinary = []
          place += longest.name.utf8.count
        } else {
          ordinary.append(text[place])
          place += 1
        }
      }
      expected += try tokenizer.encode(ordinary)
      #expect(try tokenizer.encode(text, special: .allow(names)) == expected)
      var streaming = try StreamingEncoder(tokenizer, special: .allow(names)), pieces = TokenBuffer()
      for byte in text { try streaming.append([byte].span, into: &pieces) }
      try streaming.finish(into: &pieces)
      #expect((0..<pieces.count).map { pieces[$0] } == expected)
    }
  }

  @Test func `are refused where they were to be an error`() throws {
    let tokenizer = try tokenizer()
    #expect(throws: TokenizerError.specialTokenInText("<|endoftext|>", offset: 2)) {
      try tokenizer.encode("ab<|endoftext|>", special: .error)
    }
    #expect(try tokenizer.encode("ab<|endoftext|", special: .error).first == 256)
    #expect(throws: TokenizerError.unknownSpecialToken("<|im_start|>")) {
      try tokenizer.encode("ab", special: .allow(["<|im_start|>"]))
    }
  }

  @Test func `are counted as they are encoded`() throws {
    let tokenizer = try tokenizer()
    var encoder = Encoder(tokenizer)
    let text = Array("ab<|endoftext|>ab".utf8)
    for policy in [SpecialTokenPolicy.ordinary, .allow(["<|endoftext|>"])] {
      #expect(try encoder.count(text.span, special: policy) == tokenizer.encode(text, special: policy).count)
    }
  }
}
