import Basics
import TestSupport
import Testing

@Suite struct `Looking into datasets and mending them` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 60_000)
    try place.folder.write("the dog\nand the cat\n", to: "corpora/a.txt")
    succeed(
      try place.shell(
        "prep encode corpora/ --split hash --val-fraction 0.2 --segment-megabytes 0.02 --out shards/"))
  }

  @Test func `damage is found, mended from the sources, and found no more`() throws {
    let whole = try place.files("shards", ending: ".shard")
    succeed(try place.prep("verify", "shards", "--deep"))
    try place.folder.write("x", to: "shards/train-00000.shard")
    try Folder.remove(place("shards/train-00001.shard"))
    refuse(try place.prep("verify", "shards", "--deep"), "is damaged: 2 faults", "`prep repair`")
    let outcome = succeed(try place.prep("repair", "shards", "--json"))
    #expect(outcome.errors.contains("'shards/train-00000.shard' is damaged: "))
    #expect(outcome.errors.contains("'shards/train-00001.shard' is damaged: it is missing"))
    #expect(outcome.errors.contains("made 'shards/train-00000.shard' again"))
    let report = try JSON.parse(outcome.text)
    #expect(report["repaired"] == ["shards/train-00000.shard", "shards/train-00001.shard"])
    #expect(report["failed"] == [])
    #expect(try place.files("shards", ending: ".shard") == whole)
    let again = succeed(try place.prep("verify", "shards", "--deep", "--json"))
    let verdict = try JSON.parse(again.text)
    #expect(verdict["differences"] == [] && verdict["changed-sources"] == [])
    #expect(verdict["compared-tokens"] == verdict["tokens"])
    #expect(succeed(try place.prep("repair", "shards")).errors.contains("is whole: unchanged"))
  }

  @Test func `without the sources nothing is touched, and it says what it needs`() throws {
    try place.folder.write("x", to: "shards/train-00000.shard")
    succeed(try place.shell("mv corpora elsewhere"))
    let outcome = try place.prep("repair", "shards")
    refuse(outcome, "source 'corpora/a.txt': missing; name the folder", "is still damaged: 1 shard")
    #expect(try place.text("shards/train-00000.shard") == "x")
    refuse(try place.prep("verify", "shards", "--sources", "elsewhere"), code: 2, "--sources is for --deep")
    succeed(try place.prep("repair", "shards", "--sources", "elsewhere"))
    succeed(try place.prep("verify", "shards", "--deep", "--sources", "elsewhere"))
    try place.folder.write("the dog\nand the CAT\n", to: "elsewhere/a.txt")
    refuse(
      try place.prep("verify", "shards", "--deep", "--sources", "elsewhere"),
      "source 'corpora/a.txt' ('elsewhere/a.txt'): changed: its SHA-256 is ", "1 source missing or changed")
  }

  @Test func `a token is traced to its bytes`() throws {
    let text = try place.text("corpora/a.txt")
    let split = ["train", "val"].first {
      (try? place.prep("trace", "shards", "--split", $0, "--token", "2", "--json").text.contains("a.txt"))
        == true
    }
    let trace = try JSON.parse(
      succeed(place.prep("trace", "shards", "--split", #require(split), "--token", "2", "--json")).text)
    let bytes = try #require(trace["source-bytes"]?.elements).map { $0.integer! }
    #expect(String(Array(text)[bytes[0]..<bytes[1]]) == trace["text"]?.string)
    #expect(trace["in-source"] == true && text.hasPrefix(trace["before"]!.string! + trace["text"]!.string!))
    let page = succeed(try place.prep("trace", "shards", "--split", split!, "--token", "2")).text
    #expect(page.contains("bytes      \(bytes[0])..<\(bytes[1]) of the source, which has these bytes there"))
    refuse(try place.prep("trace", "shards", "--token", "99999999"), "there is no token 99999999")
    refuse(try place.prep("trace", "shards"), code: 2, "--token is missing")
  }

  @Test func `statistics add up to what inspect says`() throws {
    let report = try JSON.parse(succeed(place.prep("stats", "shards", "--json", "--top", "5")).text)
    let known = try JSON.parse(succeed(place.prep("inspect", "shards", "--json")).text)
    #expect(report["root-hash"] == known["root-hash"] && report["top-tokens"]?.elements?.count == 5)
    for (split, other) in zip(report["splits"]!.elements!, known["splits"]!.elements!) {
      #expect(split["tokens"] == other["tokens"] && split["documents"] == other["documents"])
    }
    let tokens = report["sources"]!.elements!.reduce(0) { $0 + $1["tokens"]!.integer! }
    #expect(tokens == report["splits"]!.elements!.reduce(0) { $0 + $1["tokens"]!.integer! })
    #expect(succeed(try place.prep("stats", "shards")).text.contains("bytes of text a token"))
  }

  @Test func `inspect shows what training sees at a place`() throws {
    let command = "prep inspect shards --sample 1:3 --context 16 --seed 7"
    let sample = try JSON.parse(succeed(place.shell("\(command) --json")).text)
    let inputs = sample["inputs"]!.elements!, targets = sample["targets"]!.elements!
    #expect(inputs.count == 16 && Array(inputs.dropFirst()) == Array(targets.dropLast()))
    #expect(sample["documents"]?.elements?.isEmpty == false && sample["epoch"] == 1)
    let page = succeed(try place.shell(command)).text
    #expect(page.contains("inputs     \(inputs.map { "\($0.integer!)" }.joined(separator: " "))\n"))
    refuse(
      try place.shell("prep inspect shards --sample 3"), code: 2,
      "--sample wants EPOCH:POSITION, two numbers from 0, not '3'")
    refuse(try place.shell("prep inspect shards --sample 0:9999999"), "there is no sample 9999999")
  }

  @Test func `merged datasets are one that is whole`() throws {
    succeed(try place.shell("prep encode corpora/a.txt --val-fraction 0 --out more/"))
    let outcome = succeed(try place.prep("merge", "shards", "more", "--out", "all", "--json"))
    let summary = try JSON.parse(outcome.text)
    let report = try JSON.parse(
      succeed(place.prep("verify", "all", "--deep", "--json", "--sources", ".,corpora")).text)
    #expect(report["root-hash"] == summary["root-hash"] && report["changed-sources"] == [])
    succeed(try place.shell("prep bpe-train corpora --vocab-size 300 --out other"))
    succeed(try place.shell("prep encode corpora/a.txt --tokenizer other --out third/"))
    refuse(
      try place.prep("merge", "shards", "third", "--out", "x"),
      "was made with tokenizer 'other'")
    refuse(try place.prep("merge", "shards", "--out", "x"), code: 2, "name two datasets or more")
    #expect(Folder.kind(place("x")) == nil)
  }
}
