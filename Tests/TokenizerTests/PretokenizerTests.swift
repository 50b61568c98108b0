internal import Basics
internal import Testing
internal import Tokenizer

@Suite("Pretokens")
struct PretokenizerTests {
  private func pretokens(_ text: [UInt8]) -> [[UInt8]] {
    var pretokens: [[UInt8]] = []
    Pretokenizer.forEach(text.span) { pretokens.append(Array(text[$0])) }
    return pretokens
  }

  private func pretokens(_ text: String) -> [String] {
    pretokens(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `words take the blank before them`() {
    #expect(pretokens("Hello, world 42!") == ["Hello", ",", " world", " 42", "!"])
  }

  @Test(arguments: [
    ("don't", ["don", "'t"]), ("I'll've", ["I", "'ll", "'ve"]), ("DON'T", ["DON", "'", "T"]),
    ("x'sy", ["x", "'s", "y"]), ("''s", ["''", "s"]), (" 's", [" '", "s"]), ("'l", ["'", "l"]),
    ("'re", ["'re"]),
  ])
  func `an apostrophe that starts a pretoken takes its letters`(text: String, expected: [String]) {
    #expect(pretokens(text) == expected)
  }

  @Test(arguments: [
    ("a  b", ["a", " ", " b"]), ("a \n b", ["a", " \n", " b"]), ("a\n\nb", ["a", "\n", "\n", "b"]),
    ("a  ", ["a", "  "]),
    ("\u{3000}\u{3000}z", ["\u{3000}", "\u{3000}", "z"]), ("x\u{a0}y", ["x", "\u{a0}", "y"]), ("", []),
  ])
  func `the last white space before something stands apart`(text: String, expected: [String]) {
    #expect(pretokens(text) == expected)
  }

  @Test func `a contraction may lie across any two blocks`() {
    for count in 0..<200 {
      let word = String(repeating: "a", count: count)
      let tail = String(repeating: "b", count: 70)
      #expect(pretokens(word + "'re" + tail) == (word.isEmpty ? [] : [word]) + ["'re", tail])
    }
  }

  @Test func `white space of three bytes may lie across any two blocks`() {
    for count in 1..<200 {
      let word = String(repeating: "a", count: count)
      #expect(pretokens(word + "\u{2003}\u{3000}b") == [word, "\u{2003}", "\u{3000}", "b"])
    }
  }

  @Test func `agrees with the definition on text`() {
    for seed in 0..<3_000 as Range<UInt64> {
      var random = RandomText(seed: seed)
      let text = Array(random.text(pieces: 40).utf8)
      #expect(pretokens(text) == Reference.pretokens(text), "seed \(seed)")
    }
  }

  @Test func `agrees with the definition on bytes that are not text`() {
    for seed in 0..<3_000 as Range<UInt64> {
      var random = RandomText(seed: seed)
      let text = random.bytes(pieces: 40)
      #expect(pretokens(text) == Reference.pretokens(text), "seed \(seed)")
    }
  }
}
