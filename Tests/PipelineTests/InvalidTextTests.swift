import Basics
import Foundation
import Pipeline
import Store
import TestSupport
import Testing

/// What becomes of bytes that are not UTF-8, of byte order marks, and of other encodings.
@Suite struct InvalidTextTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encode(
    _ names: [String], _ change: (inout TextOptions) -> Void = { _ in }
  ) throws -> DatasetEncoder.Summary {
    var encoder = DatasetEncoder(try Corpus(names.map { folder($0) }), tokenizer)
    encoder.split.fraction = 0
    change(&encoder.text)
    return try encoder.run(folder: folder("s"), threads: 2, replacing: true)
  }

  private func read(_ names: [String], _ change: (inout TextOptions) -> Void = { _ in }) throws
    -> [ReadDocument]
  {
    _ = try encode(names, change)
    return try documents(folder("s"), .train)
  }

  private func randomBytes(_ random: inout SplitMix64, upTo count: Int) -> [UInt8] {
    let parts: [[UInt8]] = [
      [97], [32], [10], [0xc3, 0xa9], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x89], [0xff], [0x80], [0xc3],
      [0xe2, 0x82], [0xf0, 0x9f],
      [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80], [0xe3, 0x80, 0x80],
    ]
    return (0..<Int.random(in: 0...count, using: &random)).flatMap { _ in parts.randomElement(using: &random)!
    }
  }

  /// Swift's own decoding replaces maximal subparts, too.
  @Test func `replace has one U+FFFD for each beginning of a character, in files, lines, rows and elements`()
    throws
  {
    var random = SplitMix64(seed: 7)
    for number in 0..<40 {
      let bytes = randomBytes(&random, upTo: 30).filter { ![34, 44, 10].contains($0) } + Array("end".utf8)
      let expected = String(decoding: bytes, as: UTF8.self)
      try folder.write(bytes, to: "a\(number)/a.txt")
      try folder.write(Array("{\"text\":\"".utf8) + bytes + Array("\"}\n".utf8), to: "a\(number)/b.jsonl")
      try folder.write(Array("text,id\n".utf8) + bytes + Array(",1\n".utf8), to: "a\(number)/c.csv")
      try folder.write(Array("[\"".utf8) + bytes + Array("\"]".utf8), to: "a\(number)/d.json")
      #expect(
        try read(["a\(number)"]) { $0.invalid = .replace }.map(\.text)
          == [String](repeating: expected, count: 4))
    }
  }

  @Test func `a long text is replaced in pieces as in one, and its place is the file's`() throws {
    var random = SplitMix64(seed: 8)
    var bytes: [UInt8] = []
    while bytes.count < 3_000_000 { bytes += randomBytes(&random, upTo: 50) }
    try folder.write(bytes, to: "a.txt")
    let documents = try read(["a.txt"]) { $0.invalid = .replace }
    #expect(documents.count == 1 && documents[0].text == String(decoding: bytes, as: UTF8.self))
    #expect(documents[0].offset == 0 && documents[0].count == bytes.count)
  }

  @Test func `skip leaves out documents, however long, and says why`() throws {
    let good = String(repeating: "the cab é\n", count: 200_000)
    try folder.write(good, to: "c/a.txt")
    try folder.write(Array(good.utf8) + [0xc3], to: "c/b.txt")
    try folder.write(Array("ab".utf8) + [0xff], to: "c/c.txt")
    try folder.write(
      Array("{\"text\":\"a\"}\n{\"text\":\"".utf8) + [0xff] + Array("\"}\n{\"text\":\"b\"}\n".utf8),
      to: "c/d.jsonl")
    try folder.write(Array("text\na\n".utf8) + [0xff] + Array("\nb\n".utf8), to: "c/e.csv")
    try folder.write(Array("[\"a\",\"".utf8) + [0xff] + Array("\",\"b\"]".utf8), to: "c/f.json")
    let documents = try read(["c"]) { $0.invalid = .skip }
    #expect(documents.map(\.text) == [good, "a", "b", "a", "b", "a", "b"])
    let rejects = try Dataset.open(folder("s")).rejects()
    #expect(rejects.map(\.source) == [1, 2, 3, 4, 5])
    #expect(rejects.map(\.byteOffset) == [0, 0, 13, 7, 5])
    #expect(
      rejects[0].reason == "not UTF-8 at byte \(good.utf8.count)"
        && rejects[1].reason == "not UTF-8 at byte 2")
  }

  @Test func `fail names the byte, and keep takes bytes as they are`() throws {
    try folder.write([97, 0xff, 98], to: "a.txt")
    try folder.write(
      Array("{\"text\":\"".utf8) + [0xff] + Array("\",\"b\":\"".utf8) + [0xfe] + Array("\"}\n".utf8),
      to: "b.jsonl")
    #expect(errorText { _ = try encode(["a.txt"]) }.hasPrefix("'\(folder("a.txt"))', byte 1: not UTF-8"))
    #expect(errorText { _ = try encode(["b.jsonl"]) }.contains("the text is not UTF-8"))
    #expect(try read(["a.txt", "b.jsonl"]) { $0.invalid = .keep }.map(\.text) == ["a\u{fffd}b", "\u{fffd}"])
  }

  @Test func `a byte order mark is text, is counted, and can be left out`() throws {
    try folder.write("\u{feff}the cab", to: "c/a.txt")
    try folder.write("\u{feff}", to: "c/b.txt")
    try folder.write("{\"text\":\"\u{feff}x\"}", to: "c/c.jsonl")
    let kept = try encode(["c"])
    #expect(kept.work.marks == 2)
    #expect(try documents(folder("s"), .train).map(\.text) == ["\u{feff}the cab", "\u{feff}", "\u{feff}x"])
    let dropped = try read(["c"]) { $0.dropsMark = true }
    #expect(dropped.map(\.text) == ["the cab", "", "\u{feff}x"])
    #expect(dropped.map(\.offset) == [3, 3, 0] && dropped.map(\.count) == [7, 0, 15])
  }

  @Test(arguments: [
    ("latin1", String.Encoding.isoLatin1), ("utf-16", .utf16), ("UTF-16LE", .utf16LittleEndian),
    ("shift_jis", .shiftJIS),
  ])
  func `other encodings are read as iconv reads them`(name: String, encoding: String.Encoding) throws {
    let text = String(repeating: name == "shift_jis" ? "日本の cab\n" : "Grüße, the cab\n", count: 20_000)
    try folder.write(Array(try #require(text.data(using: encoding))), to: "c/a.txt")
    try folder.write(
      Array(try #require("text,id\n\"\(text.prefix(8))\",1\n".data(using: encoding))), to: "c/b.csv")
    #expect(try read(["c"]) { $0.encoding = name }.map(\.text) == [text, String(text.prefix(8))])
  }

  @Test func `what is not in the encoding is dealt with like other invalid text`() throws {
    // A lone half of a surrogate pair, and half a unit at the end.
    try folder.write([97, 0, 0x00, 0xd8, 98, 0], to: "a.txt")
    try folder.write([97, 0, 98], to: "b.txt")
    func with(_ invalid: TextOptions.Invalid) -> (inout TextOptions) -> Void {
      { ($0.encoding, $0.invalid) = ("utf-16le", invalid) }
    }
    #expect(
      errorText { _ = try encode(["a.txt"], with(.fail)) }.hasPrefix(
        "'\(folder("a.txt"))', byte 2: not utf-16le"))
    #expect(
      errorText { _ = try encode(["b.txt"], with(.fail)) }.hasPrefix(
        "'\(folder("b.txt"))', byte 2: not utf-16le"))
    #expect(try read(["a.txt", "b.txt"], with(.replace)).map(\.text) == ["a\u{fffd}b", "a\u{fffd}"])
    #expect(try read(["a.txt", "b.txt"], with(.skip)).isEmpty)
    #expect(try Dataset.open(folder("s")).rejects().count == 2)
    #expect(
      errorText { _ = try encode(["a.txt"]) { $0.encoding = "klingon" } }.contains(
        "there is no encoding 'klingon'"))
    #expect(
      TextEncoding.isKnown("latin1") && !TextEncoding.isKnown("") && !TextEncoding.isKnown("utf-8//IGNORE"))
  }

  @Test func `texts from elsewhere are read`() throws {
    guard let latin = Shared.path("data/naughty/encodings/german.latin1.txt"),
      let japanese = Shared.path("data/naughty/encodings/aozora_sjis_0.txt")
    else {
      print("skipped: no texts in other encodings beside the checkout")
      return
    }
    for (path, name) in [(latin, "latin1"), (japanese, "cp932")] {
      let expected = try output("/usr/bin/iconv", ["-f", name, "-t", "utf-8", path]) ?? []
      var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
      encoder.split.fraction = 0
      encoder.text.encoding = name
      _ = try encoder.run(folder: folder("s"), threads: 2, replacing: true)
      #expect(try documents(folder("s"), .train).map(\.text) == [String(decoding: expected, as: UTF8.self)])
    }
  }
}
