import Basics
import TestSupport
import Testing

@Suite struct `How shards write ids` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 600_000)
  }

  private func encode(_ out: String, _ options: String...) throws -> Outcome {
    try RunningProgram("prep", ["encode", "corpora/", "--out", out] + options, in: place.folder.path).wait()
  }

  /// The dataset without its manifest, in which the time is.
  private func files(_ folder: String) throws -> [String: [UInt8]] {
    try place.files(folder).filter { $0.key != "manifest.sqlite" }
  }

  @Test func `a codec table makes a dataset smaller and changes nothing else`() throws {
    let ranked = try JSON.parse(succeed(try encode("a", "--json")).text)
    let plain = try JSON.parse(succeed(try encode("b", "--json", "--codec", "plain")).text)
    #expect(ranked["root-hash"] == plain["root-hash"])
    #expect(try place.files("a", ending: ".table").count == 1)
    #expect(try place.files("b", ending: ".table").isEmpty)
    func size(_ folder: String) throws -> Int { try files(folder).values.reduce(0) { $0 + $1.count } }
    #expect(try size("a") < size("b"))
    for folder in ["a", "b"] { succeed(try place.prep("verify", folder)) }
    for folder in ["a", "b"] {
      succeed(try place.prep("export", folder, "--to", "bin", "--out", "bin-\(folder)"))
    }
    let ids = try place.files("bin-a")
    #expect(try !ids.isEmpty && ids == place.files("bin-b"))
  }

  @Test func `any number of threads makes the same files`() throws {
    succeed(try encode("one", "--threads", "1"))
    for threads in ["2", "5"] {
      succeed(try encode(threads, "--threads", threads))
      #expect(try files(threads) == files("one"))
    }
  }

  @Test func `a table can be another dataset's`() throws {
    succeed(try encode("first"))
    let (name, bytes) = try #require(try place.files("first", ending: ".table").first)
    try place.writeStories("corpora/more.jsonl", bytes: 30_000, seed: 9)
    succeed(try encode("second", "--codec-table", "first/\(name)"))
    #expect(try place.files("second", ending: ".table") == [name: bytes])
    succeed(try place.prep("verify", "second"))
  }

  @Test func `a table that cannot be used is named, and nothing is written`() throws {
    refuse(try encode("a", "--codec-table", "none"), "the codec table 'none' cannot be used: it is missing")
    try place.folder.write("no table", to: "bad.table")
    refuse(
      try encode("a", "--codec-table", "bad.table"), "'bad.table'", "it does not begin like a codec table")
    succeed(try encode("first"))
    let name = try #require(try place.files("first", ending: ".table").keys.first)
    succeed(try place.prep("bpe-train", "--vocab-size", "300", "--out", "other"))
    refuse(
      try encode("a", "--codec-table", "first/\(name)", "--tokenizer", "other"),
      "it is for 400 ids, and the vocabulary has 300")
    #expect(Folder.kind(place("a/train-00000.shard")) == nil)
    refuse(try encode("a", "--codec", "plain", "--codec-table", "x"), code: 2, "--codec plain has no use")
    refuse(try encode("a", "--codec", "zip"), code: 2, "--codec wants auto or plain, not 'zip'")
  }
}
