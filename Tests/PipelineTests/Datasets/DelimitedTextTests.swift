import Basics
import Pipeline
import Testing

@Suite("Delimited text")
struct DelimitedTextTests {
  private func rows(_ text: String, _ delimiter: Character = "\t") throws -> [[String]] {
    var reader = DelimitedText(Array(text.utf8), delimiter: delimiter.asciiValue!, file: "table")
    var rows: [[String]] = []
    while let row = try reader.nextRow() {
      rows.append(row.fields.map { String(decoding: $0.text, as: UTF8.self) })
    }
    return rows
  }

  /// As `pandas.read_csv(sep="\t", header=None)` reads them.
  @Test(arguments: [
    ("ham\thello\nspam\twin", [["ham", "hello"], ["spam", "win"]]),
    ("a\t\"over\ntwo lines\"\nb\tc\n", [["a", "over\ntwo lines"], ["b", "c"]]),
    ("a\t\"she said \"\"no\"\"\"\n", [["a", "she said \"no\""]]),
    ("a\tshe said \"no\"\n", [["a", "she said \"no\""]]),
    ("a\t\"half\" quoted\n", [["a", "half quoted"]]),
    ("a\t\"half\"\"\n", [["a", "half\""]]),
    ("a\t\n\tb\n", [["a", ""], ["", "b"]]),
    ("a\tb\r\nc\td\re\tf", [["a", "b"], ["c", "d"], ["e", "f"]]),
    ("\n\na\tb\n\n \nc\td\n\n", [["a", "b"], ["c", "d"]]),
    ("\u{FEFF}a\tb\n", [["a", "b"]]),
    ("", []),
    ("\n\n", []),
  ])
  func `rows and fields are those that pandas reads`(text: String, expected: [[String]]) throws {
    guard text != "a\t\"half\"\"\n" else {
      // Two marks are one, so that the field is never closed.
      #expect(throws: DatasetsError.self) { try rows(text) }
      return
    }
    #expect(try rows(text) == expected)
  }

  @Test func `a quotation mark that is never closed is named with its line`() {
    let error = #expect(throws: DatasetsError.self) { try rows("a\tb\nc\t\"d\ne\tf\n") }
    #expect(error?.description.hasPrefix("'table', line 2: ") == true)
  }

  @Test func `rows know their lines, and fields their bytes`() throws {
    let text = Array("a\t\"b\r\nc\"\n\nd\tef\n".utf8)
    var reader = DelimitedText(text, delimiter: UInt8(ascii: "\t"), file: "table")
    let first = try #require(try reader.nextRow())
    let second = try #require(try reader.nextRow())
    #expect(try reader.nextRow() == nil)
    #expect((first.line, second.line) == (1, 4))
    #expect(String(decoding: text[first.fields[1].place], as: UTF8.self) == "\"b\r\nc\"")
    #expect(String(decoding: text[second.fields[1].place], as: UTF8.self) == "ef")
  }

  @Test(arguments: 0..<100)
  func `what was written is read again`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let letters = Array("ab\"\"\n\r,\t é".utf8)
    let delimiter = seed.isMultiple(of: 2) ? UInt8(ascii: ",") : UInt8(ascii: "\t")
    let rows = (0..<20).map { _ in
      (0..<3).map { _ in
        (0..<Int(random.next() % 9)).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
      }
    }
    var text: [UInt8] = []
    for row in rows {
      for (index, field) in row.enumerated() {
        if index > 0 { text.append(delimiter) }
        DelimitedText.append(field, delimiter: delimiter, to: &text)
      }
      text.append(UInt8(ascii: "\n"))
    }
    var reader = DelimitedText(text, delimiter: delimiter, file: "table")
    for row in rows { #expect(try reader.nextRow()?.fields.map(\.text) == row) }
    #expect(try reader.nextRow() == nil)
  }
}
