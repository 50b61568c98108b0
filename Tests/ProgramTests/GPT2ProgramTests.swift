import Basics
import TestSupport
import Testing

/// GPT-2's ids as tiktoken gives them, by way of the programs.
@Suite(.enabled(if: Shared.path("data/gpt2/vocab.bpe") != nil, "needs GPT-2's files in ../shared"))
struct `GPT-2's ids` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    succeed(try place.prep("fetch", "gpt2", "--from", Shared.path("data/gpt2")!))
  }

  @Test(.enabled(if: Shared.path("golden/tokenizer/streams.tsv") != nil, "needs ../shared"))
  func `have the known digests for whole files`() throws {
    let table = try String(
      decoding: File.contents(Shared.path("golden/tokenizer/streams.tsv")!), as: UTF8.self)
    let rows = table.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.count > 5)
    for row in rows {
      guard let file = Shared.path("data/\(row[0])") else { continue }
      let ids = succeed(try place.prep("tokenize", file, "--to", "u16")).output
      #expect(ids.count == 2 * Int(row[2])!, "\(row[0])")
      #expect(SHA256.hash(ids).description == row[3], "\(row[0])")
      #expect(try place.shell("prep count < '\(file)'").text == "\(row[2])\n", "\(row[0])")
      #expect(
        try place.prep("decode", "--from", "u16", input: ids).output == File.contents(file), "\(row[0])")
    }
  }

  /// Thousands of strings at once: each is a document, and the export has their ids.
  @Test(.enabled(if: Shared.path("golden/tokenizer/strings.jsonl") != nil, "needs ../shared"))
  func `are the known ones for every string`() throws {
    let rows = try File.contents(Shared.path("golden/tokenizer/strings.jsonl")!).split(separator: 10)
      .map { try JSON.parse(Array($0).span) }
    let texts = try rows.map {
      String(decoding: Base64.decode(try #require($0["utf8"]?.string)), as: UTF8.self)
    }
    let lines = texts.map { JSON.object([JSON.Member("text", .string($0))]).text + "\n" }
    try place.folder.write(lines.joined(), to: "strings.jsonl")
    succeed(try place.prep("encode", "strings.jsonl", "--val-fraction", "0"))
    let exported = succeed(try place.prep("export", "shards")).text.split(separator: "\n")
    #expect(rows.count > 3_000 && exported.count == rows.count)
    for (row, line) in zip(rows, exported) {
      let document = try JSON.parse(String(line))
      #expect(document["ids"] == row["ids"])
    }
    #expect(try exported.map { try JSON.parse(String($0))["text"]?.string } == texts)
  }

  @Test func `are the default where no folder has a tokenizer`() throws {
    #expect(try place.prep("tokenize", input: Array("Hello, world.".utf8)).text == "15496 11 995 13\n")
    try place.writeCorpusAndTokenizer(bytes: 5_000, vocabulary: 300)
    #expect(try place.prep("tokenize", input: Array("Hello, world.".utf8)).text != "15496 11 995 13\n")
    let named = try place.prep("tokenize", "--tokenizer", "gpt2", input: Array("Hello, world.".utf8))
    #expect(named.text == "15496 11 995 13\n")
  }
}

/// RFC 4648.
private enum Base64 {
  static func decode(_ text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var values = [UInt8?](repeating: nil, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    var bytes: [UInt8] = [], bits: UInt32 = 0, count = 0
    for letter in text.utf8 {
      guard let value = values[Int(letter)] else { continue }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
}
