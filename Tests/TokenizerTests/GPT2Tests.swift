internal import Basics
internal import TestSupport
internal import Testing
internal import Tokenizer

/// GPT-2's own vocabulary, which lies beside the checkout on some machines.
enum GPT2 {
  static let isHere = Shared.path("data/gpt2/vocab.bpe") != nil

  static let tokenizer: Result<Tokenizer, any Error> = Result {
    try Tokenizer(
      vocabularyFile: File.contents(Shared.path("data/gpt2/encoder.json") ?? ""),
      mergesFile: File.contents(Shared.path("data/gpt2/vocab.bpe") ?? ""))
  }
}

@Suite(.enabled(if: GPT2.isHere, "needs GPT-2's files in ../shared"))
struct `GPT-2's vocabulary` {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try GPT2.tokenizer.get() }

  @Test func `has 50,257 tokens, the last of which ends a text`() {
    #expect(tokenizer.size == 50_257)
    #expect(tokenizer.endOfText == 50_256)
    #expect(tokenizer.specialTokens == [SpecialToken(name: "<|endoftext|>", id: 50_256)])
    #expect(tokenizer.bytes(of: 50_257) == nil)
  }

  /// Facts of chapter 2.5 of https://github.com/rasbt/LLMs-from-scratch.
  @Test(
    arguments: [
      ("Hello, world. Is this-- a test?", [15496, 11, 995, 13, 1148, 428, 438, 257, 1332, 30]),
      ("Akwirw ier", [33901, 86, 343, 86, 220, 959]), ("This is some text", [1212, 318, 617, 2420]),
      ("<|user|>", [27, 91, 7220, 91, 29]), ("  two  spaces ", [220, 734, 220, 9029, 220]),
      ("a\r\nb", [64, 201, 198, 65]),
      ("don't DON'T", [9099, 470, 23917, 6, 51]), ("日本語", [33768, 98, 17312, 105, 45739, 252]),
      ("👍🏽", [41840, 235, 8582, 237, 121]), ("x\u{a0}y", [87, 1849, 88]), ("\u{3000}z", [5099, 222, 89]),
    ] as [(String, [TokenID])])
  func `encodes as it is known to`(text: String, expected: [TokenID]) throws {
    #expect(try tokenizer.encode(text) == expected)
    #expect(try tokenizer.decode(expected) == Array(text.utf8))
  }

  @Test func `takes the end of a text for a token only where that is allowed`() throws {
    let text = "Hello, do you like tea? <|endoftext|> In the sunlit terracesof someunknownPlace."
    let expected: [TokenID] = [
      15496, 11, 466, 345, 588, 8887, 30, 220, 50256, 554, 262, 4252, 18250, 8812, 2114, 1659, 617, 34680,
      27271, 13,
    ]
    #expect(try tokenizer.encode(text, special: .allow(["<|endoftext|>"])) == expected)
    #expect(try !tokenizer.encode(text).contains(50_256))
    #expect(throws: TokenizerError.specialTokenInText("<|endoftext|>", offset: 24)) {
      try tokenizer.encode(text, special: .error)
    }
  }

  @Test(.enabled(if: Shared.path("golden/tokenizer/strings.jsonl") != nil, "needs ../shared"))
  func `agrees with tiktoken on strings`() throws {
    var encoder = Encoder(tokenizer)
    let lines = try File.contents(Shared.path("golden/tokenizer/strings.jsonl")!).split(separator: 10)
    #expect(lines.count > 3_000)
    for line in lines {
      let row = try JSON.parse(Array(line).span)
      let text = try #require(Base64.bytes(row["utf8"]!.string!))
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      #expect(tokens == row["ids"]!.elements!.map { TokenID($0.integer!) }, "text \(text)")
      #expect(try tokenizer.decode(tokens) == text)
    }
  }

  @Test(.enabled(if: Shared.path("golden/tokenizer/streams.tsv") != nil, "needs ../shared"))
  func `agrees with tiktoken on files`() throws {
    let table = String(
      decoding: try File.contents(Shared.path("golden/tokenizer/streams.tsv")!), as: UTF8.self)
    for row in table.split(separator: "\n").dropFirst() {
      let fields = row.split(separator: "\t").map(String.init)
      guard let path = Shared.path("data/\(fields[0])") else { continue }
      let tokens = try tokenizer.encode(try File.contents(path))
      #expect(tokens.count == Int(fields[2]), "\(fields[0])")
      let stream = tokens.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      #expect(SHA256.hash(stream).description == fields[3], "\(fields[0])")
    }
  }

  @Test func `is written as it was read`() throws {
    let again = try Tokenizer(vocabularyFile: tokenizer.vocabularyFile(), mergesFile: tokenizer.mergesFile())
    #expect(again.digest == tokenizer.digest)
    #expect(tokenizer.mergesFile() == (try File.contents(Shared.path("data/gpt2/vocab.bpe")!)))
  }

  @Test(arguments: ["a", "^", " ", "\n", "1"])
  func `a megabyte of one character takes well under a second`(character: String) throws {
    let text = Array(String(repeating: character, count: 1_000_000).utf8)
    var encoder = Encoder(tokenizer)
    var tokens: [TokenID] = []
    let time = try ContinuousClock().measure { try encoder.encode(text.span, into: &tokens) }
    // A tenth of it here; the rest is for busy machines.
    #expect(time < .seconds(1))
    #expect(try tokenizer.decode(tokens) == text)
  }
}
