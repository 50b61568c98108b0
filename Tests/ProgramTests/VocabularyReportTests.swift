import Basics
import TestSupport
import Testing

@Suite struct `A report on a vocabulary` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 60_000, vocabulary: 500)
    try place.folder.write("the cat saw <|endoftext|> the cat\n\u{7}é", to: "a.txt")
  }

  private func report(_ arguments: String...) throws -> JSON {
    let program = try place.start("prep", ["bpe-report", "--json"] + arguments)
    return try JSON.parse(succeed(program.wait()).text)
  }

  private func tokenizer(_ report: JSON, _ number: Int = 0) throws -> JSON {
    try #require(report["tokenizers"]?.elements)[number]
  }

  @Test func `agrees with what is counted elsewhere`() throws {
    let report = try report("a.txt"), mine = try tokenizer(report)
    let text = try place.text("a.txt")
    #expect(report["bytes"]?.integer == text.utf8.count)
    #expect(report["characters"]?.integer == text.unicodeScalars.count)
    #expect(report["documents"]?.integer == 1)
    let ids = try succeed(place.prep("tokenize", "a.txt")).text.split { $0 == " " || $0 == "\n" }
    #expect(mine["tokens"]?.integer == ids.count)
    #expect(mine["vocabulary"]?.integer == 500)
    #expect(mine["unused-tokens"]?.integer == 499 - Set(ids).count)
    #expect(mine["bytes-per-token"]?.number == Double(text.utf8.count) / Double(ids.count))
    let lengths = try #require(mine["lengths"]?.elements)
    #expect(lengths.reduce(0) { $0 + $1["occurrences"]!.integer! } == ids.count)
    #expect(lengths.reduce(0) { $0 + $1["tokens"]!.integer! } == 499)
  }

  @Test func `reads all that is encoded, on any number of threads`() throws {
    let text = try place.bytes("corpora/stories.jsonl")
    try place.folder.write(Packed.zstd(text), to: "many/b.jsonl.zst")
    try place.folder.write(Packed.gzip(place.bytes("a.txt")), to: "many/a.txt.gz")
    try place.folder.write("let code = 1\n", to: "many/c.swift")
    try place.folder.write("# Notes\n", to: "many/deep/d.md")
    let one = try report("many", "--threads", "1")
    #expect(try one == report("many", "--threads", "3"))
    let summary = try JSON.parse(
      succeed(place.prep("encode", "many", "--val-fraction", "0", "--json", "--out", "s")).text)
    #expect(one["documents"] == summary["documents"])
    #expect(one["bytes"] == summary["text-bytes"])
    // A dataset has a token at the end of each document.
    let tokens = try #require(tokenizer(one)["tokens"]?.integer)
    #expect(tokens + one["documents"]!.integer! == summary["tokens"]?.integer)
  }

  @Test func `sets two tokenizers side by side`() throws {
    succeed(try place.prep("bpe-train", "--vocab-size", "300", "--out", "small"))
    let page = succeed(try place.prep("bpe-report", "corpora", "--compare", "small")).text
    let rows = page.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["tokenizer", "small", "ratio"]))
    #expect(rows.contains(["vocabulary", "500", "300", "1.667"]))
    let both = try report("corpora", "--compare", "small")
    let counts = try (0..<2).map { try #require(tokenizer(both, $0)["tokens"]?.integer) }
    #expect(counts[0] < counts[1])
    #expect(rows.contains { $0.starts(with: ["tokens", "\(counts[0])", "\(counts[1])"]) })
    #expect(try tokenizer(both, 1) == tokenizer(report("corpora", "--tokenizer", "small")))
  }

  @Test func `names tokens as they can be read`() throws {
    let page = succeed(try place.prep("bpe-report", "a.txt", "--examples", "500")).text
    for part in ["\"\\x07\" 1", "\"\\n\" 1", "\"\\xff\"", "\"\\\"\"", "\"\\\\\"", "\" the\" 1"] {
      #expect(page.contains(part), "\(part)")
    }
    let bare = succeed(try place.prep("bpe-report", "a.txt", "--examples", "0")).text
    #expect(!bare.contains("commonest"))
  }

  @Test func `refuses what cannot be read`() throws {
    refuse(try place.prep("bpe-report", "nothing.txt"), "there is no file or folder 'nothing.txt'")
    refuse(try place.prep("bpe-report", "a.txt", "--compare", "none"), "no tokenizer: looked for")
    refuse(try place.prep("bpe-report", "a.txt", "--examples", "-1"), code: 2, "--examples wants 0 or more")
    try place.folder.write([0xff, 0x61], to: "bad.txt")
    refuse(try place.prep("bpe-report", "bad.txt"), "'bad.txt', byte 0: not UTF-8")
  }
}
