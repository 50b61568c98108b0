internal import Basics
internal import Testing
internal import Tokenizer

@Suite("Pretokens")
struct PretokenizerTests {
  private func pretokens(_ text: [UInt8], _ pattern: Pretokenizer.Pattern = .gpt2) -> [[UInt8]] {
    var pretokens: [[UInt8]] = []
    Pretokenizer.forEach(text.span, pattern: pattern) { pretokens.append(Array(text[$0])) }
    return pretokens
  }

  private func pretokens(_ text: String, _ pattern: Pretokenizer.Pattern = .gpt2) -> [String] {
    pretokens(Array(text.utf8), pattern).map { String(decoding: $0, as: UTF8.self) }
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

  /// As tiktoken cuts them.
  @Test(arguments: [
    ("a \n\n \n  b", ["a", " \n\n \n", " ", " b"]), ("a\n  ", ["a", "\n", "  "]),
    ("1234567", ["123", "456", "7"]),
    ("it'ſ", ["it", "'ſ"]), ("IT'S", ["IT", "'S"]), ("'small", ["'s", "mall"]),
    ("!\n/\n/a", ["!\n", "/\n", "/a"]),
    ("ABªCD", ["ABªCD"]), ("\u{301}ABC", ["\u{301}ABC"]), ("\t\tx", ["\t", "\tx"]), ("(x)", ["(x", ")"]),
  ])
  func `cl100k takes a character before a word, and line ends after punctuation`(
    text: String, expected: [String]
  ) {
    #expect(pretokens(text, .cl100k) == expected)
  }

  /// As tiktoken cuts them.
  @Test(arguments: [
    ("a \n\n \n  b", ["a", " \n\n \n", " ", " b"]), ("a\n  ", ["a", "\n", "  "]),
    ("1234567", ["123", "456", "7"]),
    ("it'ſ", ["it'ſ"]), ("'small", ["'small"]), ("!\n/\n/a", ["!\n/\n/", "a"]), ("iPhone", ["i", "Phone"]),
    ("HTTPServer", ["HTTPServer"]), ("ABªCD", ["ABª", "CD"]), ("\u{301}ABC", ["\u{301}", "ABC"]),
    ("\u{301}\u{301}AB", ["\u{301}\u{301}", "AB"]), ("ABC\u{301}'S", ["ABC\u{301}'S"]), ("ǅa", ["ǅa"]),
    ("aǅ", ["a", "ǅ"]),
  ])
  func `o200k begins a word with its capitals`(text: String, expected: [String]) {
    #expect(pretokens(text, .o200k) == expected)
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

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition on text`(pattern: Pretokenizer.Pattern) {
    for seed in 0..<3_000 as Range<UInt64> {
      var random = RandomText(seed: seed)
      let text = Array(random.text(pieces: 40).utf8)
      #expect(
        pretokens(text, pattern) == Reference.pretokens(text, pattern: pattern), "seed \(seed)")
    }
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition on bytes that are not text`(pattern: Pretokenizer.Pattern) {
    for seed in 0..<3_000 as Range<UInt64> {
      var random = RandomText(seed: seed)
      let text = random.bytes(pieces: 40)
      #expect(
        pretokens(text, pattern) == Reference.pretokens(text, pattern: pattern), "seed \(seed)")
    }
  }

  /// Every short text of characters that the patterns tell apart.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition on all short texts`(pattern: Pretokenizer.Pattern) {
    let characters = ["a", "A", "ª", "\u{301}", "1", " ", "\t", "\n", "'", "s", "/", "!"].map {
      Array($0.utf8)
    }
    var texts: [[UInt8]] = [[]]
    for _ in 0..<4 {
      texts = texts.flatMap { text in characters.map { text + $0 } }
      for text in texts {
        let found = pretokens(text, pattern)
        guard found != Reference.pretokens(text, pattern: pattern) else { continue }
        Issue.record("\(pattern) \(text): \(found)")
      }
    }
  }

  /// Texts of several blocks, in which every two kinds of characters come to stand across every border.
  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `agrees with the definition on long texts of few characters`(pattern: Pretokenizer.Pattern) {
    let pools = [
      "aA1 \n'", "aB \t\n\r/!.'sStlLvVeE", "a \n/!", "  \n", "aaaaaaa'd", "12345 a", "aaaaaa é\n!",
      // Of two, three and four bytes: with a case and without, marks, numbers, white space and others.
      "éÉßÞ×aA ", "дДёЯa'sS", "日本語한国aA", "ªaA日бБڀ", "कि्ा1a ", "\u{301}\u{301}aAé!日", "\u{3000}\u{a0} aé—日\n",
      "１٣12a日 ", "😀—…a日 \n/", "ǅĲĳłŁa𝒜𝒷Ａ'ſs", "日日日日日日a!",
    ].map {
      $0.unicodeScalars.map { Array(String($0).utf8) }
    }
    for seed in 0..<6_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var text = (0..<Int.random(in: 60...220, using: &random)).flatMap { _ in
        pools[Int(seed % UInt64(pools.count))].randomElement(using: &random)!
      }
      // Half of them are not UTF-8.
      if Bool.random(using: &random) { text.remove(at: text.indices.randomElement(using: &random)!) }
      #expect(pretokens(text, pattern) == Reference.pretokens(text, pattern: pattern), "seed \(seed)")
    }
  }
}
