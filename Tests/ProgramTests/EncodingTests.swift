import Basics
import TestSupport
import Testing

@Suite struct `Encoding a corpus` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer()
  }

  private func encode(_ options: String...) throws -> Outcome {
    try RunningProgram("prep", ["encode", "corpora/", "--out", "shards/"] + options, in: place.folder.path)
      .wait()
  }

  @Test func `a rerun changes nothing and says so`() throws {
    let first = try JSON.parse(succeed(encode("--json")).text)
    let before = try place.files("shards")
    let again = succeed(try encode("--json"))
    #expect(again.errors.contains("'shards/' holds this dataset already: unchanged"))
    let second = try JSON.parse(again.text)
    #expect(first["unchanged"] == false && second["unchanged"] == true)
    for name in ["documents", "tokens", "bytes", "shards", "splits", "root-hash"] {
      #expect(first[name] == second[name] && first[name] != nil)
    }
    #expect(try place.files("shards") == before)
  }

  @Test(arguments: [
    ("--val-fraction 0.25", "its val-fraction is 0.01, not 0.25"),
    ("--split hash", "its split is \"tail\", not \"hash\""),
    ("--special error", "its special is \"ordinary\", not \"error\""),
    ("--invalid keep", "its invalid is \"fail\", not \"keep\""),
    ("--segment-megabytes 1", "its segment-bytes is 134217728, not 1048576"),
    ("--tokenizer other", "its tokenizer is 'tokenizer' of 400 tokens"),
  ])
  func `another dataset is not written over, and what differs is named`(option: String, difference: String)
    throws
  {
    succeed(try encode())
    let before = try place.files("shards")
    succeed(try place.prep("bpe-train", "--vocab-size", "300", "--out", "other"))
    let outcome = try place.shell("prep encode corpora/ \(option) --out shards/")
    refuse(outcome, "'shards/' holds another dataset", difference, "--replace")
    #expect(try place.files("shards") == before)
    let replaced = succeed(try place.shell("prep encode corpora/ \(option) --out shards/ --replace --json"))
    let fresh = succeed(try place.shell("prep encode corpora/ \(option) --out fresh/ --json"))
    #expect(try JSON.parse(replaced.text)["root-hash"] == JSON.parse(fresh.text)["root-hash"])
    #expect(try place.files("shards", ending: ".shard") == place.files("fresh", ending: ".shard"))
    succeed(try place.prep("verify", "shards"))
  }

  @Test func `a source that changed or is gone is named`() throws {
    try place.folder.write("one\ntwo\n", to: "corpora/b.txt")
    succeed(try encode())
    try place.folder.write("one\nTWO\n", to: "corpora/b.txt")
    refuse(try encode(), "source 'corpora/b.txt' ('corpora/b.txt'): changed: its SHA-256 is ", "--replace")
    try place.folder.write("one\ntwo\nthree\n", to: "corpora/b.txt")
    refuse(try encode(), "source 'corpora/b.txt' ('corpora/b.txt'): changed: it has 14 bytes, and had 8")
    try Folder.remove(place("corpora/b.txt"))
    refuse(try encode(), "source 'corpora/b.txt': gone")
  }

  @Test func `the number of threads does not matter`() throws {
    for threads in 1...3 {
      succeed(
        try place.shell("prep encode corpora --segment-megabytes 0.01 --out s\(threads) --threads \(threads)")
      )
    }
    let shards = try place.files("s1", ending: ".shard")
    #expect(shards.count > 4)
    #expect(try place.files("s2", ending: ".shard") == shards)
    #expect(try place.files("s3", ending: ".shard") == shards)
  }

  @Test func `files of all kinds are documents, in order, and packed ones are unpacked`() throws {
    let text = "Once there was a little girl.\n", line = "{\"id\": 1, \"body\": \"Lines\\n\"}\n"
    try place.folder.write(text, to: "mixed/a.txt")
    try place.folder.write(Packed.gzip(Array(text.utf8)), to: "mixed/b.txt.gz")
    try place.folder.write(line, to: "mixed/c.jsonl")
    try place.folder.write(Packed.zstd(Array(line.utf8)), to: "mixed/d/e.jsonl.zst")
    try place.folder.write("", to: "mixed/f.md")
    try place.folder.write("let x = 1\n", to: "mixed/g.swift")
    try place.folder.write("no text", to: "mixed/h.png")
    let outcome = succeed(
      try place.shell("prep encode mixed --text-field body --val-fraction 0 --out mixed-shards"))
    #expect(outcome.errors.contains("passed over 1 file "))
    let documents = try succeed(place.prep("export", "mixed-shards")).text.split(separator: "\n")
      .map { try JSON.parse(String($0)) }
    #expect(documents.map { $0["text"]?.string } == [text, text, "Lines\n", "Lines\n", "", "let x = 1\n"])
    #expect(
      documents.map { $0["source"]?.string } == [
        "mixed/a.txt", "mixed/b.txt.gz", "mixed/c.jsonl", "mixed/d/e.jsonl.zst", "mixed/f.md",
        "mixed/g.swift",
      ])
    #expect(documents[0]["ids"] == documents[1]["ids"])
  }

  @Test func `one text has a validation set of whole lines at its end`() throws {
    let text = (0..<500).map { "Line \($0) of a little story.\n" }.joined()
    try place.folder.write(text, to: "one.txt")
    succeed(try place.shell("prep encode one.txt --val-fraction 0.1 --out one"))
    let parts = try succeed(place.prep("export", "one")).text.split(separator: "\n")
      .map { try JSON.parse(String($0)) }
    #expect(parts.map { $0["split"]?.string } == ["train", "val"])
    let (train, val) = (parts[0]["text"]?.string ?? "", parts[1]["text"]?.string ?? "")
    #expect(train + val == text && train.hasSuffix("\n"))
    #expect((0.08...0.12).contains(Double(val.utf8.count) / Double(text.utf8.count)))
  }

  @Test func `a recipe's promise is kept or broken aloud`() throws {
    let hash = try JSON.parse(succeed(encode("--json")).text)["root-hash"]!.string!
    try place.folder.write(#"{"corpora": ["corpora/"], "root-hash": "\#(hash)"}"#, to: "recipe.json")
    succeed(try place.prep("encode", "--recipe", "recipe.json"))
    try place.folder.write(
      #"{"corpora": ["corpora/"], "val-fraction": 0.5, "root-hash": "\#(hash)"}"#, to: "recipe.json")
    refuse(
      try place.prep("encode", "--recipe", "recipe.json", "--out", "other"),
      "the recipe promises root hash \(hash)")
  }
}
