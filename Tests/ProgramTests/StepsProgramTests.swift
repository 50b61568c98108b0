import Basics
import TestSupport
import Testing

@Suite struct `Steps before encoding` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer()
    try place.folder.write(
      [
        #"{"text": "one\r\ntwo\r\n"}"#, #"{"text": "one\ntwo\n"}"#, #"{"text": "e\u0301"}"#,
        #"{"text": "short"}"#,
        #"{"text": "a question that the evaluation has"}"#,
      ].joined(separator: "\n"), to: "texts/a.jsonl")
    try place.folder.write(#"{"text": "What is a Question that?"}"#, to: "evaluation.jsonl")
  }

  @Test func `the summary says what each step did, and the texts are as it says`() throws {
    let outcome = succeed(
      try place.shell(
        """
        prep encode texts --newlines --normalize nfc --min-bytes 1 --drop-duplicates --decontaminate evaluation.jsonl \
        --decontaminate-words 3 --val-fraction 0 --out shards --json
        """))
    let summary = try JSON.parse(outcome.text)
    #expect(summary["rejects"] == 2)
    let steps = summary["steps"]?.elements ?? []
    #expect(
      steps.map { $0["name"]?.string } == [
        "too-long", "newlines", "normalize", "min-bytes", "decontaminate", "drop-duplicates",
      ])
    #expect(
      steps.map { [$0["kept"], $0["changed"], $0["dropped"]].map { $0?["documents"]?.integer } } == [
        [0, 0, 0], [4, 1, 0], [4, 1, 0], [5, 0, 0], [4, 0, 1], [3, 0, 1],
      ])
    #expect(steps[1]["changed"]?["bytes"] == 10)
    #expect(outcome.errors.contains("newlines: kept 4 documents (50 B), changed 1 document (10 B)"))
    #expect(outcome.errors.contains("left out 2 documents; the manifest says where and why"))
    let texts = try succeed(place.prep("export", "shards")).text.split(separator: "\n")
      .map { try JSON.parse(String($0))["text"]?.string }
    #expect(texts == ["one\ntwo\n", "é", "short"])
  }

  @Test func `other steps are refused, in a recipe too`() throws {
    succeed(try place.shell("prep encode texts --newlines --out shards"))
    refuse(try place.shell("prep encode texts --out shards"), "newlines")
    refuse(try place.shell("prep encode texts --newlines --quality --out shards"), "quality")
    try place.folder.write(#"{"corpora": ["texts"], "newlines": true, "max-line": 4}"#, to: "recipe.json")
    refuse(try place.shell("prep encode --recipe recipe.json --out shards"), "max-line")
    succeed(try place.shell("prep encode --recipe recipe.json --out other"))
    refuse(
      try place.shell("prep encode --recipe recipe.json --newlines --out other"), code: 2,
      "--newlines cannot stand beside --recipe")
  }

  @Test func `what steps cannot do is said at once`() throws {
    for (option, says) in [
      ("--min-bytes -1", "--min-bytes wants a number from 0 to 67108864, not -1"),
      ("--max-line 0", "--max-line wants a number from 1 to 67108864, not 0"),
      ("--normalize nfd", "--normalize wants nfc or nfkc, not 'nfd'"),
      ("--decontaminate-words 5", "--decontaminate-words is for --decontaminate"),
      ("--decontaminate-words 0", "--decontaminate-words wants a number from 1 to 1000, not 0"),
    ] {
      refuse(try place.shell("prep encode texts \(option) --out shards"), code: 2, says)
    }
    refuse(
      try place.shell("prep encode texts --decontaminate missing.jsonl --out shards"), "missing.jsonl")
    refuse(
      try place.shell("prep encode texts --decontaminate evaluation.jsonl --out shards"),
      "'evaluation.jsonl' has no text of 13 words")
  }
}
