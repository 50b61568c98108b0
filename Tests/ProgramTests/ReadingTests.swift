import Basics
import Glibc
import TestSupport
import Testing

@Suite struct `What is read` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 30_000, vocabulary: 300)
  }

  /// The root hash that a command line of `prep encode` ends with.
  private func encode(_ line: String, location: SourceLocation = #_sourceLocation) throws -> String {
    let outcome = succeed(try place.shell("\(line) --json"), location)
    return try JSON.parse(outcome.text)["root-hash"]?.string ?? "none"
  }

  private func names(_ folder: String = ".") throws -> Set<String> { Set(try Folder.names(place(folder))) }

  @Test func `standard input is a file of a corpus, of any form`() throws {
    let before = try names()
    let root = try encode("prep encode - --stdin jsonl --out s < corpora/stories.jsonl")
    succeed(try place.shell("gzip -k corpora/stories.jsonl; cp corpora/stories.jsonl standard-input.jsonl"))
    #expect(try encode("cat corpora/stories.jsonl | prep encode - --stdin jsonl --out t") == root)
    #expect(try encode("prep encode standard-input.jsonl --out u") == root)
    // Killed or not, the same bytes go on, and other bytes are another corpus.
    let again = try place.shell("prep encode - --stdin jsonl --out s < corpora/stories.jsonl")
    #expect(succeed(again).errors.contains("holds this dataset already"), "\(again.errors)")
    refuse(try place.shell("echo '{\"text\":\"\"}' | prep encode - --stdin jsonl --out s"), "'s'")
    let texts =
      "prep export s --to jsonl > a; prep export v --to jsonl > b; cut -d, -f 1 a > c; cut -d, -f 1 b > d; cmp c d"
    succeed(
      try place.shell("prep encode - --stdin jsonl.gz --out v < corpora/stories.jsonl.gz && \(texts)"))
    #expect(
      try names().subtracting(before) == ["s", "t", "u", "v", "a", "b", "c", "d", "standard-input.jsonl"])
    #expect(try names("s") == names("u"))
  }

  @Test func `what is named is read beside a list, also where it is the default`() throws {
    succeed(try place.shell("echo more > more.txt; echo more.txt > list"))
    func documents(_ line: String) throws -> Int {
      try JSON.parse(succeed(place.shell("\(line) --json")).text)["documents"]?.integer ?? -1
    }
    let stories = try documents("prep count corpora/")
    #expect(try documents("prep count corpora/ --files-from list") == stories + 1)
    #expect(try documents("prep encode corpora/ --files-from list --out s --split hash") == stories + 1)
    #expect(try documents("prep encode --files-from list --out t --split hash") == 1)
    #expect(try documents("echo text | prep count - --files-from list") == 2)
  }

  @Test func `errors about standard input call it so, and a missing tokenizer is told before`() throws {
    for ending in ["tar", "zip", "txt.gz"] {
      let outcome = try place.shell("echo garbage | prep encode - --stdin \(ending) --out s")
      refuse(outcome, "'standard input'")
    }
    // Nobody writes to this pipe, and nobody closes it.
    let outcome = try place.shell(
      "mkfifo pipe; exec 3<> pipe; timeout 60 prep count - --stdin jsonl --tokenizer nosuch < pipe")
    refuse(outcome, "nosuch")
  }

  @Test func `what was standard input is checked and mended with a file that holds its bytes`() throws {
    succeed(try place.shell("prep encode - --stdin jsonl --out s < corpora/stories.jsonl"))
    refuse(
      try place.prep("verify", "s", "--deep"),
      "'standard-input.jsonl': it was standard input; write the same bytes to a file")
    try place.folder.write("damaged", to: "s/train-00000.shard")
    refuse(try place.prep("repair", "s"), "it was standard input")
    succeed(try place.shell("mkdir kept && cp corpora/stories.jsonl kept/standard-input.jsonl"))
    succeed(try place.prep("repair", "s", "--sources", "kept"))
    succeed(try place.prep("verify", "s", "--deep", "--sources", "kept"))
    let trace = try JSON.parse(
      succeed(place.prep("trace", "s", "--token", "0", "--sources", "kept", "--json")).text)
    #expect(trace["line"] == 1 && trace["source"] == "standard-input.jsonl")
  }

  @Test func `waiting for standard input ends when somebody asks for it, and leaves nothing`() throws {
    succeed(try place.shell("mkfifo pipe"))
    let writer = try RunningProgram(
      shell: "{ yes text | head -c 300000; echo > written; exec sleep 60; } > pipe", in: place.folder.path)
    let before = try names().union(["written"])
    let program = try RunningProgram(shell: "exec prep encode - --out s < pipe", in: place.folder.path)
    while program.isRunning, Folder.kind(place("written")) == nil { usleep(1_000) }
    program.send(SIGTERM)
    #expect(try program.wait().code == 1)
    #expect(try names() == before)
    writer.send(SIGKILL)
    _ = try writer.wait()
  }

  @Test func `patterns and lists name the same files as words do`() throws {
    for name in ["a.txt", "b.txt", "x/c.txt", "x/d.md"] {
      try place.folder.write("the \(name)\n", to: "in/\(name)")
    }
    let root = try encode("prep encode in/a.txt in/b.txt in/x/c.txt --out s")
    // What a pattern finds is named from the folder before the pattern on, like what is found in a folder.
    #expect(
      try encode("prep encode 'in/**/*.txt' --out t") == encode("rm in/x/d.md && prep encode in --out u"))
    succeed(try place.shell("find in -name '*.txt' | sort > list; cp list in/list"))
    #expect(try encode("prep encode --files-from list --out v") == root)
    #expect(try encode("prep encode --files-from - --out w < list") == root)
    #expect(try encode("head -2 list | prep encode --files-from - in/x/c.txt --out y") != root)
    refuse(try place.shell("prep encode 'in/*.none' --out z"), "none that it stands for as a pattern")
    refuse(try place.shell("prep encode - --files-from - --out z < list"), code: 2, "can be read once")
    refuse(try place.shell("prep encode - --stdin exe --out z < list"), code: 2, "--stdin wants the ending")
  }

  @Test func `a mark at the start of a text is reported, and left out where that is asked for`() throws {
    try place.folder.write("\u{feff}the cat", to: "a.txt")
    let kept = succeed(
      try place.shell("prep encode a.txt --val-fraction 0 --out s && prep export s --to jsonl"))
    #expect(kept.errors.contains("1 text with a byte order mark at the start, encoded like any other"))
    #expect(kept.text.contains("\u{feff}the cat"))
    let dropped = succeed(
      try place.shell("prep encode a.txt --drop-bom --val-fraction 0 --out t && prep export t --to jsonl"))
    #expect(dropped.errors.contains("1 text with a byte order mark at the start, which was left out"))
    #expect(dropped.text.contains("the cat") && !dropped.text.contains("\u{feff}"))
    succeed(try place.shell("prep verify t --deep"))
  }

  @Test func `all commands over a corpus read the same`() throws {
    try place.folder.write([0x64, 0xfc, 0x20] + Array("the cat and the dog".utf8), to: "in/a.txt")
    succeed(
      try place.shell(
        "mkdir utf && iconv -f latin1 -t utf-8 in/a.txt > utf/a.txt && tar -cf a.tar -C utf a.txt"))
    let count = succeed(try place.prep("count", "utf/a.txt")).text
    for line in ["in/a.txt --encoding latin1", "a.tar", "'ut*/*.txt'", "- < utf/a.txt", "--files-from list"] {
      try place.folder.write("utf/a.txt\n", to: "list")
      #expect(succeed(try place.shell("prep count \(line)")).text == count, "\(line)")
    }
    for (number, corpus) in ["in --encoding latin1", "utf", "a.tar", "- < utf/a.txt"].enumerated() {
      succeed(try place.shell("prep bpe-train --vocab-size 262 --out v\(number) \(corpus)"))
      #expect(try place.bytes("v\(number)/merges.txt") == place.bytes("v0/merges.txt"), "\(corpus)")
      let report = try JSON.parse(
        succeed(place.shell("prep bpe-report --tokenizer v0 --json \(corpus)")).text)
      #expect(report["documents"] == 1 || report["text"]?["documents"] == 1, "\(report.text)")
    }
    let lines = try place.lines("corpora/stories.jsonl").map { $0["text"]!.string! }
    try place.folder.write(lines.joined(), to: "all.txt")
    let known = try JSON.parse(succeed(place.prep("encode", "corpora", "--out", "s", "--json")).text)
    let counted = Int(succeed(try place.prep("count", "corpora")).text.dropLast())
    #expect(counted == known["tokens"]!.integer! - lines.count)
    refuse(
      try place.prep("count", "in/a.txt", "--encoding", "klingon"), code: 2,
      "--encoding: there is no 'klingon'")
    refuse(try place.prep("count", "in/a.txt", "--invalid", "fail"), "'in/a.txt', byte 1: not UTF-8")
  }
}
