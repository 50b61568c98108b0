import Basics
import TestSupport
import Testing

@Suite struct `Learning a vocabulary` {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test(
    .enabled(if: Shared.path("golden/tokenizer") != nil, "needs ../shared"),
    arguments: [
      ("book/the-verdict.txt", 1001, "the-verdict.744"),
      ("english/tinyshakespeare.txt", 5257, "tinyshakespeare.5000"),
    ], [1, 2])
  func `gives the merges that Hugging Face's trainer gives`(golden: (String, Int, String), threads: Int)
    throws
  {
    let (text, size, merges) = golden
    succeed(
      try place.prep(
        "bpe-train", Shared.path("data/\(text)")!, "--vocab-size", "\(size)", "--threads", "\(threads)"))
    let known = try File.contents(Shared.path("golden/tokenizer/\(merges).merges")!)
    #expect(try place.bytes("tokenizer/merges.txt") == known)
  }

  @Test func `writes the files that GPT-2 tools load`() throws {
    try place.writeCorpusAndTokenizer(vocabulary: 300)
    let merges = try place.text("tokenizer/merges.txt")
    #expect(merges.hasPrefix("#version: 0.2\n") && merges.hasSuffix("\n") && !merges.hasSuffix("\n\n"))
    let pairs = merges.split(separator: "\n").dropFirst()
    #expect(pairs.count == 300 - 257)
    let tokens = try #require(JSON.parse(place.text("tokenizer/vocab.json")).members)
    #expect(tokens.map(\.value.integer) == Array(0..<300))
    #expect(tokens[0].name == "!" && tokens[255].name == "Ń" && tokens[299].name == "<|endoftext|>")
    let made = pairs.map { $0.filter { $0 != " " } }
    #expect(tokens[256..<299].map(\.name) == made)
  }

  @Test func `fewer merges than asked for is said, and no error`() throws {
    try place.folder.write("aaaa bbbb", to: "corpora/a.txt")
    let outcome = succeed(try place.prep("bpe-train", "--vocab-size", "1000"))
    let size = try #require(JSON.parse(place.text("tokenizer/vocab.json")).members).count
    #expect(outcome.errors.contains("learned \(size) tokens (\(size - 257) merges) from 1 document"))
    #expect(outcome.errors.contains("that is \(1000 - size) fewer than asked for"))
  }

  @Test func `the number of threads and the packing of the text do not matter`() throws {
    try place.writeStories("a/stories.jsonl", bytes: 300_000)
    try place.folder.write(Packed.zstd(place.bytes("a/stories.jsonl")), to: "b/stories.jsonl.zst")
    succeed(try place.prep("bpe-train", "a", "--vocab-size", "2000", "--out", "t1", "--threads", "1"))
    succeed(try place.prep("bpe-train", "a", "--vocab-size", "2000", "--out", "t2", "--threads", "3"))
    succeed(try place.prep("bpe-train", "b", "--vocab-size", "2000", "--out", "t3"))
    #expect(try place.files("t1") == place.files("t2"))
    #expect(try place.files("t1") == place.files("t3"))
  }

  @Test func `all that is encoded is read, in any order`() throws {
    try place.writeStories("stories.jsonl", bytes: 60_000)
    let text = "naïve café\n\nfunc f() {}\n"
    try place.folder.write(Packed.gzip(place.bytes("stories.jsonl")), to: "packed/a.jsonl.gz")
    try place.folder.write(Packed.zstd(Array(text.utf8)), to: "packed/b.txt.zst")
    try place.folder.write(text, to: "packed/c.swift")
    try place.folder.write(text, to: "packed/deep/d.md")
    // The same documents, the other way round.
    let line = JSON.object([JSON.Member("text", .string(text))]).text + "\n"
    let lines = try place.text("stories.jsonl").split(separator: "\n").reversed().joined(separator: "\n")
    try place.folder.write(line + line + line + lines, to: "plain.jsonl")
    succeed(try place.prep("bpe-train", "packed", "--vocab-size", "1000", "--out", "t1"))
    succeed(try place.prep("bpe-train", "plain.jsonl", "--vocab-size", "1000", "--out", "t2"))
    #expect(try place.files("t1") == place.files("t2"))
  }

  @Test func `another tokenizer is replaced only where that is asked for`() throws {
    try place.writeCorpusAndTokenizer(vocabulary: 300)
    let first = try place.files("tokenizer")
    let again = succeed(try place.prep("bpe-train", "--vocab-size", "300"))
    #expect(again.errors.contains("unchanged"))
    refuse(
      try place.prep("bpe-train", "--vocab-size", "310"), "'tokenizer/' holds another tokenizer", "--replace")
    #expect(try place.files("tokenizer") == first)
    succeed(try place.prep("bpe-train", "--vocab-size", "310", "--replace"))
    #expect(try place.files("tokenizer") != first)
  }
}
