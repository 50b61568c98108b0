/// A token frame that was read and decompressed. Where its ids are codes, they are decoded when they are wanted.
package struct TokenFrame {
  /// The frame's ids, where they are decoded.
  package var ids: [UInt32] = []
  /// The content of a frame of codec 1, and what must lie behind it.
  var codes: [UInt8] = []
  /// The bytes of the content.
  var size = 0
  /// A bit for each stream whose ids are not decoded yet.
  var packed: UInt16 = 0

  init() {}

  /// Decodes the ids at `range` that are not there yet; false where they are not what an encoder writes.
  mutating func unpack(_ range: Range<Int>, _ decoder: SuccessorDecoder) -> Bool {
    guard packed != 0, !range.isEmpty else { return true }
    let last = SuccessorDecoder.stream(of: range.upperBound - 1, in: ids.count)
    for stream in SuccessorDecoder.stream(of: range.lowerBound, in: ids.count)...last
    where packed >> stream & 1 == 1 {
      let first = min(stream, SuccessorDecoder.streams - SuccessorDecoder.group)
      guard decoder.decode(from: first, of: codes, size: size, count: ids.count, into: &ids, at: 0) else {
        return false
      }
      packed &= ~(0b1111 << first)
    }
    return true
  }
}
