import Basics
import TestSupport
import Testing

@Suite struct `Knowing before` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 60_000)
    try place.folder.write("the dog\nand the cat\n", to: "corpora/a.txt")
  }

  @Test func `a dry run says what will come, and writes nothing`() throws {
    let before = try place.shell("find . -type f | sort").text
    let page = succeed(try place.shell("prep encode --out shards --dry-run")).text
    let said = try JSON.parse(succeed(place.shell("prep encode --out shards --dry-run --json")).text)
    #expect(try place.shell("find . -type f | sort").text == before)
    let made = try JSON.parse(succeed(place.shell("prep encode --out shards --json")).text)
    for (name, other) in [("documents", "documents"), ("tokens", "tokens"), ("shard-bytes", "bytes")] {
      #expect(said[name]?["value"] == made[other] && said[name]?["error"]?.number == 0, "\(name)")
    }
    #expect(said["codec-table-bytes"] == made["codec-table-bytes"] && said["files"] == 2)
    #expect(page.contains("files        2, ") && page.contains("tokens       \(made["tokens"]!.integer!)\n"))
    try place.folder.write(#"{"corpora": "corpora/"}"#, to: "r.json")
    refuse(
      try place.shell("prep encode --recipe r.json --tokenizer x --dry-run"), code: 2, "cannot stand beside")
  }

  @Test func `counting a corpus takes the options of encoding`() throws {
    let count = try JSON.parse(
      succeed(place.shell("prep count corpora/ --min-bytes 30 --threads 2 --json")).text)
    let made = try JSON.parse(
      succeed(place.shell("prep encode --min-bytes 30 --split hash --out shards --json")).text)
    #expect(count["documents"] == made["documents"] && count["text-bytes"] == made["text-bytes"])
    #expect(count["tokens"]!.integer! + count["documents"]!.integer! == made["tokens"]!.integer!)
    #expect(count["rejects"] == 1 && count["steps"] == made["steps"])
    #expect(
      succeed(try place.shell("prep count corpora --min-bytes 30")).text == "\(count["tokens"]!.integer!)\n")
    refuse(try place.shell("prep count corpora --split hash"), code: 2, "unknown option '--split'")
    refuse(try place.shell("prep count corpora --text-field x"), "no field 'x'")
  }

  @Test func `a text in a pipe is one document`() throws {
    let text = Array("the dog and the cat".utf8)
    let count = try JSON.parse(succeed(place.prep("count", "--json", input: text)).text)
    #expect(count["documents"] == 1 && count["text-bytes"] == .integer(text.count))
    let script = "mkfifo pipe && { printf 'the dog and the cat' > pipe & prep count pipe; }"
    #expect(succeed(try place.shell(script)).text == "\(count["tokens"]!.integer!)\n")
  }
}
