internal import Basics

extension Pretokenizer {
  /// The largest place in `text` where it can be cut, whatever follows the text, so that both parts encode apart to the
  /// same tokens: before white space that follows something else. Nil where there is none.
  ///
  /// Special tokens whose names hold white space are the exception: a cut may fall into one.
  public static func lastSafeCut(_ text: Span<UInt8>) -> Int? {
    var place = text.count - 1
    while place > 0 {
      if isSpace(text, at: place), !endsInSpace(text, before: place) { return place }
      place -= 1
    }
    return nil
  }

  /// Whether a whole white space character begins at `place`.
  private static func isSpace(_ text: Span<UInt8>, at place: Int) -> Bool {
    let byte = text[place]
    if byte < 0x80 { return byte == 0x20 || (byte >= 0x09 && byte < 0x0e) }
    // All others begin so. These are first bytes and nothing else, wherever they stand.
    guard byte == 0xc2 || byte >= 0xe1 && byte <= 0xe3 else { return false }
    guard let length = UTF8Check.scalarLength(text, at: place) else { return false }
    var code = UInt32(byte & (length == 2 ? 0x1f : 0x0f))
    for index in place + 1..<place + length { code = code << 6 | UInt32(text[index] & 0x3f) }
    return CharacterClassTable.shared(code) == CharacterClass.space.rawValue
  }

  private static func endsInSpace(_ text: Span<UInt8>, before place: Int) -> Bool {
    if text[place - 1] < 0x80 { return isSpace(text, at: place - 1) }
    return [2, 3].contains { length in
      place >= length && isSpace(text, at: place - length)
        && UTF8Check.scalarLength(text, at: place - length) == length
    }
  }
}
