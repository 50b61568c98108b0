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

  /// A special token's name may have any letters, and be another token's spelling.
  private static var withMoreNames: [UInt8] {
    get throws {
      let added =
        #"{"id":900,"content":"<|d\u{e9}|>","special":true},{"id":901,"content":"the","special":true}"#
      return Array(
        String(decoding: try fixture.huggingFace, as: UTF8.self).replacing(
          #""added_tokens":["#, with: #""added_tokens":[\#(added),"#, maxReplacements: 1
        ).utf8)
    }
  }

  static let tokenizerTargets = [
    FuzzTarget(
      "tokenizer-json", seeds: { [try fixture.huggingFace, try withMoreNames, Array("{}".utf8)] }
    ) {
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
    let names = tokenizer.specialTokens.map { Array($0.name.utf8) }.joined()
    try neverRefused {
      for text in [text, Array(names)] {
        var encoder = Encoder(tokenizer)
        var tokens: [TokenID] = []
        try encoder.encode(text.span, into: &tokens)
        var bytes: [UInt8] = []
        try Decoder(tokenizer).decode(tokens.span, into: &bytes)
        try expect(bytes == text, "a text does not come back")
        try expect(try encoder.count(text.span) == tokens.count, "tokens are counted otherwise")
        let special = Set(tokenizer.specialTokens.map(\.id))
        try expect(tokens.allSatisfy { !special.contains($0) }, "ordinary text becomes a special token")
      }
    }
    // Not every tokenizer can be written.
    guard let files = try? tokenizer.files() else { return }
    try neverRefused {
      try expect(try Tokenizer(files: files).digest == tokenizer.digest, "its files make another tokenizer")
    }
  }
}
