internal import Basics

/// The words of a text: what lies between white space (Unicode's). One for each thread, filled again for each text.
struct TextWords {
  struct Word {
    let hash: UInt64
    /// In the text's bytes.
    let start: UInt32
    let byteCount: UInt32
    let characterCount: UInt32
  }

  private(set) var words: [Word] = []
  /// Characters of the text, white space too; a byte that is not UTF-8 counts as one.
  private(set) var characterCount = 0
  /// Characters of the words.
  private(set) var wordCharacterCount = 0
  /// How many words have an alphabetic character.
  private(set) var alphabeticCount = 0

  /// Finds the words of `text`, whose places must fit in 32 bits.
  ///
  /// - Returns: false where there are more than `most`; then the rest was not looked at
  mutating func find(in text: Span<UInt8>, most: Int) -> Bool {
    words.removeAll(keepingCapacity: true)
    (characterCount, wordCharacterCount, alphabeticCount) = (0, 0, 0)
    var place = 0
    while true {
      skipSpace(text, &place)
      guard place < text.count else { return true }
      guard words.count < most else { return false }
      takeWord(text, &place)
    }
  }

  private mutating func skipSpace(_ text: Span<UInt8>, _ place: inout Int) {
    while place < text.count, let length = Self.space(text, place) {
      place += length
      characterCount += 1
    }
  }

  private mutating func takeWord(_ text: Span<UInt8>, _ place: inout Int) {
    let start = place
    var characters = 0
    var isAlphabetic = false
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    while place < text.count, Self.space(text, place) == nil {
      let byte = text[place]
      let length = byte < 0x80 ? 1 : UTF8Check.scalarLength(text, at: place) ?? 1
      if !isAlphabetic { isAlphabetic = Self.isAlphabetic(text, place, length) }
      var character: UInt64 = 0
      for index in place..<place + length { character = character << 8 | UInt64(text[index]) }
      hash = TextHash.fold(hash ^ character, 0xe703_7ed1_a0b4_28db)
      place += length
      characters += 1
    }
    words.append(
      Word(
        hash: hash, start: UInt32(start), byteCount: UInt32(place - start), characterCount: UInt32(characters)
      ))
    characterCount += characters
    wordCharacterCount += characters
    if isAlphabetic { alphabeticCount += 1 }
  }

  /// The length of the white space at `place`, or nil where there is none.
  @inline(__always)
  static func space(_ text: Span<UInt8>, _ place: Int) -> Int? {
    let byte = text[place]
    if byte < 0x80 { return ASCII.isSpace(byte) ? 1 : nil }
    return byte == 0xc2 || byte >= 0xe1 && byte <= 0xe3 ? wideSpace(text, place) : nil
  }

  private static func wideSpace(_ text: Span<UInt8>, _ place: Int) -> Int? {
    guard let length = UTF8Check.scalarLength(text, at: place), length < 4,
      let scalar = scalar(text, place, length)
    else { return nil }
    return scalar.properties.isWhitespace ? length : nil
  }

  private static func isAlphabetic(_ text: Span<UInt8>, _ place: Int, _ length: Int) -> Bool {
    let byte = text[place]
    if byte < 0x80 { return byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") }
    return scalar(text, place, length)?.properties.isAlphabetic ?? false
  }

  /// Nil where the bytes are no character.
  private static func scalar(_ text: Span<UInt8>, _ place: Int, _ length: Int) -> Unicode.Scalar? {
    guard length > 1 else { return nil }
    var value = UInt32(text[place]) & (0xff >> UInt32(length + 1))
    for index in place + 1..<place + length { value = value << 6 | UInt32(text[index] & 0x3f) }
    return Unicode.Scalar(value)
  }
}
