/// Bytes as 64 letters, six bits each (RFC 4648), with the padding that makes the length a multiple of four.
package enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The value of each letter, 64 of what is none.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// Appends the bytes that `text` spells in `range`; false where it spells none. What was appended until then stays.
  package static func decode(_ text: Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8]) -> Bool {
    guard range.count % 4 == 0 else { return false }
    let values = values
    var end = range.upperBound
    while end > range.lowerBound, range.upperBound - end < 2, text[end - 1] == padding { end -= 1 }
    var bits: UInt32 = 0, count = 0
    for place in range.lowerBound..<end {
      let value = values[Int(text[place])]
      guard value < 64 else { return false }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    // What is left over must be nothing.
    return bits & (1 << UInt32(count) - 1) == 0
  }

  /// Appends the letters of `bytes`.
  package static func encode(_ bytes: [UInt8], into output: inout [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for byte in group { bits = bits << 8 | UInt32(byte) }
      bits <<= UInt32(8 * (3 - group.count))
      for index in 0..<4 {
        let letter = letters[Int(bits >> UInt32(18 - 6 * index) & 63)]
        output.append(index <= group.count ? letter : padding)
      }
    }
  }
}
