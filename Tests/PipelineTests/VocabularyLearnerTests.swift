import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

@Suite struct VocabularyLearnerTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func `a file that changes while it is counted is an error`() throws {
    let path = try folder.write("the cab", to: "a.txt")
    let learner = VocabularyLearner(try Corpus([path]), vocabularySize: 260)
    let error = #expect(throws: PipelineError.self) {
      try learner.run(
        threads: 1,
        report: { progress in
          // The same size, so that no read can notice.
          if case .counting = progress { try? AtomicFile.write(Array("the cat".utf8).span, to: path) }
        })
    }
    #expect(
      error.map { "\($0)" }
        == "'\(path)' changed while it was being read; run it again when nobody writes to it")
  }

  /// Text files and lines of JSON of random words, many of them rare.
  private func writeCorpus(seed: UInt64) throws -> Corpus {
    var random = SplitMix64(seed: seed)
    func word() -> String {
      String(Int.random(in: 0..<1 << Int.random(in: 1...30, using: &random), using: &random), radix: 36)
    }
    for file in 0..<4 {
      let text = (0..<4_000).map { _ in word() }.joined(separator: " ") + randomText(&random, upTo: 4_000)
      try folder.write(text, to: "\(seed)/\(file).txt")
      try folder.write(
        (0..<50).map { _ in jsonLine(word() + " " + word()) + "\n" }.joined(), to: "\(seed)/\(file).jsonl")
    }
    return try Corpus([folder("\(seed)")])
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `whatever the memory for counting, the same is learned`(seed: UInt64) throws {
    var learner = VocabularyLearner(try writeCorpus(seed: seed), vocabularySize: 700)
    learner.temporaryFolder = folder.path
    let expected = try learner.run(threads: 1)
    for (limit, threads) in [
      (1, 1), (300_000, 1), (300_000, 3), (1_000_000, 2), (4_000_000, 2), (1 << 40, 2),
    ] {
      learner.memoryLimit = limit
      let result = try learner.run(threads: threads)
      #expect(result.tokenizer.digest == expected.tokenizer.digest, "\(limit) bytes")
      #expect(result.pretokens == expected.pretokens)
      #expect(result.documents == expected.documents)
      #expect(result.textBytes == expected.textBytes)
    }
    #expect(try Folder.names(folder.path) == ["\(seed)"])
  }

  @Test func `a tokenizer is extended within a bound, too`() throws {
    var learner = VocabularyLearner(try writeCorpus(seed: 9), vocabularySize: 400)
    learner.temporaryFolder = folder.path
    let old = try learner.run(threads: 1).tokenizer
    let whole = try VocabularyLearner(learner.corpus, vocabularySize: 600).run(threads: 1).tokenizer
    learner = VocabularyLearner(learner.corpus, vocabularySize: 600)
    learner.temporaryFolder = folder.path
    learner.base = old
    for limit in [nil, 300_000] {
      learner.memoryLimit = limit
      #expect(try learner.run(threads: 2).tokenizer.mergesFile() == whole.mergesFile())
    }
  }

  @Test func `a dataset made before its tokenizer was extended is decoded by the new one`() throws {
    let corpus = try writeCorpus(seed: 11)
    let old = try VocabularyLearner(corpus, vocabularySize: 400).run(threads: 1).tokenizer
    _ = try TokenizerFolder.write(old, to: folder("old"))
    _ = try DatasetEncoder(corpus, TokenizerFolder(folder("old"))).run(folder: folder("shards"), threads: 1)
    var learner = VocabularyLearner(corpus, vocabularySize: 500)
    learner.base = old
    let new = try learner.run(threads: 1).tokenizer
    #expect(new.size == 500)
    let expected = try documents(folder("shards"), .train)
    #expect(expected.count > 100)
    let dataset = try Dataset.open(folder("shards"))
    #expect(dataset.tokenizer.endOfText == new.endOfText)
    var reader = try dataset.reader(.train)
    var texts: [String] = []
    try reader.forEachDocument { _, tokens in
      var bytes: [UInt8] = []
      try Decoder(new).decode(tokens.extracting(0..<tokens.count - 1), into: &bytes)
      texts.append(String(decoding: bytes, as: UTF8.self))
    }
    #expect(texts == expected.map(\.text))
  }
}
