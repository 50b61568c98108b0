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

  @Test func `files that are kept for a while go to /tmp where TMPDIR is empty, as where it is not set`()
    throws
  {
    let lines = (0..<1_100).map { "{\"text\": \"the number \($0) comes with \($0 / 2) and some others\"}\n" }
    try place.folder.write(lines.joined(), to: "c.jsonl")
    for step in ["--drop-duplicates", "--drop-near-duplicates"] {
      let unset = succeed(try place.shell("prep count c.jsonl \(step) --json")).text
      #expect(succeed(try place.shell("TMPDIR= prep count c.jsonl \(step) --json")).text == unset)
      #expect(
        succeed(try place.shell("cat c.jsonl | TMPDIR= prep count - --stdin jsonl \(step) --json")).text
          == unset)
    }
    refuse(try place.shell("TMPDIR=c.jsonl prep count c.jsonl --drop-near-duplicates"), "c.jsonl")
  }

  @Test func `a text in a pipe is one document`() throws {
    let text = Array("the dog and the cat".utf8)
    let count = try JSON.parse(succeed(place.prep("count", "--json", input: text)).text)
    #expect(count["documents"] == 1 && count["text-bytes"] == .integer(text.count))
    let script = "mkfifo pipe && { printf 'the dog and the cat' > pipe & prep count pipe; }"
    #expect(succeed(try place.shell(script)).text == "\(count["tokens"]!.integer!)\n")
  }

  @Test(arguments: [
    "--normalize nfc", "--newlines", "--min-bytes 40", "--max-line 3 --json", "--quality --json",
    "--strip-gutenberg --json", "--decontaminate q.jsonl --decontaminate-words 2 --json",
  ])
  func `a text in a pipe goes through the steps that a file would`(options: String) throws {
    try place.folder.write("the cafe\u{301}\r\nand the cat\r\n", to: "t.txt")
    try place.folder.write("{\"text\": \"and the\"}\n", to: "q.jsonl")
    let file = succeed(try place.shell("prep count t.txt \(options)")).text
    #expect(succeed(try place.shell("cat t.txt | prep count - \(options)")).text == file)
    #expect(file != succeed(try place.shell("prep count t.txt")).text || options.contains("json"))
    refuse(try place.shell("mkfifo p; prep count p \(options)"), code: 2, "prep count - < p")
  }
}
