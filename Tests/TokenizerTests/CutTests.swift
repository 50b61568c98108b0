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

  @Test func `leaves the pretokens of both parts as they were, whatever follows`() {
    func pretokens(_ text: [UInt8]) -> [[UInt8]] {
      var pretokens: [[UInt8]] = []
      Pretokenizer.forEach(text.span) { pretokens.append(Array(text[$0])) }
      return pretokens
    }
    for seed in 0..<1_000 as Range<UInt64> {
      var texts = RandomText(seed: seed)
      let text = seed % 2 == 0 ? Array(texts.text(pieces: 12).utf8) : texts.bytes(pieces: 12)
      let more = texts.bytes(pieces: 3)
      guard let cut = Pretokenizer.lastSafeCut(text.span) else { continue }
      let whole = pretokens(text + more)
      #expect(pretokens(Array(text[..<cut])) + pretokens(Array(text[cut...]) + more) == whole, "seed \(seed)")
    }
  }
}
