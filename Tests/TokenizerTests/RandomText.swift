internal import Basics

/// Random texts of the kinds that pretokenizers get wrong.
struct RandomText {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private static let pools: [[Unicode.Scalar]] = [
    "abcdefghijklmnopqrstuvwxyz",
    " \t\n\r\u{b}\u{c}\u{a0}\u{2003}\u{3000}\u{85}\u{200b}\u{feff}\u{1680}\u{2028}",
    "0123456789\u{660}\u{967}\u{b2}\u{2167}\u{3007}", "'’\"`.,;:!?-_()[]{}<>|/\\@#$%^&*+=~",
    "éßñøČŽабвгдежΩπאבגابت한국어日本語汉字ไทยहिन्दी", "👍🏽👩‍👩‍👧🇩🇪🙂❤️", "\u{301}\u{308}\u{20dd}\u{903}",
    "ABCDEFGÉΑДǅǈʰªºᵃ\u{301}\u{e0100}日ſK", "AB", "\r\n /!",
    "\u{1D400}\u{20000}\u{E0001}\u{d7ff}\u{fffd}\u{88f}", " ", "''", "stmdrevl'",
  ].map { Array($0.unicodeScalars) }

  private static let fragments = [
    "'s", "'S", "'t", "'re", "'ve", "'m", "'ll", "'d", "'LL", "<|endoftext|>", "\r\n", "\n\n", "  ", "   \n",
    " '",
    "''s", "\u{0}", "I'll've", "don't", "x'sy", "0x1F", "1,000.50", "hello", " world", "'l", "'r", "'v", " '",
    "'ſ", "'ſs", "ABªCD", "\u{301}ABC", "\u{301}'S", "!\n/\n/", " \n \n  ", "\t\tx", "iPhone", "HTTPServer",
    "\r\n\r\n  a",
  ]

  /// Valid UTF-8, about `count` pieces of text long.
  mutating func text(pieces count: Int) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...count, using: &random) {
      if Int.random(in: 0..<3, using: &random) == 0 {
        text += Self.fragments.randomElement(using: &random)!
      } else {
        let pool = Self.pools.randomElement(using: &random)!
        let length = Int.random(
          in: 1...(Int.random(in: 0..<10, using: &random) == 0 ? 70 : 6), using: &random)
        for _ in 0..<length { text.unicodeScalars.append(pool.randomElement(using: &random)!) }
      }
    }
    return text
  }

  /// Like `text`, with some bytes changed, so that most results are not UTF-8.
  mutating func bytes(pieces count: Int) -> [UInt8] {
    var bytes = Array(text(pieces: count).utf8)
    for _ in 0..<bytes.count / 10 {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    return bytes
  }
}
