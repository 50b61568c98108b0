/// How GPT-2's files spell bytes: every byte as one character that can be seen.
///
/// The bytes that are visible characters of Latin-1 stand for themselves; the other 68, in order, are spelled U+0100 and
/// up, so that a blank is "Ġ". The order of a new vocabulary's bytes is that of their characters.
enum ByteAlphabet {
  /// The character of each byte.
  static let characters: [UInt16] = {
    var next: UInt16 = 0x100
    return (0..<256 as Range<UInt16>).map { byte in
      if isVisible(byte) { return byte }
      next += 1
      return next - 1
    }
  }()

  /// The bytes in the order of their characters: "!" first, U+00AD last.
  static let order: [UInt8] = (0..<256).sorted { characters[$0] < characters[$1] }.map { UInt8($0) }

  /// The UTF-8 of each byte's character.
  static let spellings: [[UInt8]] = characters.map { Array(String(Unicode.Scalar($0)!).utf8) }

  /// The byte of each character below U+0144, -1 for those that spell none.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, character) in characters.enumerated() { bytes[Int(character)] = Int16(byte) }
    return bytes
  }()

  private static func isVisible(_ byte: UInt16) -> Bool {
    switch byte {
    case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: true
    default: false
    }
  }

  /// Appends the bytes that `text`, UTF-8 characters of the alphabet, spells; false where it holds any other
  /// character. What was appended until then stays.
  static func decode(_ text: Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8]) -> Bool {
    let bytes = bytes
    var isSpelled = true
    output.append(addingCapacity: range.count) { output in
      var place = range.lowerBound
      while place < range.upperBound {
        var character = Int(text[place])
        place += 1
        if character >= 0x80 {
          isSpelled = character & 0xe0 == 0xc0 && place < range.upperBound && text[place] & 0xc0 == 0x80
          guard isSpelled else { return }
          character = (character & 0x1f) << 6 | Int(text[place] & 0x3f)
          place += 1
        }
        isSpelled = character < bytes.count && bytes[character] >= 0
        guard isSpelled else { return }
        output.append(UInt8(truncatingIfNeeded: bytes[character]))
      }
    }
    return isSpelled
  }

  /// Appends the characters of `bytes`.
  static func encode(_ bytes: some Sequence<UInt8>, into output: inout [UInt8]) {
    for byte in bytes { output += spellings[Int(byte)] }
  }

  static func spelling(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    encode(bytes, into: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
