internal import Basics
internal import Glibc
internal import Testing
internal import Tokenizer

@Suite struct Encoding {
  /// The example of https://en.wikipedia.org/wiki/Byte_pair_encoding.
  @Test func `merges apply in the order they were learned`() throws {
    let vocabulary = TestVocabulary(["a a", "a b", "aa ab"])
    let tokens = try vocabulary.tokenizer().encode("aaabdaaabac")
    #expect(
      tokens.map { String(decoding: vocabulary.tokens[Int($0)], as: UTF8.self) } == [
        "aaab", "d", "aaab", "a", "c",
      ])
  }

  @Test(arguments: ["", "?", "hello, 안녕하세요 😉", "\r\n\t"])
  func `without merges, tokens are the bytes of the text`(text: String) throws {
    let vocabulary = TestVocabulary()
    let tokens = try vocabulary.tokenizer().encode(text)
    #expect(tokens.map { vocabulary.tokens[Int($0)] } == text.utf8.map { [$0] })
  }

  @Test func `a token is not made where other merges come first`() throws {
    let vocabulary = TestVocabulary(["b c", "a b", "ab c"])
    let tokens = try vocabulary.tokenizer().encode("abc")
    #expect(tokens.map { vocabulary.tokens[Int($0)] } == [Array("a".utf8), Array("bc".utf8)])
  }

  /// The system gives memory for a page when it is first written, and counts that, in pages of 4 KiB or 2 MiB.
  @Test func `preparing an encoder takes the memory for what it will remember`() throws {
    func faults() -> Int {
      var usage = rusage()
      // RUSAGE_THREAD, which Swift does not import.
      unsafe getrusage(__rusage_who_t(1), &usage)
      return usage.ru_minflt
    }
    var encoder = Encoder(try TestVocabulary().tokenizer())
    let before = faults()
    encoder.prepare()
    #expect(faults() - before >= 16)
  }

  /// Up to six of them lie in an entry of what is remembered, in 21 bits each.
  @Test func `ids of more than 16 bits are remembered whole`() throws {
    func id(_ byte: UInt8) -> TokenID { 1 << 20 | TokenID(byte) << 12 | TokenID(byte &* 37) }
    var ranks: [UInt8] = []
    for byte in 0...255 as ClosedRange<UInt8> {
      Base64.encode([byte], into: &ranks)
      ranks += Array(" \(id(byte))\n".utf8)
    }
    let tokenizer = try Tokenizer(tiktokenFile: ranks, pattern: .cl100k, specialTokens: [])
    var encoder = Encoder(tokenizer), random = SplitMix64(seed: 1)
    let texts = (0..<3_000).map { _ in
      (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 97...122, using: &random) }
    }
    for text in texts + texts {
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      #expect(tokens == text.map(id))
    }
  }

  @Test(arguments: 0..<120 as Range<UInt64>)
  func `agrees with the definition for random merges`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = TestVocabulary(random: &random, merges: Int.random(in: 1...60, using: &random))
    let tokenizer = try vocabulary.tokenizer()
    var encoder = Encoder(tokenizer, cacheBytes: seed % 2 == 0 ? 0 : Encoder.defaultCacheBytes)
    for _ in 0..<20 {
      let length = [3, 10, 30, 100, 300].randomElement(using: &random)!
      let letters = Array((seed % 3 == 0 ? "ab" : "abcé ").utf8)
      let text = (0..<Int.random(in: 0...length, using: &random)).map { _ in
        letters.randomElement(using: &random)!
      }
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      #expect(tokens == vocabulary.encode(text), "seed \(seed), text \(text)")
      #expect(try encoder.count(text.span) == tokens.count)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `agrees with the definition on any bytes`(seed: UInt64) throws {
    var texts = RandomText(seed: seed)
    let corpus = (0..<20).flatMap { _ in texts.bytes(pieces: 60) }
    var counts = PretokenCounts()
    counts.count(corpus.span)
    let tokenizer = try BytePairTrainer(vocabularySize: 257 + 120).train(counts)
    let vocabulary = TestVocabulary(tokenizer)
    var encoder = Encoder(tokenizer)
    for _ in 0..<20 {
      let text = texts.bytes(pieces: 20)
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      #expect(tokens == vocabulary.encode(text), "seed \(seed), text \(text)")
      #expect(try tokenizer.decode(tokens) == text)
    }
  }

  @Test func `what an encoder remembers changes nothing, however little room there is`() throws {
    let tokenizer = try TestVocabulary(["a b", "ab c", "c a"]).tokenizer()
    var random = SplitMix64(seed: 7)
    var small = Encoder(tokenizer, cacheBytes: 0)
    // More different pretokens than the table has places, of all lengths, each twice.
    for _ in 0..<3_000 {
      let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        UInt8.random(in: 97...99, using: &random)
      }
      let expected = try tokenizer.encode(text)
      for _ in 0..<2 {
        var tokens: [TokenID] = []
        try small.encode(text.span, into: &tokens)
        #expect(tokens == expected)
      }
    }
  }

  /// What lies beside the table is full long before the table is, so that the encoder forgets in the middle of a text.
  @Test func `an encoder that forgets after its table has grown still finds its way`() throws {
    let tokenizer = try TestVocabulary(["a b", "ab c", "c a"]).tokenizer()
    var random = SplitMix64(seed: 9)
    var encoder = Encoder(tokenizer, cacheBytes: 1 << 19)
    for _ in 0..<40 {
      let words = (0..<1_000).map { _ in
        (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
      }
      let text = Array(words.joined(separator: [0x20]))
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      var expected: [TokenID] = []
      var other = Encoder(tokenizer, cacheBytes: 0)
      try other.encode(text.span, into: &expected)
      #expect(tokens == expected)
    }
  }

  @Test(arguments: ["a", " ", "\n", "ab", "1", "'", "é", "日"])
  func `a long run of anything agrees with the definition`(unit: String) throws {
    let vocabulary = TestVocabulary(
      ["a a", "aa aa", "aaaa aaaa", "a b", "ab ab", "1 1", "11 1", "Ġ Ġ"].map {
        $0.replacing("Ġ", with: " ")
      }.filter { !$0.hasPrefix(" ") })
    let tokenizer = try vocabulary.tokenizer()
    for count in [1, 15, 16, 17, 95, 96, 97, 255, 256, 700] {
      let text = Array(String(repeating: unit, count: count).utf8)
      #expect(try tokenizer.encode(text) == vocabulary.encode(text), "\(count) times")
    }
  }

  @Test func `texts longer than a batch and shorter than a word are whole`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    for count in [0, 1, 255, 256, 257, 300, 1_000, 5_000] {
      let text = Array(repeating: Array("ab ".utf8), count: count).flatMap { $0 }
      #expect(try tokenizer.decode(try tokenizer.encode(text)) == text)
    }
  }

  /// Merges are a few bytes apart from each other's reach in most vocabularies, but not in these.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `long pretokens agree with the definition for random merges`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = TestVocabulary(random: &random, merges: Int.random(in: 1...80, using: &random))
    let tokenizer = try vocabulary.tokenizer()
    let letters = Array((seed % 2 == 0 ? "ab" : "abc").utf8)
    for count in [65, 128, 200, 700] {
      // Stretches that repeat, and others.
      let piece = (0..<Int.random(in: 1...90, using: &random)).map { _ in
        letters.randomElement(using: &random)!
      }
      var text: [UInt8] = []
      while text.count < count {
        text += Bool.random(using: &random) ? piece : [letters.randomElement(using: &random)!]
      }
      #expect(try tokenizer.encode(text) == vocabulary.encode(text), "seed \(seed), text \(text)")
    }
  }

  /// Seven hundred units of three letters, of which each two neighbours are a token, the later the earlier: so each unit that
  /// is added to a text changes all tokens before it.
  @Test func `a vocabulary that looks back as far as it can changes nothing`() throws {
    func letter(_ index: Int, _ first: Unicode.Scalar) -> String {
      String(Unicode.Scalar(first.value + UInt32(index))!)
    }
    let pairs = (0..<27).flatMap { first in (0..<26).map { (letter(first % 26, "A"), letter($0, "a")) } }
    let units = (0..<700).map { (pairs[$0 % 676].0 + pairs[$0 % 676].1, $0 < 676 ? "a" : "b") }
    let merges =
      pairs[..<676].map { "\($0.0) \($0.1)" } + units.map { "\($0.0) \($0.1)" }
      + (0..<699).reversed().map { "\(units[$0].0)\(units[$0].1) \(units[$0 + 1].0)\(units[$0 + 1].1)" }
    let vocabulary = TestVocabulary(merges)
    let tokenizer = try vocabulary.tokenizer()
    for count in [100, 399, 700] {
      let text = Array(units[..<count].map { $0.0 + $0.1 }.joined().utf8)
      let tokens = try tokenizer.encode(text)
      #expect(tokens.count == (count + 1) / 2)
      #expect(tokens == vocabulary.encode(text))
    }
  }
}
