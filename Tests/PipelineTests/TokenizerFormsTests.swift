import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

@Suite struct `Forms of a tokenizer` {
  private let folder: TemporaryFolder
  private let end = SpecialToken(name: SpecialToken.endOfText, id: 300)

  init() throws { folder = try TemporaryFolder() }

  /// Learned with the pattern of o200k, so that vocab.json and merges.txt do not say all.
  private func learned(_ pattern: Pretokenizer.Pattern = .o200k) throws -> Tokenizer {
    var counts = PretokenCounts(pattern: pattern)
    counts.count(Array("it's IT'S 1234567 !\n/ the cab\n\n  the tab".utf8).span)
    return try BytePairTrainer(vocabularySize: 270, pattern: pattern).train(counts)
  }

  @Test func `a folder may hold any, and tokenizer.json wins`() throws {
    let tokenizer = try learned()
    #expect(tokenizer.pattern == .o200k)
    try folder.write(tokenizer.vocabularyFile(), to: "a/vocab.json")
    try folder.write(tokenizer.mergesFile(), to: "a/merges.txt")
    #expect(try TokenizerFolder(folder("a")).tokenizer.pattern == .gpt2)
    try folder.write(tokenizer.huggingFaceFile(), to: "a/tokenizer.json")
    #expect(try TokenizerFolder(folder("a")).tokenizer.digest == tokenizer.digest)
    let file = try TokenizerFolder.resolve(folder("a/tokenizer.json"))
    #expect(file.name == "tokenizer" && file.tokenizer.digest == tokenizer.digest)
  }

  @Test func `a .tiktoken file is known by what is in it, not by its name, or needs to be told`() throws {
    let tokenizer = try learned(.cl100k)
    let mine = try folder.write(tokenizer.tiktokenFile(), to: "b/cl100k_base.tiktoken")
    for path in [mine, folder("b")] {
      let error = #expect(throws: PipelineError.self) { try TokenizerFolder(path) }
      #expect(error.map { "\($0)" }?.contains("prep convert-tokenizer") == true)
    }
    let told = try TokenizerFolder(
      tiktokenFile: mine, pattern: .cl100k, specialTokens: tokenizer.specialTokens)
    #expect(told.tokenizer.digest == tokenizer.digest && told.name == "cl100k_base")
    try folder.write(tokenizer.tiktokenFile(), to: "b/other.tiktoken")
    let error = #expect(throws: PipelineError.self) { try TokenizerFolder(folder("b")) }
    #expect(error.map { "\($0)" }?.contains("not just one .tiktoken file") == true)
  }

  @Test(.enabled(if: Shared.path("data/gpt2/tiktoken/r50k_base.tiktoken") != nil, "needs ../shared"))
  func `a published file under another name is what it is`() throws {
    let bytes = try File.contents(Shared.path("data/gpt2/tiktoken/r50k_base.tiktoken")!)
    let known = try TokenizerFolder(folder.write(bytes, to: "b/cl100k_base.tiktoken"))
    #expect(known.tokenizer.pattern == .gpt2 && known.tokenizer.size == 50_257)
  }

  @Test func `what vocab.json cannot say is written beside it`() throws {
    let learned = try learned(.gpt2)
    let special = SpecialToken(name: "pad", id: 290)
    let tokenizer = try Tokenizer(
      tiktokenFile: learned.tiktokenFile(), pattern: .gpt2, specialTokens: [end, special])
    _ = try TokenizerFolder.write(tokenizer, to: folder("w"))
    #expect(try TokenizerFolder(folder("w")).tokenizer.digest == tokenizer.digest)
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `a dataset keeps what makes its tokenizer again`(pattern: Pretokenizer.Pattern) throws {
    let tokenizer = try learned(pattern)
    _ = try TokenizerFolder.write(tokenizer, to: folder("t"))
    let record = try TokenizerFolder(folder("t")).record()
    #expect(
      record.files.map(\.name) == (pattern == .gpt2 ? ["vocab.json", "merges.txt"] : ["tokenizer.json"]))
    #expect(try Tokenizer(record).digest == tokenizer.digest)
    try folder.write("IT'S the cab!\n/1234567", to: "c.txt")
    var encoder = DatasetEncoder(try Corpus([folder("c.txt")]), try TokenizerFolder(folder("t")))
    encoder.split.method = .hash
    encoder.split.fraction = 0
    _ = try encoder.run(folder: folder("s"), threads: 1)
    #expect(try documents(folder("s"), .train).map(\.text) == ["IT'S the cab!\n/1234567"])
  }

