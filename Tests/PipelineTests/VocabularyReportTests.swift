import Basics
import Pipeline
import TestSupport
import Testing
import Tokenizer

@Suite("How a vocabulary suits a text") struct VocabularyReportTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  /// Counts by encoding every pretoken of every text.
  private func slowly(_ texts: [[UInt8]]) throws -> (counts: [Int], pretokens: Int, whole: Int) {
    var counts = [Int](repeating: 0, count: tokenizer.tokenizer.size)
    var pretokens = 0, whole = 0
    for text in texts {
      var encoder = Encoder(tokenizer.tokenizer)
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      for token in tokens { counts[Int(token)] += 1 }
      var places: [Range<Int>] = []
      Pretokenizer.forEach(text.span) { places.append($0) }
      pretokens += places.count
      for place in places {
        let pretoken = Array(text[place])
        if try encoder.count(pretoken.span) == 1 { whole += 1 }
      }
    }
    return (counts, pretokens, whole)
  }

  @Test(arguments: 0..<10 as Range<UInt64>, [1, 3])
  func `figures are those of an obvious count`(seed: UInt64, threads: Int) throws {
    var random = SplitMix64(seed: seed)
    let texts = (0..<9).map { _ in randomText(&random, upTo: 3_000) }
    for (index, text) in texts.prefix(5).enumerated() { try folder.write(text, to: "c/\(index).txt") }
    try folder.write(texts.dropFirst(5).map { jsonLine($0) + "\n" }.joined(), to: "c/lines.jsonl")
    let text = try MeasuredText(Corpus([folder("c")]), threads: threads)
    let report = try VocabularyReport(text, tokenizer)
    let expected = try slowly(texts.map { Array($0.utf8) })
    #expect(report.counts == expected.counts)
    #expect(report.tokens == expected.counts.reduce(0, +))
    #expect(report.wholePretokens == expected.whole)
    #expect(text.pretokenCount == expected.pretokens)
    #expect(text.documents == 9)
    #expect(text.bytes == texts.reduce(0) { $0 + $1.utf8.count })
    #expect(text.characters == texts.reduce(0) { $0 + $1.unicodeScalars.count })
    #expect(report.lengths.reduce(0) { $0 + $1.occurrences * $1.bytes } == text.bytes)
  }

  @Test func `tokens are listed by what they are, special ones never`() throws {
    try folder.write("the the the  abab12 é", to: "c/a.txt")
    let text = try MeasuredText(Corpus([folder("c")]), threads: 1)
    let report = try VocabularyReport(text, tokenizer)
    func spell(_ entries: [VocabularyReport.Entry]) -> [String] {
      entries.map { "\(String(decoding: $0.bytes, as: UTF8.self)):\($0.count)" }
    }
    #expect(spell(report.commonest(2)) == [" :2", " the:2"])
    #expect(spell(report.longest(3, used: true)) == [" the:2", "the:1", " a:1"])
    #expect(spell(report.longest(3, used: false)) == ["th:0", "\n\n:0", "  :0"])
    #expect(report.entries.count == 256 + SmallTokenizer.merges.count)
    #expect(report.lengths.map(\.bytes) == [1, 2, 3, 4])
    #expect(
      report.lengths[3] == report.lengths.first { $0.tokens == 1 && $0.used == 1 && $0.occurrences == 2 })
    #expect(report.commonest(1_000).count == report.entries.count { $0.count > 0 })
  }

  @Test func `bytes that belong to no character count as one each`() throws {
    try folder.write([0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82] as [UInt8], to: "c/a.txt")
    var options = TextOptions()
    options.invalid = .keep
    let text = try MeasuredText(Corpus([folder("c")]), options, threads: 1)
    #expect(text.characters == 5)
    #expect(text.bytes == 6)
    #expect(throws: PipelineError.self) {
      _ = try MeasuredText(Corpus([folder("c")]), threads: 1).bytes
    }
  }

  @Test func `nothing has figures, too`() throws {
    try folder.write("", to: "c/a.txt")
    let text = try MeasuredText(Corpus([folder("c")]), threads: 2)
    let report = try VocabularyReport(text, tokenizer)
    #expect(report.tokens == 0)
    #expect(report.commonest(5).isEmpty)
    #expect(report.longest(1, used: false).map(\.bytes) == [Array(" the".utf8)])
  }
}
