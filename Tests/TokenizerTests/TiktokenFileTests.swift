internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Reading .tiktoken files` {
  private static let end = SpecialToken(name: SpecialToken.endOfText, id: 1_000)

  /// The bytes in order, then `tokens`.
  private func file(_ tokens: [[UInt8]]) -> [UInt8] {
    var file: [UInt8] = []
    for (rank, token) in ((0...255 as ClosedRange<UInt8>).map { [$0] } + tokens).enumerated() {
      Base64.encode(token, into: &file)
      file += Array(" \(rank)\n".utf8)
    }
    return file
  }

  private func load(_ tokens: [String], more: String = "", _ pattern: Pretokenizer.Pattern = .cl100k) throws
    -> Tokenizer
  {
    try Tokenizer(
      tiktokenFile: file(tokens.map { Array($0.utf8) }) + Array(more.utf8), pattern: pattern,
      specialTokens: [Self.end])
  }

  @Test func `ranks are ids, and the lowest two neighbours together are merged first`() throws {
    let tokenizer = try load(["bc", "ab", "abc", "dabc"])
    #expect(tokenizer.size == 1_001 && tokenizer.pattern == .cl100k)
    #expect(try tokenizer.encode("abcab") == [258, 257])
    #expect(try tokenizer.encode("abab") == [257, 257])
    #expect(tokenizer.bytes(of: 999) == nil && tokenizer.bytes(of: 1_000) == Array("<|endoftext|>".utf8))
  }

  @Test func `what newer versions of tiktoken would encode otherwise is not written`() throws {
    let tokenizer = try load(["\n ", " \n "])
    #expect(throws: TokenizerError.self) { try tokenizer.tiktokenFile() }
    #expect(throws: Never.self) { try load(["\n ", " \n "], .gpt2).tiktokenFile() }
  }

  @Test func `a pretoken that is a token is that token, though no merge makes it and nothing is remembered`()
    throws
  {
    let long = String(repeating: "xyz", count: 100), middle = String(repeating: "xy", count: 10)
    let tokenizer = try load(["bc", "wabcq", middle, long])
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    for (text, expected) in [
      ("wabcq", [257]), (middle, [258]), (long, [259]), ("wabcqw", [119, 97, 256, 113, 119]),
    ] as [(String, [TokenID])] {
      for _ in 0..<2 {
        var tokens: [TokenID] = []
        try encoder.encode(Array(text.utf8).span, into: &tokens)
        #expect(tokens == expected)
      }
    }
    #expect(
      try Tokenizer(tiktokenFile: tokenizer.tiktokenFile(), pattern: .cl100k, specialTokens: [Self.end])
        .digest == tokenizer.digest)
    #expect(try Tokenizer(files: tokenizer.files()).digest == tokenizer.digest)
    #expect(throws: TokenizerError.self) { try tokenizer.vocabularyFiles() }
  }

  /// What tiktoken does, in its own words: any two neighbours whose bytes are a token may be merged.
  private func encode(_ pretoken: [UInt8], _ ranks: [[UInt8]: TokenID]) -> [TokenID] {
    if let whole = ranks[pretoken] { return [whole] }
    var parts = pretoken.map { [$0] }
    while true {
      let places = parts.indices.dropLast().filter { ranks[parts[$0] + parts[$0 + 1]] != nil }
      let best = places.min { ranks[parts[$0] + parts[$0 + 1]]! < ranks[parts[$1] + parts[$1 + 1]]! }
      guard let best else { return parts.map { ranks[$0]! } }
      parts.replaceSubrange(best...best + 1, with: [parts[best] + parts[best + 1]])
    }
  }

  /// Tokens in any order, many of which their own bytes never become.
  @Test func `agrees with tiktoken's definition for random tokens, or refuses them`() throws {
    var refused = 0, whole = 0
    for seed in 0..<600 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      func word(_ most: Int) -> [UInt8] {
        (0..<Int.random(in: 2...most, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random) }
      }
      var tokens: [[UInt8]] = []
      for _ in 0..<Int.random(in: 1...25, using: &random) {
        let token = word(seed % 2 == 0 ? 4 : 8)
        if !tokens.contains(token) { tokens.append(token) }
      }
      if seed % 3 == 0 { tokens.sort { $0.count < $1.count } }
      let loaded = Result {
        try Tokenizer(tiktokenFile: file(tokens), pattern: .o200k, specialTokens: [])
      }
      guard case .success(let tokenizer) = loaded else {
        let error = #expect(throws: TokenizerError.self) { try loaded.get() }
        guard case .badRank = error else { throw error! }
        refused += 1
        continue
      }
      let all = (0...255 as ClosedRange<UInt8>).map { [$0] } + tokens
      let ranks = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, TokenID($0)) })
      for text in tokens + (0..<20).map({ _ in word(seed % 5 == 0 ? 100 : 20) }) {
        #expect(try tokenizer.encode(text) == encode(text, ranks), "seed \(seed), text \(text)")
      }
      if (try? tokenizer.vocabularyFiles()) == nil { whole += 1 }
    }
    #expect(refused > 50 && whole > 50 && refused < 550)
  }

  @Test func `faults are named with their lines`() {
    func fault(_ more: String) -> TokenizerError? {
      #expect(throws: TokenizerError.self) { try load(["ab"], more: more) }
    }
    for (line, reason) in [
      ("YWJj\n", "no token with its rank"), ("YWJ 257\n", "base 64"), (" 257\n", "base 64"),
      ("YW*j 257\n", "base 64"), ("YWJj \n", "whole number"), ("YWJj 2x\n", "whole number"),
      ("YWJj 99999999999999999999\n", "whole number"), ("YWJj 2097152\n", "whole number"),
      ("YWJj -1\n", "whole number"), ("YWI= = 257\n", "whole number"), ("YW== 257\n", "base 64"),
    ] {
      let error = fault("\n" + line)
      guard case .badRank(let found, line: 259) = error else {
        Issue.record("\(line): \(String(describing: error))")
        continue
      }
      #expect(found.contains(reason), "\(line)")
    }
    #expect(fault("YWJj 256\n") == .duplicateID(256))
    #expect(fault("YWJj 1000\n") == .duplicateID(1_000))
    #expect(fault("YWI= 257\n") == .duplicateToken("ab", 256, 257))
    #expect(fault("PHxlbmRvZnRleHR8Pg== 257\n") == .duplicateToken("<|endoftext|>", 257, 1_000))
    #expect(throws: TokenizerError.missingByte(0)) {
      try Tokenizer(tiktokenFile: Array("YQ== 0\n".utf8), pattern: .gpt2, specialTokens: [])
    }
    #expect(throws: TokenizerError.badRank(reason: "the token is made of tokens of higher rank", line: 257)) {
      try load(["abc", "ab"])
    }
  }

  @Test func `carriage returns and blank lines are passed over`() throws {
    #expect(try load([], more: "YWI= 256\r\n\n").digest == load(["ab"]).digest)
  }

  @Test func `the pattern is part of what names a tokenizer`() throws {
    let digests = try Pretokenizer.Pattern.allCases.map { try load(["ab"], $0).digest }
    #expect(Set(digests).count == 3)
  }
}

@Suite struct `Base 64` {
  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func `is RFC 4648's`(text: String, letters: String) {
    var bytes: [UInt8] = [], spelled: [UInt8] = []
    Base64.encode(Array(text.utf8), into: &spelled)
    #expect(String(decoding: spelled, as: UTF8.self) == letters)
    #expect(Base64.decode(spelled.span, spelled.indices, into: &bytes) && bytes == Array(text.utf8))
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "Zg==Zg==", "Z g=", "Zm9vé==="])
  func `refuses what spells no bytes`(letters: String) {
    let letters = Array(letters.utf8)
    var bytes: [UInt8] = []
    #expect(!Base64.decode(letters.span, letters.indices, into: &bytes))
  }
}
