internal import Glibc

/// Finding a byte with the C library's own search, some ten times as fast as a loop. All use of it is in this file.
enum ByteSearch {
  /// The first place of `byte` within `range`, or nil.
  static func first(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
      guard let base = part.baseAddress, let hit = unsafe memchr(base, Int32(byte), part.count) else {
        return nil
      }
      return unsafe range.lowerBound + (UnsafeRawPointer(hit) - base)
    }
  }

  /// The last place of `byte` within `range`, or nil. The C library has a search for this too, but hides it from Swift.
  static func last(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var place = range.upperBound
    while place > range.lowerBound {
      place -= 1
      if bytes[place] == byte { return place }
    }
    return nil
  }

  /// How often `byte` occurs within `range`.
  static func count(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var count = 0
    for place in range where bytes[place] == byte { count += 1 }
    return count
  }
}

/// Bytes that stand for a line's end and for white space between lines.
enum ASCII {
  static let newline = UInt8(ascii: "\n")

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
