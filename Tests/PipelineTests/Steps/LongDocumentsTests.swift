import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

@Suite struct LongDocumentsTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encoder(_ files: String..., steps: (inout StepOptions) -> Void) throws -> DatasetEncoder {
    var encoder = DatasetEncoder(try Corpus(files.map { folder($0) }), tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0
    encoder.text.steps = .with(steps)
    return encoder
  }

  @Test func `a document in pieces becomes what it becomes as a whole`() throws {
    var random = SplitMix64(seed: 11)
    let parts = ["word", " ", "\r\n", "\r", "e\u{301}", "\u{327}", "한", "\n", "  ", "ﬁ", "\u{a0}", "."]
    var text = ""
    while text.utf8.count < 3_500_000 { text += parts.randomElement(using: &random)! }
    try folder.write(text, to: "a.txt")
    let encoder = try encoder("a.txt") { ($0.newlines, $0.normalize) = (true, .nfkc) }
    let summary = try encoder.run(folder: folder("s"), threads: 2)
    let expected = encoder.text.steps.apply(to: Array(text.utf8)).text
    let found = try documents(folder("s"), .train)
    #expect(found.count == 1 && Array(found[0].text.utf8) == expected && found[0].count == text.utf8.count)
    var tokens: [TokenID] = []
    var own = Encoder(tokenizer.tokenizer)
    try own.encode(expected.span, into: &tokens)
    var reader = try Dataset.open(folder("s")).reader(.train)
    #expect(reader.tokenCount == tokens.count + 1)
    try reader.forEachDocument { entry, _ in #expect(entry.textHash == XXH64.hash(expected.span)) }
    #expect(summary.work.steps.dropFirst().map(\.changed.documents) == [1, 1])
    #expect(summary.work.steps[1].changed.bytes == text.utf8.count)
  }

  @Test func `a document that is too long to be judged is left out`() throws {
    let text = Array(repeating: Array("many words in a line\n".utf8), count: 3_200_000).flatMap { $0 }
    try folder.write(text, to: "a.txt")
    try folder.write("short", to: "b.txt")
    let encoder = try encoder("a.txt", "b.txt") { $0.maxLine = 1_000 }
    let summary = try encoder.run(folder: folder("s"), threads: 2)
    #expect(try documents(folder("s"), .train).map(\.text) == ["short"])
    #expect(
      try rejects(folder("s")) == [
        "a.txt 0 longer than 67108864 bytes, the longest document that the steps take"
      ])
    #expect(summary.work.steps.first?.dropped.bytes == text.count)
  }

  @Test func `a line that is too long to be judged is left out, and ends the run where nothing judges`()
    throws
  {
    let long = Array("{\"text\": \"".utf8) + [UInt8](repeating: 0x61, count: 70_000_000) + Array("\"}".utf8)
    let (first, last) = (Array((jsonLine("one") + "\n").utf8), Array((jsonLine("two") + "\n").utf8))
    try folder.write(first + long + [0x0a] + last, to: "a.jsonl")
    try folder.write(long, to: "b.jsonl")
    let encoder = try encoder("a.jsonl", "b.jsonl") { ($0.maxBytes, $0.dropDuplicates) = (1_000, true) }
    let summary = try encoder.run(folder: folder("s"), threads: 2)
    #expect(try documents(folder("s"), .train).map(\.text) == ["one", "two"])
    let reason = "longer than 67108864 bytes, the longest document that the steps take"
    #expect(try rejects(folder("s")) == ["a.jsonl \(first.count) \(reason)", "b.jsonl 0 \(reason)"])
    #expect(summary.work.steps.first?.dropped.documents == 2)
    #expect(summary.work.steps.first?.dropped.bytes == 2 * long.count + 1)
    let plain = try self.encoder("a.jsonl") { $0.newlines = true }
    #expect(
      errorText { _ = try plain.run(folder: folder("p"), threads: 1) }.contains(
        "a.jsonl', line 2: longer than 67108864 bytes"))
  }

  @Test func `a document that is too long to be judged is left out where it has no white space, too`() throws
  {
    // An odd place for every character, so that one lies across the longest document's end.
    try folder.write([0x78] + Array(repeating: [0xc3, 0xa9], count: 35_000_000).flatMap { $0 }, to: "a.txt")
    try folder.write("short", to: "b.txt")
    _ = try encoder("a.txt", "b.txt") { $0.minBytes = 1 }.run(folder: folder("s"), threads: 2)
    #expect(try documents(folder("s"), .train).map(\.text) == ["short"])
    #expect(
      try rejects(folder("s")) == [
        "a.txt 0 longer than 67108864 bytes, the longest document that the steps take"
      ])
  }

  @Test func `a document of some megabytes is judged as a whole`() throws {
    let text = Array(repeating: Array("many words in a line\n".utf8), count: 200_000).flatMap { $0 }
    try folder.write(text, to: "a.txt")
    try folder.write(text, to: "b.txt")
    try folder.write(text + [98], to: "c.txt")
    let encoder = try encoder("a.txt", "b.txt", "c.txt") {
      ($0.minBytes, $0.dropDuplicates) = (4_200_000, true)
    }
    _ = try encoder.run(folder: folder("s"), threads: 2)
    #expect(try documents(folder("s"), .train).map(\.count) == [4_200_000, 4_200_001])
  }

  @Test func `documents that steps make equal are on the same side`() throws {
    var random = SplitMix64(seed: 12)
    let texts = (0..<200).map { "\($0)" + randomText(&random, upTo: 40).replacing("\r", with: "") }
    let lines = texts.map { jsonLine($0 + "\nend") }.joined(separator: "\n")
    let others = texts.map { jsonLine($0.replacing("\n", with: "\r\n") + "\rend") }.joined(separator: "\n")
    try folder.write(lines, to: "a.jsonl")
    try folder.write(others, to: "b.jsonl")
    // Files in pieces, too: their first 64 KiB decide.
    for number in 0..<12 {
      let text = String(repeating: "line \(number) of a text\n", count: 70_000)
      try folder.write(text, to: "long/\(number).txt")
      try folder.write(text.replacing("\n", with: "\r\n"), to: "long/\(number).md")
    }
    var encoder = try encoder("a.jsonl", "b.jsonl", "long") { $0.newlines = true }
    encoder.split.fraction = 0.4
    _ = try encoder.run(folder: folder("s"), threads: 2)
    let train = try documents(folder("s"), .train).map(\.text)
    let val = try documents(folder("s"), .val).map(\.text)
    #expect(Set(train).isDisjoint(with: val) && !val.isEmpty && train.count + val.count == 424)
  }
}
