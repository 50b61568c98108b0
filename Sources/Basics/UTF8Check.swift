/// Whether bytes are UTF-8, and where they stop being it: Unicode 15, table 3-7.
package enum UTF8Check {
  /// The length of the well-formed character at `place`, or nil where there is none.
  package static func scalarLength(_ bytes: Span<UInt8>, at place: Int) -> Int? {
    let first = bytes[place]
    guard first >= 0x80 else { return 1 }
    guard first >= 0xc2, first <= 0xf4, place + 1 < bytes.count else { return nil }
    guard secondBytes(of: first).contains(bytes[place + 1]) else { return nil }
    let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard place + length <= bytes.count else { return nil }
    for index in place + 2..<max(place + 2, place + length) where bytes[index] & 0xc0 != 0x80 { return nil }
    return length
  }

  /// The second byte excludes overlong forms, surrogates and code points over U+10FFFF.
  @inline(__always)
  private static func secondBytes(of first: UInt8) -> ClosedRange<UInt8> {
    switch first {
    case 0xe0: 0xa0...0xbf
    case 0xed: 0x80...0x9f
    case 0xf0: 0x90...0xbf
    case 0xf4: 0x80...0x8f
    default: 0x80...0xbf
    }
  }

  /// How many of the bytes at `place`, where no character is, stand for one replacement character: the longest beginning of a
  /// character, or one byte. So Unicode 15 recommends (section 3.9, "U+FFFD Substitution of Maximal Subparts"), and so do
  /// Python's `errors="replace"` and browsers.
  ///
  /// - Precondition: ``scalarLength(_:at:)`` is nil there.
  package static func invalidLength(_ bytes: Span<UInt8>, at place: Int) -> Int {
    let first = bytes[place]
    guard first >= 0xc2, first <= 0xf4, place + 1 < bytes.count else { return 1 }
    let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard length > 2, secondBytes(of: first).contains(bytes[place + 1]) else { return 1 }
    var count = 2
    while count < length, place + count < bytes.count, bytes[place + count] & 0xc0 == 0x80 { count += 1 }
    return count
  }

  /// Whether `bytes` from `place` on are the beginning of a character that ends behind them.
  package static func isBeginning(_ bytes: Span<UInt8>, from place: Int) -> Bool {
    let first = bytes[place]
    guard first >= 0xc2, first <= 0xf4 else { return false }
    let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    let count = bytes.count - place
    return count < length && (count == 1 || invalidLength(bytes, at: place) == count)
  }

  /// The first byte that is not part of a well-formed character, or nil where all are.
  package static func firstInvalid(_ bytes: Span<UInt8>) -> Int? {
    var place = 0
    while place < bytes.count {
      place = unsafe bytes.withUnsafeBytes { unsafe endOfASCII($0, from: place) }
      // What is no ASCII is seldom alone.
      let end = min(place + 64, bytes.count)
      while place < end {
        guard let length = scalarLength(bytes, at: place) else { return place }
        place += length
      }
    }
    return nil
  }

  /// The end of the blocks of 64 bytes from `start` on that are ASCII: there most text is passed over.
  private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var place = start
    while place &+ 64 <= bytes.count {
      let words = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt64>.self)
      guard (words & 0x8080_8080_8080_8080) == SIMD8(repeating: 0) else { break }
      place &+= 64
    }
    return place
  }
}