  @Test func `what is learned is written with its pattern, and replaced as a whole`() throws {
    let first = try learned(), second = try learned(.gpt2)
    #expect(try TokenizerFolder.write(first, to: folder("t")) == .written)
    #expect(try Folder.names(folder("t")) == ["merges.txt", "tokenizer.json", "vocab.json"])
    #expect(try TokenizerFolder.write(first, to: folder("t")) == .unchanged)
    #expect(throws: PipelineError.self) { try TokenizerFolder.write(second, to: folder("t")) }
    // A killed run leaves tokenizer.json without vocab.json: another's is not written over.
    try Folder.remove(folder("t/vocab.json"))
    #expect(throws: PipelineError.self) { try TokenizerFolder.check(writingTo: folder("t"), size: 260) }
    #expect(throws: PipelineError.self) { try TokenizerFolder.write(second, to: folder("t")) }
    #expect(try TokenizerFolder.write(first, to: folder("t")) == .written)
    #expect(try TokenizerFolder.write(second, to: folder("t"), replacing: true) == .written)
    #expect(try Folder.names(folder("t")) == ["merges.txt", "vocab.json"])
    #expect(try TokenizerFolder(folder("t")).tokenizer.digest == second.digest)
  }

  /// Long runs of what the patterns keep together, in pieces of a few bytes.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `pieces of a text encode to the tokens of the whole`(pattern: Pretokenizer.Pattern) throws {
    let tokenizer = try learned(pattern)
    var random = SplitMix64(seed: 5)
    let parts = [
      "it's", " IT'S", "!\n", "/\r\n", " \n\n ", "123", " the", "\u{301}\n", ".", "\t\t", "\u{3000}",
    ]
    let text = (0..<3_000).map { _ in parts.randomElement(using: &random)! }.joined()
    try folder.write(text, to: "x.txt")
    var pieces = TextTokenizer(tokenizer)
    pieces.pieceLength = 16
    var written: [UInt8] = []
    try pieces.write(TextInput(folder("x.txt")), as: .u16, threads: 2) { (bytes: Span<UInt8>) in
      for index in bytes.indices { written.append(bytes[index]) }
    }
    var encoder = Encoder(tokenizer), tokens: [TokenID] = []
    try encoder.encode(Array(text.utf8).span, into: &tokens)
    #expect(
      written == tokens.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }

  /// Nearly all white space follows punctuation, where these patterns let no text be cut.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `a long document has the tokens of the whole, and so has what is learned from it`(
    pattern: Pretokenizer.Pattern
  ) throws {
    let unit = String(repeating: "the!\n/", count: 3_000) + " cab"
    let text = String(repeating: unit, count: 150)
    try folder.write(text, to: "l.txt")
    let corpus = try Corpus([folder("l.txt")])
    var learner = VocabularyLearner(corpus, vocabularySize: 270)
    learner.pattern = pattern
    let learned = try learner.run(threads: 2)
    let tokenizer = learned.tokenizer
    var counts = PretokenCounts(pattern: pattern)
    counts.count(Array(text.utf8).span)
    #expect(learned.pretokens == counts.distinctCount)
    #expect(
      try BytePairTrainer(vocabularySize: 270, pattern: pattern).train(counts).digest == tokenizer.digest)
    _ = try TokenizerFolder.write(tokenizer, to: folder("l"))
    var encoder = DatasetEncoder(corpus, try TokenizerFolder(folder("l")))
    encoder.split.method = .hash
    encoder.split.fraction = 0
    let tokens = try encoder.run(folder: folder("s"), threads: 2).work.tokens
    var whole = Encoder(tokenizer)
    #expect(try whole.count(Array(text.utf8).span) + 1 == tokens)
  }
}
