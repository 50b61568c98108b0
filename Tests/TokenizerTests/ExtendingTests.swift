import Basics
import TestSupport
import Testing
import Tokenizer

@Suite("Going on from a tokenizer") struct ExtendingTests {
  private func counts(_ text: [UInt8]) -> PretokenCounts {
    var counts = PretokenCounts()
    counts.count(text.span)
    return counts
  }

  private func learn(_ text: [UInt8], size: Int, ties: TieOrder = .gpt2) throws -> Tokenizer {
    try BytePairTrainer(vocabularySize: size, ties: ties).train(counts(text))
  }

  private func extend(
    _ tokenizer: Tokenizer, _ text: [UInt8], size: Int, ties: TieOrder = .gpt2, minimumCount: Int = 1
  ) throws -> Tokenizer {
    try BytePairTrainer(
      extending: tokenizer, vocabularySize: size, ties: ties, minimumCount: minimumCount
    ).train(counts(text))
  }

  private func randomText(seed: UInt64, letters: String) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    let letters = Array(letters.utf8)
    return (0..<Int.random(in: 50...500, using: &random)).map { _ in letters.randomElement(using: &random)! }
  }

  @Test(arguments: 0..<30 as Range<UInt64>, TieOrder.allCases)
  func `with the same text gives the merges of learning all at once`(seed: UInt64, ties: TieOrder) throws {
    let text = randomText(seed: seed, letters: seed % 2 == 0 ? "aab " : "abcd é")
    let whole = try learn(text, size: 257 + 60, ties: ties)
    let half = try learn(text, size: 257 + Int(seed), ties: ties)
    let extended = try extend(half, text, size: 257 + 60, ties: ties)
    #expect(extended.mergesFile() == whole.mergesFile())
    #expect(extended.size == whole.size)
    #expect(extended.endOfText == half.endOfText)
  }

  /// Learns by the definition: words are encoded, then all pairs are counted before every merge.
  private func slowly(
    _ base: TestVocabulary, _ text: [UInt8], merges: Int, order bytes: [[UInt8]], minimumCount: Int
  ) -> [String] {
    var order = bytes
    for merge in base.merges where !order.contains(base.tokens[merge.result]) {
      order.append(base.tokens[merge.result])
    }
    var taken = Set(base.tokens + [Array("<|endoftext|>".utf8)])
    var words = Reference.pretokens(text).map { base.encode($0).map { base.tokens[Int($0)] } }
    var learned: [String] = []
    while learned.count < merges {
      var counts: [[[UInt8]]: Int] = [:]
      for word in words {
        for (left, right) in zip(word, word.dropFirst()) where !taken.contains(left + right) {
          counts[[left, right], default: 0] += 1
        }
      }
      let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
      let best = counts.max {
        ($0.value, numbers[$1.key[0]]!, numbers[$1.key[1]]!) < (
          $1.value, numbers[$0.key[0]]!, numbers[$0.key[1]]!
        )
      }
      guard let best, best.value >= minimumCount else { break }
      learned.append(best.key.map(TestVocabulary.spelling).joined(separator: " "))
      let token = best.key[0] + best.key[1]
      order.append(token)
      taken.insert(token)
      for index in words.indices {
        var place = 0
        while place + 1 < words[index].count {
          if Array(words[index][place...place + 1]) == best.key {
            words[index].replaceSubrange(place...place + 1, with: [token])
          }
          place += 1
        }
      }
    }
    return learned
  }

  @Test(arguments: 0..<60 as Range<UInt64>, TieOrder.allCases)
  func `agrees with the definition, whatever the vocabulary`(seed: UInt64, ties: TieOrder) throws {
    var random = SplitMix64(seed: seed)
    let base = TestVocabulary(random: &random, merges: Int.random(in: 0...40, using: &random))
    let text = randomText(seed: seed + 1_000, letters: "aabbcé ")
    let minimum = Int.random(in: 0...3, using: &random)
    let tokenizer = try base.tokenizer()
    let extended = try extend(
      tokenizer, text, size: tokenizer.size + 30, ties: ties, minimumCount: minimum)
    let bytes = ties == .bytes ? (0...255).map { [$0] } : TestVocabulary().tokens
    let expected = slowly(base, text, merges: 30, order: bytes, minimumCount: minimum)
    let lines = String(decoding: extended.mergesFile(), as: UTF8.self).split(separator: "\n").dropFirst()
    #expect(lines.dropFirst(base.merges.count).map(String.init) == expected)
    #expect(extended.size == tokenizer.size + expected.count)
  }

  @Test func `a pair whose bytes are a token already is not merged`() throws {
    // The text abc is a and bc, so that abc is never made; of its two parts the definition would make it.
    let base = try TestVocabulary(["b c", "a b", "ab c"]).tokenizer()
    let extended = try extend(base, Array("abc abc abc".utf8), size: base.size + 3)
    let lines = String(decoding: extended.mergesFile(), as: UTF8.self).split(separator: "\n")
    #expect(Array(lines[4...]) == ["Ġ a", "Ġa bc"])
    #expect(try extended.encode("abc") == base.encode("abc"))
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `keeps every id, decodes old tokens, and merges them further`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let old = try TestVocabulary(random: &random, merges: 20).tokenizer()
    let text = randomText(seed: seed, letters: "aabbcé ")
    let new = try extend(old, text, size: old.size + 20)
    for id in 0..<TokenID(old.size) { #expect(new.bytes(of: id) == old.bytes(of: id)) }
    #expect(new.specialTokens == old.specialTokens)
    #expect(new.mergesFile().starts(with: old.mergesFile()))
    let tokens = try old.encode(text)
    #expect(try new.decode(tokens) == text)
    // Every old token lies whole inside a new one.
    func ends(_ tokens: [TokenID], _ tokenizer: Tokenizer) -> Set<Int> {
      var end = 0
      return Set(
        tokens.map { token in
          end += tokenizer.bytes(of: token)!.count
          return end
        })
    }
    let further = try new.encode(text)
    #expect(ends(further, new).isSubset(of: ends(tokens, old)))
    #expect(further.count < tokens.count)
    let again = try Tokenizer(vocabularyFile: new.vocabularyFile(), mergesFile: new.mergesFile())
    #expect(again.digest == new.digest)
  }

  @Test func `bytes in another order keep their ids, and ties do not follow them`() throws {
    let base = TestVocabulary()
    let names = base.tokens.map(TestVocabulary.spelling).reversed() + ["<|endoftext|>"]
    let file = JSON.object(names.enumerated().map { JSON.Member($1, .integer($0)) }).text
    let turned = try Tokenizer(vocabularyFile: Array(file.utf8), mergesFile: [])
    let text = Array("xa by".utf8)
    let lines = { (tokenizer: Tokenizer) in
      String(decoding: tokenizer.mergesFile(), as: UTF8.self).split(separator: "\n").dropFirst().map(
        String.init)
    }
    let extended = try extend(turned, text, size: 258)
    #expect(extended.bytes(of: 0) == turned.bytes(of: 0) && turned.bytes(of: 255) == Array("!".utf8))
    #expect(lines(extended) == ["b y"])
    #expect(lines(try extend(turned, text, size: 258, ties: .bytes)) == ["Ġ b"])
  }

  @Test func `tokens that no merge makes cannot be gone on from`() throws {
    var file: [UInt8] = []
    for (rank, token) in ((0...255 as ClosedRange<UInt8>).map { [$0] } + [Array("abc".utf8)]).enumerated() {
      Base64.encode(token, into: &file)
      file += Array(" \(rank)\n".utf8)
    }
    let base = try Tokenizer(
      tiktokenFile: file, pattern: .gpt2, specialTokens: [SpecialToken(name: SpecialToken.endOfText, id: 257)]
    )
    #expect(throws: TokenizerError.cannotExtend(wholeTokens: 1)) {
      try BytePairTrainer(extending: base, vocabularySize: 300)
    }
  }

  @Test func `a vocabulary does not shrink`() throws {
    let base = try learn(Array("low low lower lowest".utf8), size: 260)
    #expect(throws: TokenizerError.vocabularyShrinks(259, from: 260)) {
      try BytePairTrainer(extending: base, vocabularySize: 259)
    }
    #expect(try extend(base, Array("low".utf8), size: 260).digest == base.digest)
  }
}
