import Basics
import Pipeline
import Store
import TestSupport
import Testing

/// What is read of corpora in other encodings than UTF-8.
@Suite struct OtherEncodingsTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encode(
    _ name: String, _ encoding: String?, _ invalid: TextOptions.Invalid = .fail
  ) throws -> DatasetEncoder.Summary {
    var encoder = DatasetEncoder(try Corpus([folder(name)], encoding: encoding), tokenizer)
    encoder.split.fraction = 0
    (encoder.text.encoding, encoder.text.invalid) = (encoding, invalid)
    return try encoder.run(folder: folder("s"), threads: 2, replacing: true)
  }

  private func texts() throws -> [String] { try documents(folder("s"), .train).map(\.text) }

  @Test(arguments: ["utf-16", "utf-16le"])
  func `which .json files are arrays of texts is seen in their encoding`(encoding: String) throws {
    let long = String(repeating: "\u{4e00}\"\\ ", count: 30_000)
    let files: [(name: String, text: String)] = [
      ("c/a.json", "[\"one\", \"two\"]"), ("c/b.json", "{\"name\": \"settings\"}"),
      ("c/c.json", "[\(JSON.string(long).text), \"three\"]"), ("c/d.json", "[{\"name\": \"people\"}]"),
    ]
    for (name, text) in files { try folder.write(encoded(text, encoding), to: name) }
    // Not in the encoding, but nobody reads it.
    try folder.write([0x7b, 0x00, 0xd8], to: "c/e.json")
    let tar = files.flatMap { Ustar.member($0.name, encoded($0.text, encoding)) }
    try folder.write(tar + Ustar.member("c/e.json", [0x7b, 0x00, 0xd8]) + Ustar.end, to: "c.tar")
    let corpus = try Corpus([folder("c")], encoding: encoding)
    #expect(corpus.sources.map(\.name) == ["c/a.json", "c/c.json"])
    #expect(corpus.otherJSON.map(Path.name) == ["b.json", "d.json", "e.json"])
    #expect(try Corpus([folder("c")], textField: "name", encoding: encoding).sources.count == 3)
    for form in ["c", "c.tar"] {
      _ = try encode(form, encoding)
      #expect(try texts() == ["one", "two", long, "three"], "\(form)")
    }
    #expect(
      errorText { _ = try Corpus([folder("c")], encoding: "klingon") }.contains("no encoding 'klingon'"))
  }

  @Test(arguments: ["utf-8", "UTF-8", "utf8", "Utf8"])
  func `UTF-8 by name is what it is without a name`(name: String) throws {
    var options = TextOptions()
    options.encoding = name
    #expect(options.encoding == nil && options == TextOptions())
    // The beginnings of characters, which iconv counts otherwise.
    try folder.write(
      Array("the ".utf8) + [0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0x80], to: "c/a.txt")
    try folder.write("\u{feff}\(jsonLine("x"))\n", to: "c/b.jsonl")
    let root = try encode("c", nil, .replace).dataset.rootHash
    #expect(try encode("c", name, .replace).dataset.rootHash == root)
  }

  /// Faults by the thousand, more than a buffer has room for, and texts that grow to more than that.
  @Test(arguments: [TextOptions.Invalid.replace, .keep])
  func `every byte that is no text is dealt with by itself`(invalid: TextOptions.Invalid) throws {
    var random = SplitMix64(seed: 11)
    let bytes = (0..<300_000).map { _ in
      Int.random(in: 0..<3, using: &random) > 0
        ? UInt8.random(in: 0x80...0xff, using: &random) : [0x61, 0x20, 0x0a].randomElement(using: &random)!
    }
    let expected = bytes.flatMap { byte -> [UInt8] in
      byte < 0x80 || invalid == .keep ? [byte] : [0xef, 0xbf, 0xbd]
    }
    try folder.write(bytes, to: "a.txt")
    _ = try encode("a.txt", "ascii", invalid)
    let read = try documents(folder("s"), .train)
    #expect(
      read.map(\.text) == [String(decoding: expected, as: UTF8.self)] && read[0].count == expected.count)
  }

  /// glibc calls UCS-2 and its like by many names.
  @Test(arguments: [
    ("utf-16le", 2), ("unicode", 2), ("UNICODELITTLE", 2), ("csUnicode", 2), ("UCS-2LE", 2),
    ("csUCS4", 4), ("UTF-32LE", 4),
    ("WCHAR_T", 4),
  ])
  func `after a fault the text goes on with the encoding's next unit`(name: String, size: Int) throws {
    guard TextEncoding.isKnown(name) else { return print("passed over \(name): this machine has none") }
    let isBig = name == "csUCS4"
    let units: [UInt32] = [0x61, 0xd800, 0x62, 0x20, 0xdc00, 0x63]
    let bytes = units.flatMap { unit -> [UInt8] in
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: unit >> UInt32(8 * $0)) }
      return isBig ? bytes.reversed() : bytes
    }
    try folder.write(bytes, to: "a.txt")
    _ = try encode("a.txt", name, .replace)
    #expect(try texts() == ["a\u{fffd}b \u{fffd}c"])
  }

  @Test(arguments: [("utf-16", ""), ("utf-16le", "\u{feff}"), ("latin1", "")])
  func `a mark that tells the byte order is no part of the text, and one that need not is`(
    encoding: String, mark: String
  ) throws {
    try folder.write(
      encoded(encoding == "latin1" ? "x" : "\u{feff}x", encoding == "utf-16" ? "utf-16le" : encoding),
      to: "a.txt")
    #expect(try encode("a.txt", encoding).work.marks == (mark.isEmpty ? 0 : 1))
    #expect(try texts() == ["\(mark)x"])
  }
}
