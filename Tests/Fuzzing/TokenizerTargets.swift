internal import Basics
internal import Pipeline
internal import Tokenizer

/// A small tokenizer, and its files in each form.
struct TokenizerFixture: Sendable {
  let folder: TokenizerFolder
  let vocabulary: [UInt8]
  let merges: [UInt8]
  let huggingFace: [UInt8]
  let tiktoken: [UInt8]
  let specialTokens: [SpecialToken]

  static let shared = Result { try TokenizerFixture() }

  private init() throws {
    let text =
      "the cat and the dog\nthe other theory, 1234 and 12\n" + String(repeating: "then and there ", count: 9)
    let path = try Scratch.write(Array(text.utf8), to: "learned.txt")
    let tokenizer = try VocabularyLearner(Corpus([path]), vocabularySize: 280).run(threads: 1).tokenizer
    vocabulary = tokenizer.vocabularyFile()
    merges = tokenizer.mergesFile()
    huggingFace = try tokenizer.huggingFaceFile()
    tiktoken = try tokenizer.tiktokenFile()
    specialTokens = tokenizer.specialTokens
    _ = try Scratch.write(vocabulary, to: "tokenizer/vocab.json")
    _ = try Scratch.write(merges, to: "tokenizer/merges.txt")
    folder = try TokenizerFolder(Path.join(Scratch.path, "tokenizer"))
  }
}

extension FuzzTarget {
  private static var fixture: TokenizerFixture { get throws { try TokenizerFixture.shared.get() } }

  static let tokenizerTargets = [
    FuzzTarget("tokenizer-json", seeds: { [try fixture.huggingFace, Array("{}".utf8)] }) {
      try check(try Tokenizer(huggingFaceFile: $0))
    },
    FuzzTarget("tiktoken", seeds: { [try fixture.tiktoken, Array("YQ== 0\n".utf8)] }) {
      try check(
        try Tokenizer(tiktokenFile: $0, pattern: .cl100k, specialTokens: fixture.specialTokens))
    },
    FuzzTarget("merges", seeds: { [try fixture.merges, Array("t h\n".utf8)] }) {
      try check(try Tokenizer(vocabularyFile: fixture.vocabulary, mergesFile: $0))
    },
    FuzzTarget("vocabulary", seeds: { [try fixture.vocabulary, Array("{\"a\": 0}".utf8)] }) {
      try check(try Tokenizer(vocabularyFile: $0, mergesFile: fixture.merges))
    },
  ]

  /// What was accepted encodes any bytes so that they come back, also in pieces, and its own files make the same tokenizer.
  private static func check(_ tokenizer: Tokenizer) throws {
    let text =
      Array("the theory of cats and dogs\n\n  12345 caf\u{e9} 日本".utf8) + Array(0...255)
      + [UInt8](repeating: 0x74, count: 300)
    var encoder = Encoder(tokenizer)
    var tokens: [TokenID] = []
    try encoder.encode(text.span, into: &tokens)
    var bytes: [UInt8] = []
    try Decoder(tokenizer).decode(tokens.span, into: &bytes)
    try expect(bytes == text, "a text does not come back")
    try expect(try encoder.count(text.span) == tokens.count, "tokens are counted otherwise")
    // Not every tokenizer can be written.
    guard let files = try? tokenizer.files() else { return }
    try expect(try Tokenizer(files: files).digest == tokenizer.digest, "its files make another tokenizer")
  }
}
