internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Cutting text` {
  @Test(
    arguments: [
      ("hello world", 5), ("hello  world", 5), ("hello", nil), (" hello", nil), ("a b ", 3),
      ("a\u{3000}b", 1), ("", nil),
      ("a\u{3000}", 1), ("  ", nil),
    ] as [(String, Int?)])
  func `is safe before white space that follows something else`(text: String, expected: Int?) {
    #expect(Pretokenizer.lastSafeCut(Array(text.utf8).span) == expected)
  }

  @Test(
    arguments: [
      ("a\nb", 1), ("1\nb", 1), ("日\nb", 3), ("a!\nb", nil), ("a! \nb", 2), ("a/\r\nb", nil),
      ("a\u{301}\nb", nil),
      ("a b.\n", 1), ("a! b", 2), ("a!\u{3000}b", 2),
    ] as [(String, Int?)], [.cl100k, .o200k] as [Pretokenizer.Pattern])
  func `is not safe between punctuation and a line end, which may be one pretoken`(
    row: (text: String, expected: Int?), pattern: Pretokenizer.Pattern
  ) {
    #expect(Pretokenizer.lastSafeCut(Array(row.text.utf8).span, pattern: pattern) == row.expected)
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `leaves the pretokens of both parts as they were, whatever follows`(pattern: Pretokenizer.Pattern) {
    func pretokens(_ text: [UInt8]) -> [[UInt8]] {
      var pretokens: [[UInt8]] = []
      Pretokenizer.forEach(text.span, pattern: pattern) { pretokens.append(Array(text[$0])) }
      return pretokens
    }
    for seed in 0..<3_000 as Range<UInt64> {
      var texts = RandomText(seed: seed)
      let text = seed % 2 == 0 ? Array(texts.text(pieces: 12).utf8) : texts.bytes(pieces: 12)
      let more = texts.bytes(pieces: 3)
      guard let cut = Pretokenizer.lastSafeCut(text.span, pattern: pattern) else { continue }
      let whole = pretokens(text + more)
      #expect(pretokens(Array(text[..<cut])) + pretokens(Array(text[cut...]) + more) == whole, "seed \(seed)")
    }
  }
}
