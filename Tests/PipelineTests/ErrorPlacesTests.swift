import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

/// Errors say where, and what to do next.
@Suite struct ErrorPlacesTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  @Test(arguments: [0, 5_000_000])
  func `the name of a special token is found at its byte of the file`(offset: Int) throws {
    let words = String(repeating: "the cab ", count: offset / 8)
    let path = try folder.write(words + "<|endoftext|> the", to: "a.txt")
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    encoder.text.special = .error
    encoder.split.fraction = 0
    let place = "'\(path)', byte \(offset): the name of the special token '<|endoftext|>'"
    #expect(errorText { _ = try encoder.run(folder: folder("s"), threads: 2) }.hasPrefix(place))
    var one = TextTokenizer(tokenizer.tokenizer)
    one.special = .error
    #expect(errorText { _ = try one.count(TextInput(path), threads: 2) }.hasPrefix(place))
  }

  @Test func `the name of a special token in a line of JSON is found at its byte of the text`() throws {
    let path = try folder.write(jsonLine("the") + "\n" + jsonLine("é <|endoftext|>"), to: "a.jsonl")
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    encoder.text.special = .error
    #expect(
      errorText { _ = try encoder.run(folder: folder("s"), threads: 1) }
        .hasPrefix("'\(path)', byte 3 of the text of line 2: the name of the special token"))
  }

  @Test(arguments: ["a.jsonl", "a.json"])
  func `an error behind bytes that are replaced is at its byte of the file`(name: String) throws {
    let start = Array(#"{"a": "é"#.utf8) + [0xff, 0xe6, 0x97, 0xc3, 0x28] + Array(#"é", "text": "#.utf8)
    let first = name == "a.json" ? "[" : "{\"text\": \"a\"}\n"
    let path = try folder.write(
      Array(first.utf8) + start + Array("}\(name == "a.json" ? "]" : "")\n".utf8), to: name)
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    encoder.text.invalid = .replace
    encoder.split.method = .hash
    let error = errorText { _ = try encoder.run(folder: folder("s"), threads: 1) }
    let place = name == "a.json" ? "byte \(1 + start.count)" : "line 2, byte \(start.count) "
    #expect(error.contains("'\(path)', \(place)"), "\(error)")
  }

  @Test func `where there are none, no numbers of tokens are made up`() {
    #expect(
      "\(PipelineError.noSuchToken(0, split: .val, count: 0))"
        == "there is no token 0 in the split 'val': it has no tokens")
    #expect("\(PipelineError.noSuchToken(9, split: .val, count: 9))".hasSuffix("it has tokens 0 to 8"))
  }

  @Test func `an error in a line of JSON says what to do`() throws {
    let path = try folder.write("{\"text\": \"a\"}\n{\"text\": }\n", to: "a.jsonl")
    let encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    let error = errorText { _ = try encoder.run(folder: folder("s"), threads: 1) }
    #expect(error.hasPrefix("'\(path)', line 2, byte 9 ") && error.hasSuffix("mend or remove the line"))
  }
}
