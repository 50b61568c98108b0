internal import Basics
internal import TestSupport
internal import Testing
internal import Tokenizer

/// The encodings that OpenAI published, whose files lie beside the checkout on some machines.
enum Published {
  static let isHere = Shared.path("data/gpt2/tiktoken/o200k_base.tiktoken") != nil

  static let tokenizers = Dictionary(
    uniqueKeysWithValues: [PublishedEncoding.r50k_base, .cl100k_base, .o200k_base].map { encoding in
      (encoding, Result { try Tokenizer(tiktokenFile: file(encoding), encoding) })
    })

  static func file(_ encoding: PublishedEncoding) throws -> [UInt8] {
    try File.contents(Shared.path("data/gpt2/tiktoken/\(encoding.rawValue).tiktoken") ?? "")
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try tokenizers[PublishedEncoding(rawValue: name)!]!.get()
  }
}

@Suite(.enabled(if: Published.isHere, "needs the .tiktoken files in ../shared"))
struct `Published encodings` {
  private func expect(_ tokens: [TokenID], _ row: TiktokenGolden.Row) {
    #expect(tokens.count == row.count, "\(row.encoding) \(row.name)")
    var bytes: [UInt8] = []
    for token in tokens {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: token >> shift)) }
    }
    #expect(SHA256.hash(bytes).description.hasPrefix(row.digest), "\(row.encoding) \(row.name)")
  }

  @Test(.enabled(if: Shared.path("golden/tokenizer/strings.jsonl") != nil, "needs ../shared"))
  func `agree with tiktoken on strings`() throws {
    let lines = try File.contents(Shared.path("golden/tokenizer/strings.jsonl")!).split(separator: 10)
    let texts = try lines.map { line in
      try #require(Base64.bytes(JSON.parse(Array(line).span)["utf8"]!.string!))
    }
    for row in TiktokenGolden.strings {
      var encoder = Encoder(try Published.tokenizer(row.encoding))
      var tokens: [TokenID] = []
      for text in texts { try encoder.encode(text.span, into: &tokens) }
      expect(tokens, row)
    }
  }

  @Test func `agree with tiktoken on files`() throws {
    for row in TiktokenGolden.files {
      let path = try #require(Shared.path("data/\(row.name)"))
      expect(try Published.tokenizer(row.encoding).encode(try File.contents(path)), row)
    }
  }

  @Test func `agree with tiktoken on a million of one character`() throws {
    for row in TiktokenGolden.runs {
      let text = Array(String(repeating: row.name, count: row.repeats).utf8)
      let tokenizer = try Published.tokenizer(row.encoding)
      let tokens = try tokenizer.encode(text)
      expect(tokens, row)
      #expect(try tokenizer.decode(tokens) == text)
    }
  }

  @Test func `have the special tokens and the sizes of tiktoken's`() throws {
    for (name, size, end) in [
      ("r50k_base", 50_257, 50_256), ("cl100k_base", 100_277, 100_257), ("o200k_base", 200_019, 199_999),
    ] {
      let tokenizer = try Published.tokenizer(name)
      #expect(tokenizer.size == size && tokenizer.endOfText == TokenID(end))
      #expect(try tokenizer.encode("<|endoftext|>", special: .allow(["<|endoftext|>"])) == [TokenID(end)])
    }
  }

  @Test func `leave ids unused, which decoding refuses`() throws {
    let tokenizer = try Published.tokenizer("cl100k_base")
    #expect(tokenizer.bytes(of: 100_261) == nil)
    #expect(throws: TokenizerError.unusedID(100_261, position: 1)) { try tokenizer.decode([0, 100_261]) }
    var streaming = StreamingDecoder(tokenizer), bytes: [UInt8] = []
    #expect(throws: TokenizerError.unusedID(100_256, position: 0)) {
      try streaming.append(100_256, into: &bytes)
    }
  }

  @Test func `share a file, and are told apart by its name`() throws {
    let file = try Published.file(.o200k_base)
    #expect(PublishedEncoding(tiktokenFile: file, name: "o200k_harmony") == .o200k_harmony)
    #expect(PublishedEncoding(tiktokenFile: file, name: "another") == .o200k_base)
    let tokenizer = try Tokenizer(tiktokenFile: file, .o200k_harmony)
    #expect(tokenizer.size == 201_088)
    #expect(try tokenizer.encode("<|call|>", special: .allow(["<|call|>"])) == [200_012])
  }

  @Test func `are known by their files, and are written as they were read`() throws {
    for encoding in [PublishedEncoding.r50k_base, .cl100k_base, .o200k_base] {
      let file = try Published.file(encoding)
      #expect(PublishedEncoding(tiktokenFile: file) == encoding)
      #expect(try Published.tokenizer(encoding.rawValue).tiktokenFile() == file)
    }
  }

  @Test(.enabled(if: GPT2.isHere, "needs GPT-2's files in ../shared"))
  func `r50k is GPT-2's vocabulary`() throws {
    #expect(try Published.tokenizer("r50k_base").digest == GPT2.tokenizer.get().digest)
  }

  @Test func `have no token for which later versions of tiktoken's cl100k matter`() throws {
    let tokenizer = try Published.tokenizer("cl100k_base")
    for id in 0..<TokenID(tokenizer.size) {
      guard let bytes = tokenizer.bytes(of: id), let last = bytes.lastIndex(where: { $0 == 10 || $0 == 13 })
      else { continue }
      let rest = String(decoding: bytes[(last + 1)...], as: UTF8.self)
      #expect(rest.isEmpty || !rest.unicodeScalars.allSatisfy(\.properties.isWhitespace), "\(id)")
    }
  }

  @Test(arguments: ["cl100k_base", "o200k_base"])
  func `pass through tokenizer.json unchanged`(name: String) throws {
    let tokenizer = try Published.tokenizer(name)
    let again = try Tokenizer(files: tokenizer.files())
    #expect(again.digest == tokenizer.digest && again.pattern == tokenizer.pattern)
  }
}

@Suite struct `Special tokens of published encodings` {
  /// SHA-256 of tiktoken 0.14.0's names and ids, a line each, by id; of two names for one id the one that is no reserved one.
  @Test(arguments: [
    (
      PublishedEncoding.o200k_harmony, 1_090,
      "3e2b1a617f5ae19aea39d9dd4fe42604a791cecb1346424b95d5bc61ec769a67"
    )
  ])
  func `are tiktoken's`(encoding: PublishedEncoding, count: Int, digest: String) {
    let tokens = encoding.specialTokens.sorted { $0.id < $1.id }
    #expect(tokens.count == count)
    let list = tokens.map { "\($0.name) \($0.id)\n" }.joined()
    #expect(SHA256.hash(Array(list.utf8)).description == digest)
  }

  @Test func `of p50k end after its merges`() {
    #expect(PublishedEncoding.p50k_base.specialTokens == [SpecialToken(name: "<|endoftext|>", id: 50_256)])
    #expect(
      PublishedEncoding.p50k_edit.specialTokens.map(\.name) == [
        "<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>",
      ])
    #expect(PublishedEncoding.p50k_edit.specialTokens.map(\.id) == [50_256, 50_281, 50_282, 50_283])
  }
}

extension Base64 {
  static func bytes(_ text: String) -> [UInt8]? {
    let letters = Array(text.utf8)
    var bytes: [UInt8] = []
    return decode(letters.span, letters.indices, into: &bytes) ? bytes : nil
  }
}
