/// The classes of characters that the patterns after GPT-2's tell apart. A character is in none of the first three, or in
/// one of them; letters may also have a case.
struct WordClass: OptionSet {
  let rawValue: UInt8
  /// `\p{L}`
  static let letter = WordClass(rawValue: 1)
  /// `\p{N}`
  static let number = WordClass(rawValue: 2)
  /// `\s`
  static let space = WordClass(rawValue: 4)
  /// `[\p{Lu}\p{Lt}]`
  static let upper = WordClass(rawValue: 8)
  /// `\p{Ll}`
  static let lower = WordClass(rawValue: 16)
  /// `\p{M}`
  static let mark = WordClass(rawValue: 32)
  /// `[\r\n]`
  static let lineEnd = WordClass(rawValue: 64)
  /// Half of a surrogate pair, which is no character.
  static let surrogate = WordClass(rawValue: 128)

  /// Neither letter, number nor white space: punctuation, symbols, marks, bytes that are not UTF-8.
  @inline(__always)
  var isOther: Bool { rawValue & 7 == 0 }
  /// What can be part of a word of o200k: letters and marks.
  @inline(__always)
  var isInWord: Bool { rawValue & 33 != 0 }
  /// In a word of o200k: what fits both before and after its small letters begin.
  @inline(__always)
  var isCaseless: Bool { isInWord && rawValue & 24 == 0 }
}

/// Looks up word classes by code point.
@safe struct WordClassTable: @unchecked Sendable {
  /// The only one. It is never freed, which is what makes the pointers in it valid for good and safe to share.
  static let shared = WordClassTable()

  private let table: CodePointTable
  /// By code point below 65,536.
  private let short: UnsafePointer<UInt8>

  private init() {
    let runs = [
      (UnicodeTables.letters, WordClass.letter), (UnicodeTables.numbers, .number),
      (UnicodeTables.spaces, .space), (UnicodeTables.uppercase, .upper), (UnicodeTables.lowercase, .lower),
      (UnicodeTables.marks, .mark), ([0x0a, 0x0a, 0x0d, 0x0d], .lineEnd),
    ].map { ($0, $1.rawValue) }
    var flat = CodePointTable.flat(runs, limit: 0xe0200)
    table = CodePointTable(flat: flat)
    flat.removeSubrange(0x1_0000...)
    for code in 0xd800..<0xe000 { flat[code] = WordClass.surrogate.rawValue }
    unsafe short = CodePointTable.immortal(flat)
  }

  @inline(__always)
  func callAsFunction(_ code: UInt32) -> WordClass { WordClass(rawValue: table(code)) }

  @inline(__always)
  func callAsFunction(ascii byte: UInt8) -> WordClass { WordClass(rawValue: table(ascii: byte)) }

  /// In one step.
  ///
  /// - Precondition: the code point is below 65,536
  @inline(__always)
  func ofShort(_ code: UInt32) -> WordClass { WordClass(rawValue: unsafe short[Int(code)]) }
}
