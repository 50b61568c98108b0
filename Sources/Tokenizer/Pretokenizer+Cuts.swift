internal import Basics

extension Pretokenizer {
  /// The largest place in `text` where it can be cut, whatever follows the text, so that both parts encode apart to the
  /// same tokens: before white space that follows something else. Nil where there is none.
  ///
  /// Why it is safe: nothing after the cut matters to what was found before it, as the patterns look ahead only behind white
  /// space and for more of the same run; and all that comes after begins there, if a pretoken does. One does, as
  /// none goes on from something else to white space. There is one exception: in `cl100k` and `o200k`, line ends belong
  /// to the punctuation before them. So before a line end only cuts after letters and numbers are safe there; after a
  /// mark or a "/" they are not, which `o200k` takes as punctuation in some places.
  ///
  /// Special tokens whose names hold white space are the exception: a cut may fall into one.
  ///
  /// - Parameter start: only places after it are looked at
  public static func lastSafeCut(_ text: Span<UInt8>, after start: Int = 0, pattern: Pattern = .gpt2) -> Int?
  {
    var place = text.count - 1
    while place > start {
      if isSafeCut(text, at: place, pattern) { return place }
      place -= 1
    }
    return nil
  }

  /// The smallest place after `start` where a text can be cut so. What lies before `start` is looked at, too.
  static func firstSafeCut(_ text: Span<UInt8>, after start: Int, pattern: Pattern) -> Int? {
    var place = start + 1
    while place < text.count {
      if isSafeCut(text, at: place, pattern) { return place }
      place += 1
    }
    return nil
  }

  private static func isSafeCut(_ text: Span<UInt8>, at place: Int, _ pattern: Pattern) -> Bool {
    isSpace(text, at: place) && !endsInSpace(text, before: place)
      && (pattern == .gpt2 || !isLineEnd(text[place]) || endsInLetterOrNumber(text, before: place))
  }

  /// Whether a whole white space character begins at `place`.
  private static func isSpace(_ text: Span<UInt8>, at place: Int) -> Bool {
    let byte = text[place]
    if byte < 0x80 { return byte == 0x20 || (byte >= 0x09 && byte < 0x0e) }
    // All others begin so. These are first bytes and nothing else, wherever they stand.
    guard byte == 0xc2 || byte >= 0xe1 && byte <= 0xe3 else { return false }
    return kind(text, at: place, length: UTF8Check.scalarLength(text, at: place)) == .space
  }

  private static func endsInSpace(_ text: Span<UInt8>, before place: Int) -> Bool {
    if text[place - 1] < 0x80 { return isSpace(text, at: place - 1) }
    return [2, 3].contains { length in
      place >= length && isSpace(text, at: place - length)
        && UTF8Check.scalarLength(text, at: place - length) == length
    }
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

  private static func endsInLetterOrNumber(_ text: Span<UInt8>, before place: Int) -> Bool {
    [1, 2, 3, 4].contains { length in
      guard place >= length, UTF8Check.scalarLength(text, at: place - length) == length else { return false }
      let kind = kind(text, at: place - length, length: length)
      return kind == .letter || kind == .number
    }
  }

  /// The class of the character of `length` bytes at `place`; nil where there is none.
  private static func kind(_ text: Span<UInt8>, at place: Int, length: Int?) -> CharacterClass? {
    guard let length else { return nil }
    var code = UInt32(text[place] & (length == 1 ? 0x7f : 0xff >> UInt8(length + 1)))
    for index in place + 1..<max(place + 1, place + length) { code = code << 6 | UInt32(text[index] & 0x3f) }
    return CharacterClass(rawValue: CharacterClassTable.shared(code))
  }
}
