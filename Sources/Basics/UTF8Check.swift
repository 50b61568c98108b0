/// Whether bytes are UTF-8, and where they stop being it: Unicode 15, table 3-7.
package enum UTF8Check {
  /// The length of the well-formed character at `place`, or nil where there is none.
  package static func scalarLength(_ bytes: Span<UInt8>, at place: Int) -> Int? {
    let first = bytes[place]
    guard first >= 0x80 else { return 1 }
    guard first >= 0xc2, first <= 0xf4, place + 1 < bytes.count else { return nil }
    // The second byte excludes overlong forms, surrogates and code points over U+10FFFF.
    let second = bytes[place + 1]
    let allowed: ClosedRange<UInt8> =
      switch first {
      case 0xe0: 0xa0...0xbf
      case 0xed: 0x80...0x9f
      case 0xf0: 0x90...0xbf
      case 0xf4: 0x80...0x8f
      default: 0x80...0xbf
      }
    guard allowed.contains(second) else { return nil }
    let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard place + length <= bytes.count else { return nil }
    for index in place + 2..<max(place + 2, place + length) where bytes[index] & 0xc0 != 0x80 { return nil }
    return length
  }

  /// The first byte that is not part of a well-formed character, or nil where all are.
  package static func firstInvalid(_ bytes: Span<UInt8>) -> Int? {
    var place = 0
    while place < bytes.count {
      guard let length = scalarLength(bytes, at: place) else { return place }
      place += length
    }
    return nil
  }
}
