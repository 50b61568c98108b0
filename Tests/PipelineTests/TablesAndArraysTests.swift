import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct TablesAndArraysTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encode(
    _ path: String, segmentBytes: Int = 1 << 20, to name: String = "s", _ field: String = "text"
  ) throws -> [ReadDocument] {
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    encoder.text.textField = field
    encoder.split.fraction = 0
    encoder.segmentBytes = segmentBytes
    _ = try encoder.run(folder: folder(name), threads: 2, replacing: true)
    return try documents(folder(name), .train)
  }

  private func refusal(_ bytes: [UInt8], _ name: String, _ field: String = "text") throws -> String {
    let path = try folder.write(bytes, to: name)
    return errorText { _ = try encode(path, field) }
  }

  private func refusal(_ text: String, _ name: String, _ field: String = "text") throws -> String {
    try refusal(Array(text.utf8), name, field)
  }

  private func encode(_ path: String, _ field: String) throws -> [ReadDocument] {
    try encode(path, segmentBytes: 1 << 20, to: "s", field)
  }

  @Test func `a row is a document, and its bytes are known`() throws {
    let csv = "id,text\r\n1,\"one, \"\"two\"\"\nthree\"\r\n\r\n2,four\r\n"
    let read = try encode(folder.write(csv, to: "a.csv"))
    #expect(read.map(\.text) == ["one, \"two\"\nthree", "four"])
    #expect(read.map { slice(csv, $0) } == ["1,\"one, \"\"two\"\"\nthree\"", "2,four"])
    let tsv = "text\tid\n say \"hi\"\t1\n"
    #expect(try encode(folder.write(tsv, to: "b.tsv")).map(\.text) == [" say \"hi\""])
  }

  private func slice(_ text: String, _ document: ReadDocument) -> String {
    String(decoding: Array(text.utf8)[document.offset..<document.offset + document.count], as: UTF8.self)
  }

  @Test func `an element is a document, and its bytes are known`() throws {
    let json = "\u{feff} [ \"a\\u00e9\" ,\n{\"id\":[1,{}], \"text\":\"b]\"},\"\" ] \n"
    let read = try encode(folder.write(json, to: "a.json"))
    #expect(read.map(\.text) == ["aé", "b]", ""])
    #expect(read.map { slice(json, $0) } == ["\"a\\u00e9\"", "{\"id\":[1,{}], \"text\":\"b]\"}", "\"\""])
    #expect(try encode(folder.write("[]", to: "b.json")).isEmpty)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `segments of any size have the rows of the whole table`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var csv = Array((seed % 2 == 0 ? "\u{feff}" : "").utf8) + Array("\"text\",other\n".utf8)
    for _ in 0..<40 {
      for column in 0..<2 {
        if Bool.random(using: &random) {
          DelimitedText.append(
            Array(randomText(&random, upTo: 12).utf8), delimiter: UInt8(ascii: ","), to: &csv)
        } else {
          csv += Array(["", "a\"b", "x y", "\"q\"z", "\"\"\"\""].randomElement(using: &random)!.utf8)
        }
        csv.append(column == 0 ? UInt8(ascii: ",") : 10)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        csv += Array(["\r\n", "\r", "\n"].randomElement(using: &random)!.utf8)
      }
    }
    var judge = DelimitedText(csv, delimiter: UInt8(ascii: ","), file: "judge")
    var expected: [String] = []
    while let row = try judge.nextRow() {
      expected.append(String(decoding: row.fields[0].text, as: UTF8.self))
    }
    let path = try folder.write(csv, to: "a.csv")
    for size in [1, 7, 50, 1_000] {
      let read = try encode(path, segmentBytes: size)
      #expect(read.map(\.text) == Array(expected.dropFirst()))
      for document in read {
        let row = Array(csv[document.offset..<document.offset + document.count])
        var reader = DelimitedText(row, delimiter: UInt8(ascii: ","), file: "row", isStart: false)
        #expect(
          try reader.nextRow().map { String(decoding: $0.fields[0].text, as: UTF8.self) } == document.text)
      }
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `segments of any size have the elements of the whole array`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let texts = (0..<40).map { _ in randomText(&random, upTo: 12) }
    func space() -> String { ["", " ", "\n\t "].randomElement(using: &random)! }
    let elements = texts.map { text in
      let value = JSON.string(text).text
      return Bool.random(using: &random) ? value : "{\"a\":[\"]\",{}],\(space())\"text\":\(value)}"
    }
    let json =
      space() + "[" + elements.map { space() + $0 + space() }.joined(separator: ",") + "]" + space()
    let path = try folder.write(json, to: "a.json")
    for size in [1, 7, 50, 1_000] {
      let read = try encode(path, segmentBytes: size)
      #expect(read.map(\.text) == texts)
      #expect(read.map { slice(json, $0) } == elements)
    }
  }

  @Test func `packed tables and arrays are read, too`() throws {
    let csv = try folder.write(Packed.gzip(Array("text\na\nb\n".utf8)), to: "a.csv.gz")
    #expect(try encode(csv).map(\.text) == ["a", "b"])
    let json = try folder.write(Packed.zstd(Array("[\"a\",\"b\"]".utf8)), to: "a.json.zst")
    #expect(try encode(json).map(\.text) == ["a", "b"])
  }

  @Test func `a table's mistakes are errors that name the line`() throws {
    let file = folder("a.csv")
    #expect(
      try refusal("id,body\n1,x\n", "a.csv").hasPrefix(
        "'\(file)', line 1: no field 'text'; there is 'id', 'body'"))
    #expect(
      try refusal("id,text\n1,a\n2\n", "a.csv").hasPrefix(
        "'\(file)', line 3: a row of 1 fields where the first row has 2"))
    #expect(
      try refusal("text\na\n\"b\n", "a.csv").hasPrefix("'\(file)', line 3: a quotation mark opens a field"))
    let invalid = try refusal(Array("text\na\nb".utf8) + [0xff], "a.csv")
    #expect(invalid.hasPrefix("'\(file)', byte 8: not UTF-8"))
  }

  @Test func `an error in a later segment has the line of the file`() throws {
    let rows = (0..<100).map { "\($0),text \($0)\n" }.joined()
    let path = try folder.write("id,text\n" + rows + "1,2,3\n", to: "a.csv")
    #expect(errorText { _ = try encode(path, segmentBytes: 100) }.contains("line 102: a row of 3 fields"))
    let elements = (0..<100).map { "\"text \($0)\",\n" }.joined()
    let json = try folder.write("[\n" + elements + "{\"a\":1}]", to: "a.json")
    #expect(
      errorText { _ = try encode(json, segmentBytes: 100) }.contains(
        "line 102: no field 'text'; there is 'a'"))
  }

  @Test(arguments: [
    ("", 0), ("[", 1), ("[1]", 1), ("[\"a\",]", 5), ("[,]", 1), ("[\"a\" \"b\"]", 5), ("[\"a\"]x", 5),
    ("{\"text\":\"a\"}", 0), ("[{\"text\":\"a\"]]", 12), ("[\"a\"", 4), ("[\"a", 3), ("[\"\\x\"]", 2),
    ("[[]]", 1), ("[null]", 1),
    ("[\"\u{1}\"]", 2), ("[\"a\"},\"b\"]", 4), ("\"text\"", 0),
  ])
  func `what is no array of objects or texts is an error that names the byte`(json: String, byte: Int) throws
  {
    #expect(try refusal(json, "a.json").hasPrefix("'\(folder("a.json"))', byte \(byte): "))
  }

  @Test func `the tail of a table begins with a row, and that of an array with an element`() throws {
    let rows = (0..<10).map { "\"line \($0)\nmore\"\n" }
    try folder.write("text\n" + rows.joined(), to: "a.csv")
    try folder.write("[" + (0..<10).map { "\"element \($0)\"" }.joined(separator: ", ") + "]", to: "b.json")
    try folder.write("text\nonly\n", to: "c.csv")
    for size in [10, 1 << 20] {
      var encoder = DatasetEncoder(try Corpus(["a.csv", "b.json", "c.csv"].map { folder($0) }), tokenizer)
      encoder.split.method = .tail
      encoder.split.fraction = 0.2
      encoder.segmentBytes = size
      _ = try encoder.run(folder: folder("s"), threads: 2, replacing: true)
      let val = try documents(folder("s"), .val).map(\.text)
      #expect(val == ["line 8\nmore", "line 9\nmore", "element 8", "element 9"])
      #expect(try documents(folder("s"), .train).count == 17)
    }
  }

  @Test func `in a folder, only .json files that begin like an array of texts are text`() throws {
    try folder.write("{\"name\": \"package\"}", to: "c/package.json")
    try folder.write("[{\"name\": \"people\"}]", to: "c/people.json")
    try folder.write("[1, 2]", to: "c/numbers.json")
    try folder.write("\u{feff}\n [\"a\"]", to: "c/a.json")
    try folder.write(Packed.gzip(Array("true".utf8)), to: "c/b.json.gz")
    try folder.write("", to: "c/empty.json")
    try folder.write(" \n", to: "c/spaces.json")
    let corpus = try Corpus([folder("c")])
    #expect(corpus.sources.map(\.name) == ["c/a.json"] && corpus.skipped == 0)
    #expect(
      corpus.otherJSON.map(Path.name) == [
        "b.json.gz", "empty.json", "numbers.json", "package.json", "people.json", "spaces.json",
      ])
    let named = try Corpus([folder("c")], textField: "name")
    #expect(named.sources.map(\.name) == ["c/a.json", "c/people.json"])
  }

  @Test func `a vocabulary is learned from tables and arrays, too`() throws {
    try folder.write("text\nthe the the\n", to: "c/a.csv")
    try folder.write("[\"the cab\"]", to: "c/b.json")
    let result = try VocabularyLearner(try Corpus([folder("c")]), vocabularySize: 259).run(threads: 2)
    #expect(result.documents == 2 && result.textBytes == 18)
  }

  @Test func `hostile JSON is an error, or read`() throws {
    guard let suite = Shared.path("data/naughty/JSONTestSuite/test_parsing") else {
      print("skipped: no JSONTestSuite beside the checkout")
      return
    }
    var accepted = 0
    for name in try Folder.names(suite) where name.hasSuffix(".json") {
      let path = "\(suite)/\(name)"
      do {
        _ = try VocabularyLearner(try Corpus([path]), vocabularySize: 257).run(threads: 1)
        accepted += 1
        #expect(!name.hasPrefix("n_"), "\(name)")
      } catch {
        // The right ones that are refused are no arrays of texts or objects.
        let text = "\(error)"
        #expect(
          !name.hasPrefix("y_") || text.contains("expected a") || text.contains("no field")
            || text.contains("surrogate"), "\(name): \(text)")
      }
    }
    #expect(accepted > 20)
  }
}
