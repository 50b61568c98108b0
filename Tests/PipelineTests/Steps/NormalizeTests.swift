import Basics
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite struct NormalizeTests {
  private static let nfc = StepOptions.with { $0.normalize = .nfc }
  private static let nfkc = StepOptions.with { $0.normalize = .nfkc }

  /// Characters that both this library and Foundation know: the pages say which Unicode that is.
  private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major <= 15 && (age.major < 15 || age.minor == 0)
  }

  private static let scalars = (0..<0x11_0000).compactMap { Unicode.Scalar(UInt32($0)) }.filter(isKnown)

  /// Characters that change, or that change others.
  private static let lively: [Unicode.Scalar] = scalars.filter { scalar in
    let text = String(scalar)
    // Of the many Hangul syllables some will do.
    if (0xac00...0xd7a3).contains(scalar.value), scalar.value % 97 != 0 { return false }
    return scalar.properties.canonicalCombiningClass != .notReordered
      || text.decomposedStringWithCompatibilityMapping.unicodeScalars.count > 1
  }

  @Test func `every character is as Foundation has it`() {
    for scalar in Self.scalars {
      let bytes = Array(String(scalar).utf8)
      let text = String(scalar)
      // One expectation for each would be slow.
      let isSame =
        Self.nfc.apply(to: bytes).text == Array(text.precomposedStringWithCanonicalMapping.utf8)
        && Self.nfkc.apply(to: bytes).text == Array(text.precomposedStringWithCompatibilityMapping.utf8)
      if !isSame { Issue.record("U+\(String(scalar.value, radix: 16))") }
    }
  }

  /// What Python says of texts, one a line, in both forms; `?` where it does not know a character.
  private static let python = """
    import sys, unicodedata
    for line in open(sys.argv[1], encoding="ascii"):
        text = "".join(chr(int(word, 16)) for word in line.split())
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFKC")]
        isKnown = all(unicodedata.category(character) != "Cn" for character in text)
        print(";".join(" ".join(f"{ord(c):x}" for c in form) for form in forms) if isKnown else "?")
    """

  private static let interpreter = Peers.python()

  @Test(.enabled(if: interpreter != nil, "there is no Python"))
  func `characters beside each other are as Python has them`() throws {
    var random = SplitMix64(seed: 3)
    let plain: [Unicode.Scalar] = [
      "a", "e", " ", "\n", "é", "ê", "한", "하", "ᄒ", "ᅡ", "ᆫ", "か", "字", "가", "ক", "ো", "ে",
    ]
    let texts = (0..<60_000).map { _ in
      (0..<Int.random(in: 1...12, using: &random)).map { _ in
        (Bool.random(using: &random) ? plain : Self.lively).randomElement(using: &random)!
      }
    }
    let folder = try TemporaryFolder()
    func hexadecimal(_ text: some Sequence<Unicode.Scalar>) -> String {
      text.map { String($0.value, radix: 16) }.joined(separator: " ")
    }
    try folder.write(Self.python, to: "forms.py")
    try folder.write(texts.map(hexadecimal).joined(separator: "\n"), to: "texts")
    let printed = try #require(try output(Self.interpreter!, [folder("forms.py"), folder("texts")]))
    let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == texts.count)
    for (text, line) in zip(texts, lines) where line != "?" {
      let bytes = Array(String(String.UnicodeScalarView(text)).utf8)
      let forms = [Self.nfc, Self.nfkc].map { String(decoding: $0.apply(to: bytes).text, as: UTF8.self) }
      let found = forms.map { hexadecimal($0.unicodeScalars) }.joined(separator: ";")
      if found != line { Issue.record("\(hexadecimal(text)) is \(found), not \(line)") }
    }
    #expect(lines.count { $0 == "?" } < texts.count / 4)
  }

  @Test func `bytes that are not UTF-8 stay, and part what is around them`() {
    var random = SplitMix64(seed: 4)
    let parts = ["e\u{301}", "\u{301}", "a", "가", "ᄀ", "ᅡ", "ﬁ", "\u{327}\u{301}", "é"].map { Array($0.utf8) }
    let faults: [[UInt8]] = [
      [0xff], [0xc3], [0xe2, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ]
    for _ in 0..<5_000 {
      var text: [UInt8] = []
      var expected: [UInt8] = []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        var valid: [UInt8] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) { valid += parts.randomElement(using: &random)! }
        let fault = faults.randomElement(using: &random)!
        text += valid + fault
        expected +=
          Array(String(decoding: valid, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8) + fault
      }
      #expect(Self.nfc.apply(to: text).text == expected)
    }
  }

  @Test func `a text of nothing but marks takes no long time, and comes out in order`() {
    let count = 200_000
    let text = "a" + String(repeating: "\u{301}\u{323}", count: count)
    let result = Self.nfc.apply(to: Array(text.utf8)).text
    let expected =
      "ạ" + String(repeating: "\u{323}", count: count - 1) + String(repeating: "\u{301}", count: count)
    #expect(result == Array(expected.utf8))
  }

  /// A long text is cut before white space, and its pieces are brought into the form apart.
  @Test func `no white space joins what is before it, and nothing else ends in white space`() {
    for scalar in Self.scalars {
      let compatible = String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars
      let isSpace = scalar.properties.isWhitespace
      if isSpace != compatible.last?.properties.isWhitespace
        || isSpace != compatible.first?.properties.isWhitespace,
        isSpace || compatible.last?.properties.isWhitespace == true
      {
        Issue.record("U+\(String(scalar.value, radix: 16))")
      }
      if isSpace { #expect(Self.nfkc.apply(to: Array("e\(scalar)".utf8)).text.starts(with: "e".utf8)) }
    }
  }
}
