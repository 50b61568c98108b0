extension JSONParser {
  /// Replaces `output` by the bytes of the next string, unescaped: valid UTF-8, unless invalid bytes are accepted.
  package mutating func string(_ text: Span<UInt8>, into output: inout [UInt8]) throws(JSONError) {
    guard try peek(text) == UInt8(ascii: "\"") else {
      throw JSONError(reason: "expected a string", offset: offset)
    }
    output.removeAll(keepingCapacity: true)
    var place = offset + 1
    while true {
      let end = Self.endOfPlain(text, from: place)
      if end > place {
        unsafe text.extracting(place..<end).withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
        place = end
      }
      guard place < text.count else { throw JSONError(reason: "the string never ends", offset: offset) }
      let byte = text[place]
      switch byte {
      case UInt8(ascii: "\""):
        offset = place + 1
        return
      case UInt8(ascii: "\\"): try unescape(text, &place, into: &output)
      case 0..<0x20: throw JSONError(reason: "a control character must be escaped in a string", offset: place)
      case 0..<0x80:
        output.append(byte)
        place += 1
      default: try copyScalar(text, &place, into: &output)
      }
    }
  }

  /// Where the ASCII characters from `place` on end that stand for themselves, or up to 7 characters before: found in eight bytes at a time, by
  /// the high bits of those that are something else (S. Anderson, *Bit Twiddling Hacks*). Byte by byte most of the
  /// time of reading lines of JSON went here.
  private static func endOfPlain(_ text: Span<UInt8>, from place: Int) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    return unsafe text.withUnsafeBytes { bytes in
      var place = place
      while place &+ 8 <= bytes.count {
        let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        let quote = word ^ ones &* 0x22
        let backslash = word ^ ones &* 0x5c
        // A borrow reaches only bytes above one that is something else itself.
        let control = (word &- ones &* 0x20) & ~word
        let stops = (word | control | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & highs
        if stops != 0 { return place &+ (stops.trailingZeroBitCount >> 3) }
        place &+= 8
      }
      return place
    }
  }

  private func unescape(_ text: Span<UInt8>, _ place: inout Int, into output: inout [UInt8]) throws(JSONError)
  {
    let start = place
    guard start + 1 < text.count else { throw JSONError(reason: "the string never ends", offset: start) }
    place += 2
    switch text[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(text[start + 1])
    case UInt8(ascii: "b"): output.append(8)
    case UInt8(ascii: "f"): output.append(12)
    case UInt8(ascii: "n"): output.append(10)
    case UInt8(ascii: "r"): output.append(13)
    case UInt8(ascii: "t"): output.append(9)
    case UInt8(ascii: "u"):
      var code = try hexadecimal(text, at: place)
      place += 4
      if 0xd800..<0xdc00 ~= code, place + 1 < text.count, text[place] == UInt8(ascii: "\\"),
        text[place + 1] == UInt8(ascii: "u")
      {
        let low = try hexadecimal(text, at: place + 2)
        if 0xdc00..<0xe000 ~= low {
          code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
          place += 6
        }
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw JSONError(reason: "half of a surrogate pair stands alone", offset: start)
      }
      for byte in UTF8.encode(scalar)! { output.append(byte) }
    default: throw JSONError(reason: "unknown escape", offset: start)
    }
  }

  func hexadecimal(_ text: Span<UInt8>, at place: Int) throws(JSONError) -> UInt32 {
    guard place + 4 <= text.count else { throw JSONError(reason: "the string never ends", offset: place) }
    var code: UInt32 = 0
    for index in place..<place + 4 {
      let digit = text[index]
      switch digit {
      case 0x30...0x39: code = code << 4 | UInt32(digit - 0x30)
      case 0x41...0x46, 0x61...0x66: code = code << 4 | UInt32((digit | 0x20) - 0x61 + 10)
      default: throw JSONError(reason: "expected four hexadecimal digits", offset: place)
      }
    }
    return code
  }

  /// Copies one character of two to four bytes, refusing what is not UTF-8.
  private func copyScalar(_ text: Span<UInt8>, _ place: inout Int, into output: inout [UInt8])
    throws(JSONError)
  {
    guard let length = UTF8Check.scalarLength(text, at: place) ?? (acceptsInvalid ? 1 : nil) else {
      throw JSONError(reason: "the text is not UTF-8", offset: place)
    }
    for index in place..<place + length { output.append(text[index]) }
    place += length
  }
}
