internal import Basics
internal import TestSupport
internal import Testing
internal import Tokenizer

@Suite struct Learning {
  private func learn(
    _ texts: [[UInt8]], size: Int, ties: TieOrder = .gpt2, minimumCount: Int = 1, spare: Int? = nil
  ) throws -> Tokenizer {
    var counts = PretokenCounts()
    for text in texts { counts.count(text.span) }
    var trainer = try BytePairTrainer(vocabularySize: size, ties: ties, minimumCount: minimumCount)
    if let spare { trainer.sparePlaces = spare }
    return try trainer.train(counts)
  }

  private func merges(_ tokenizer: Tokenizer) -> [String] {
    String(decoding: tokenizer.mergesFile(), as: UTF8.self).split(separator: "\n").dropFirst().map(
      String.init)
  }

  @Test func `the most frequent pair is merged first`() throws {
    let tokenizer = try learn([Array("low low lower lowest".utf8)], size: 257 + 3)
    #expect(merges(tokenizer) == ["l o", "lo w", "Ġ low"])
    #expect(tokenizer.size == 260)
    #expect(tokenizer.endOfText == 259)
    #expect(tokenizer.bytes(of: 258) == Array(" low".utf8))
  }

  @Test func `bytes come in the order of GPT-2's vocabulary`() throws {
    let tokenizer = try learn([], size: 257)
    #expect(tokenizer.bytes(of: 0) == Array("!".utf8))
    #expect(tokenizer.bytes(of: 220) == Array(" ".utf8))
    #expect(tokenizer.bytes(of: 255) == [0xad])
  }

  @Test func `of pairs seen equally often the lowest is merged first, and the order says which that is`()
    throws
  {
    // The blank has byte 32 and so comes before every letter, but GPT-2's character for it comes after.
    let text = Array("xa by".utf8)
    #expect(merges(try learn([text], size: 258, ties: .gpt2)) == ["b y"])
    #expect(merges(try learn([text], size: 258, ties: .bytes)) == ["Ġ b"])
  }

  @Test func `a vocabulary can end before it is full`() throws {
    #expect(try learn([Array("ab".utf8)], size: 1_000).size == 258)
    #expect(try learn([Array("ab ab ac".utf8)], size: 1_000, minimumCount: 2).size == 258)
    #expect(try learn([], size: 1_000).size == 257)
  }

  @Test func `there must be room for the bytes and the end of a text`() {
    #expect(throws: TokenizerError.vocabularyTooSmall(256)) { try BytePairTrainer(vocabularySize: 256) }
    #expect(throws: TokenizerError.tooManyTokens(1 << 22, limit: 1 << 21)) {
      try BytePairTrainer(vocabularySize: 1 << 22)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>, TieOrder.allCases)
  func `agrees with the definition`(seed: UInt64, ties: TieOrder) throws {
    var random = SplitMix64(seed: seed)
    let letters = Array((seed % 2 == 0 ? "aab" : "abcd é").utf8)
    let text = (0..<Int.random(in: 0...400, using: &random)).map { _ in letters.randomElement(using: &random)!
    }
    let minimum = Int.random(in: 0...3, using: &random)
    let spare = Int.random(in: 0...100, using: &random)
    let tokenizer = try learn([text], size: 257 + 60, ties: ties, minimumCount: minimum, spare: spare)
    let order = ties == .bytes ? Array(0...255) : TestVocabulary().tokens.map { $0[0] }
    let expected = Reference.learn(Reference.pretokens(text), order: order, merges: 60, minimumCount: minimum)
    #expect(
      merges(tokenizer) == expected.map { TestVocabulary.spelling($0) + " " + TestVocabulary.spelling($1) })
  }

  @Test(arguments: TieOrder.allCases) func `tidying up after every merge changes nothing`(ties: TieOrder)
    throws
  {
    var random = SplitMix64(seed: 17)
    // Few pairs with many places each, and many with few.
    for (letters, count) in [("ab ", 20_000), ("abcdefgh ijklmnop qrstuvwxyz éß日", 3_000)] {
      let letters = Array(letters.utf8)
      let text = (0..<count).map { _ in letters.randomElement(using: &random)! }
      let expected = try learn([text], size: 257 + 400, ties: ties)
      #expect(try learn([text], size: 257 + 400, ties: ties, spare: 0).digest == expected.digest)
    }
  }

  @Test func `the order of documents and how they are divided do not matter`() throws {
    var texts = RandomText(seed: 3)
    let documents = (0..<200).map { _ in texts.bytes(pieces: 30) }
    let expected = try learn(documents, size: 700)
    var first = PretokenCounts(), second = PretokenCounts()
    for (index, document) in documents.enumerated().reversed() {
      if index % 3 == 0 { first.count(document.span) } else { second.count(document.span) }
    }
    second.merge(first)
    #expect(try BytePairTrainer(vocabularySize: 700).train(second).digest == expected.digest)
  }

  @Test func `pretokens are counted, long ones too`() {
    let long = String(repeating: "abc", count: 20)
    let text = Array("a bb a \(long) \(long) 日本語日本語日本語 \(long)".utf8)
    var counts = PretokenCounts()
    counts.count(text.span)
    counts.count(text.span)
    #expect(counts.totalCount == 14)
    #expect(counts.distinctCount == 5)
    var merged = PretokenCounts()
    merged.merge(counts)
    merged.merge(counts)
    #expect(merged.totalCount == 28)
    #expect(merged.distinctCount == 5)
  }

  @Test func `what was learned encodes the corpus, and survives being written`() throws {
    var texts = RandomText(seed: 11)
    let text = (0..<50).flatMap { _ in Array(texts.text(pieces: 30).utf8) }
    let tokenizer = try learn([text], size: 900)
    let again = try Tokenizer(vocabularyFile: tokenizer.vocabularyFile(), mergesFile: tokenizer.mergesFile())
    #expect(again.digest == tokenizer.digest)
    let tokens = try again.encode(text)
    #expect(try tokens == tokenizer.encode(text))
    #expect(try again.decode(tokens) == text)
    #expect(tokens.count < text.count)
  }

  @Test func `progress is reported and cancelling ends it`() throws {
    var texts = RandomText(seed: 5)
    let text = (0..<50).flatMap { _ in texts.bytes(pieces: 60) }
    func counts() -> PretokenCounts {
      var counts = PretokenCounts()
      counts.count(text.span)
      return counts
    }
    var reports: [Int] = []
    let trainer = try BytePairTrainer(vocabularySize: 257 + 250)
    _ = try trainer.train(counts(), report: { reports.append($0.merges) })
    #expect(reports == [100, 200, 250])
    #expect(throws: TokenizerError.cancelled) { try trainer.train(counts(), isCancelled: { true }) }
  }

  private static let goldens = Shared.path("golden/tokenizer/the-verdict.744.merges")

  @Test(
    .enabled(if: goldens != nil, "needs the goldens in ../shared"),
    arguments: [
      ("book/the-verdict.txt", 744), ("english/tinyshakespeare.txt", 5_000), ("bench/code.txt", 10_000),
      ("bench/multi.txt", 20_000), ("bench/english.txt", 50_000),
    ])
  func `agrees with Hugging Face's trainer`(file: String, count: Int) throws {
    let name = Path.name(file).split(separator: ".")[0]
    let path = try #require(Shared.path("data/\(file)"))
    let golden = try #require(Shared.path("golden/tokenizer/\(name).\(count).merges"))
    let tokenizer = try learn([try File.contents(path)], size: count + 257)
    #expect(tokenizer.mergesFile() == (try File.contents(golden)))
  }
}
