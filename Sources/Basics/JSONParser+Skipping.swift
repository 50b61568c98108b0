extension JSONParser {
  /// Passes over the next value. Its grammar is checked and nothing is built, whatever its size.
  package mutating func skip(_ text: Span<UInt8>) throws(JSONError) {
    switch try peek(text) {
    case UInt8(ascii: "{"):
      try beginObject(text)
      while try hasMember(text) {
        try skipString(text)
        try expect(":", text)
        try skip(text)
      }
    case UInt8(ascii: "["): try forEachElement(text) { parser throws(JSONError) in try parser.skip(text) }
    case UInt8(ascii: "\""): try skipString(text)
    case UInt8(ascii: "t"): try word("true", text)
    case UInt8(ascii: "f"): try word("false", text)
    case UInt8(ascii: "n"): try word("null", text)
    default: _ = try passNumber(text)
    }
  }

  private mutating func skipString(_ text: Span<UInt8>) throws(JSONError) {
    var place = offset + 1
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "\""):
        offset = place + 1
        return
      case UInt8(ascii: "\\"): place = try endOfEscape(text, from: place)
      case 0..<0x20: throw fail("a control character must be escaped in a string", at: place)
      case 0..<0x80: place += 1
      default:
        guard let length = UTF8Check.scalarLength(text, at: place) ?? (acceptsInvalid ? 1 : nil) else {
          throw fail("the text is not UTF-8", at: place)
        }
        place += length
      }
    }
    throw fail("the string never ends")
  }

  private func endOfEscape(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
    guard start + 1 < text.count else { throw fail("the string never ends", at: start) }
    switch text[start + 1] {
    case UInt8(ascii: "u"):
      _ = try hexadecimal(text, at: start + 2)
      return start + 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    default: throw fail("unknown escape", at: start)
    }
  }
}
