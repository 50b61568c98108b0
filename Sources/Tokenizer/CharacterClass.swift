/// The classes of characters that GPT-2's pattern tells apart. A character is in one of them or in none.
struct CharacterClass: OptionSet {
  let rawValue: UInt8
  /// `\p{L}`
  static let letter = CharacterClass(rawValue: 1)
  /// `\p{N}`
  static let number = CharacterClass(rawValue: 2)
  /// `\s`
  static let space = CharacterClass(rawValue: 4)
}

/// Looks up classes by code point.
@safe struct CharacterClassTable: @unchecked Sendable {
  /// The only one. It is never freed, which is what makes the pointers in it valid for good and safe to share.
  static let shared = CharacterClassTable()

  /// By code point below 65,536, for those that three bytes spell. Others are `notSpelled`: so a look-up tells good
  /// spellings from bad ones, too.
  let ofThreeBytes: UnsafePointer<UInt8>
  /// The same for two bytes.
  let ofTwoBytes: UnsafePointer<UInt8>
  static var notSpelled: UInt8 { 8 }

  private let table: CodePointTable

  private init() {
    let runs = [
      (UnicodeTables.letters, CharacterClass.letter.rawValue),
      (UnicodeTables.numbers, CharacterClass.number.rawValue),
      (UnicodeTables.spaces, CharacterClass.space.rawValue),
    ]
    var flat = CodePointTable.flat(runs, limit: 0x34000)
    table = CodePointTable(flat: flat)
    for code in 0..<0x80 { flat[code] = Self.notSpelled }
    unsafe ofTwoBytes = CodePointTable.immortal(Array(flat[..<0x800]))
    for code in 0..<0x800 { flat[code] = Self.notSpelled }
    for code in 0xd800..<0xe000 { flat[code] = Self.notSpelled }
    unsafe ofThreeBytes = CodePointTable.immortal(Array(flat[..<0x1_0000]))
  }

  /// The class of a code point, as ``CharacterClass`` stores it.
  @inline(__always)
  func callAsFunction(_ code: UInt32) -> UInt8 { table(code) }
}
