import Basics
import TestSupport
import Testing

@Suite struct `Text in other encodings` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 20_000, vocabulary: 260)
  }

  private func utf16(_ text: String) -> [UInt8] {
    "\u{feff}\(text)".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
  }

  private func encode(_ line: String) throws -> Outcome {
    succeed(try place.shell("rm -rf s; prep encode \(line) --val-fraction 0 --out s --json"))
  }

  private func texts() throws -> [JSON?] {
    let lines = succeed(try place.prep("export", "s", "--to", "jsonl")).text.split(separator: "\n")
    return try lines.map { try JSON.parse(String($0))["text"] }
  }

  @Test func `UTF-8 by name is the default`() throws {
    try place.folder.write(
      Array("the ".utf8) + [0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0x80], to: "a.txt")
    let root = try JSON.parse(encode("a.txt --invalid replace").text)["root-hash"]
    for name in ["utf-8", "UTF8"] {
      let outcome = try encode("a.txt --invalid replace --encoding \(name)")
      #expect(try JSON.parse(outcome.text)["root-hash"] == root)
    }
    let count = succeed(try place.shell("prep count - < a.txt")).text
    #expect(succeed(try place.shell("prep count - --encoding utf-8 < a.txt")).text == count)
  }

  @Test func `arrays of texts are found in a folder and in an archive`() throws {
    try place.folder.write(utf16("[\"one\", \"zw\u{f6}lf\"]"), to: "in/a.json")
    try place.folder.write(utf16("{\"no\": \"array\"}"), to: "in/b.json")
    let outcome = try encode("in --encoding utf-16")
    #expect(outcome.errors.contains("passed over 'in/b.json'") && !outcome.errors.contains("a.json"))
    #expect(try texts() == ["one", "zw\u{f6}lf"])
    succeed(try place.shell("tar -cf a.tar in"))
    _ = try encode("a.tar --encoding utf-16")
    #expect(try texts() == ["one", "zw\u{f6}lf"])
  }

  @Test func `a token is traced to a file of an archive`() throws {
    try place.folder.write(utf16("Gr\u{fc}\u{df}e, the cat"), to: "in/a.txt")
    try place.folder.write(utf16("\n{\"text\":\"two\"}\n"), to: "in/b.jsonl")
    succeed(try place.shell("tar -cf a.tar in/a.txt in/b.jsonl"))
    let made = try JSON.parse(encode("a.tar --encoding utf-16").text)
    let last = "\(made["tokens"]!.integer! - 1)"
    let first = try JSON.parse(succeed(place.prep("trace", "s", "--token", "0", "--json")).text)
    #expect(first["member"] == "in/a.txt" && first["in-source"] == true && first["text"] == "G")
    let trace = try JSON.parse(succeed(place.prep("trace", "s", "--token", last, "--json")).text)
    #expect(trace["member"] == "in/b.jsonl" && trace["line"] == 2 && trace["in-source"] == .null)
    let page = succeed(try place.prep("trace", "s", "--token", last)).text
    #expect(page.contains("'a.tar', its file 'in/b.jsonl'") && page.contains("line 2 of the file"))
    succeed(try place.prep("verify", "s", "--deep"))
  }
}
