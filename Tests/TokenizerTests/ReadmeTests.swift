internal import Basics
internal import TestSupport
internal import Testing
internal import Tokenizer

/// The README's sample as it stands there, compiled and run.
@Suite struct `Sample in the README` {
  private func run(vocabulary: [UInt8], merges: [UInt8], print: ([TokenID], Range<Int>) -> Void) throws {
    // Begins.
    // Or huggingFaceFile:, or tiktokenFile:.
    let tokenizer = try Tokenizer(vocabularyFile: vocabulary, mergesFile: merges)
    // One for each thread.
    var encoder = Encoder(tokenizer)
    var tokens: [TokenID] = []
    let text = Array("hello world".utf8)
    try encoder.encode(text.span, into: &tokens)
    // Of GPT-2's vocabulary: [31373, 995], and the second one is the bytes 5..<11.
    let offsets = try TokenOffsets(tokens.span, tokenizer)
    print(tokens, offsets[tokens.count - 1])
    // Ends.
  }

  @Test func `is what is compiled here`() throws {
    func lines(_ path: String) throws -> [Substring] {
      try String(decoding: File.contents(path), as: UTF8.self).split(separator: "\n").map { line in
        line.drop { $0 == " " }
      }
    }
    let readme = try lines(Shared.package + "/README.md")
    let start = try #require(readme.firstIndex(of: "import Tokenizer"))
    let sample = readme[(start + 1)...].prefix { $0 != "```" }
    let here = try lines(#filePath)
    let begin = try #require(here.firstIndex(of: "// Begins."))
    #expect(Array(sample) == Array(here[(begin + 1)...].prefix { $0 != "// Ends." }))
    #expect(sample.count > 8)
  }

  @Test func `runs`() throws {
    let letters = TestVocabulary(["l l"])
    try run(vocabulary: Array(letters.vocabularyFile.utf8), merges: Array(letters.mergesFile.utf8)) {
      #expect($0.count == 10 && $1 == 10..<11)
    }
  }

  @Test(.enabled(if: GPT2.isHere, "needs GPT-2's files in ../shared"))
  func `has the tokens that it says`() throws {
    let folder = try #require(Shared.path("data/gpt2"))
    try run(
      vocabulary: File.contents(folder + "/encoder.json"), merges: File.contents(folder + "/vocab.bpe")
    ) {
      #expect($0 == [31373, 995] && $1 == 5..<11)
    }
  }
}
