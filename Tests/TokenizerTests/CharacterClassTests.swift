internal import Testing
internal import Tokenizer

@Suite("Character classes")
struct CharacterClassTests {
  /// What the toolchain's own tables, of a later version of Unicode, say.
  private func toolchainKind(of scalar: Unicode.Scalar) -> Pretokenizer.Kind {
    if scalar.properties.isWhitespace { return .space }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return .other
    }
  }

  @Test func `the tables are those of Unicode 16`() {
    #expect(Pretokenizer.unicodeVersion == "16.0.0")
  }

  @Test func `every code point that Unicode 16 knows has the class the toolchain gives it`() {
    var differing: [Unicode.Scalar] = []
    for code in 0..<0x110000 as Range<UInt32> {
      guard let scalar = Unicode.Scalar(code) else { continue }
      if Pretokenizer.kind(of: scalar) != toolchainKind(of: scalar) { differing.append(scalar) }
    }
    // The differences are the 4,657 letters and numbers that Unicode 17 added, which tiktoken does not know either.
    let older = differing.filter { ($0.properties.age ?? (0, 0)) < (17, 0) }
    #expect(older == [], "classes changed for characters that are not new")
    #expect(differing.allSatisfy { Pretokenizer.kind(of: $0) == .other })
    #expect(differing.count == 4_657)
  }

  private func toolchainCase(of scalar: Unicode.Scalar) -> Pretokenizer.Case? {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: .upper
    case .lowercaseLetter: .lower
    case .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark: .neither
    default: nil
    }
  }

  @Test func `every code point that Unicode 16 knows has the case the toolchain gives it`() {
    var differing: [Unicode.Scalar] = []
    for code in 0..<0x110000 as Range<UInt32> {
      guard let scalar = Unicode.Scalar(code) else { continue }
      if Pretokenizer.wordCase(of: scalar) != toolchainCase(of: scalar) { differing.append(scalar) }
    }
    // The differences are the 4,686 letters and marks that Unicode 17 added, which tiktoken does not know either; and one
    // letter that had a case until then.
    let older = differing.filter { ($0.properties.age ?? (0, 0)) < (17, 0) }
    #expect(older == ["\u{295}"] && Pretokenizer.wordCase(of: "\u{295}") == .lower)
    #expect(differing.allSatisfy { Pretokenizer.wordCase(of: $0) == nil || $0 == "\u{295}" })
    #expect(differing.count == 4_687)
  }
}
