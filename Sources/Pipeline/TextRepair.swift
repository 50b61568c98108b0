internal import Basics

/// Turns bytes that arrive in pieces into UTF-8: what is no part of a character becomes U+FFFD, one for each beginning of a
/// character, as ``UTF8Check/invalidLength(_:at:)`` tells them apart.
struct TextRepair {
  /// Whether anything had to be replaced.
  private(set) var hasReplaced = false
  /// The beginning of a character that may go on.
  private var carry: [UInt8] = []

  /// Replaces `output` by the text of `bytes`, and of what earlier pieces left.
  mutating func repair(_ bytes: [UInt8], isLast: Bool, into output: inout [UInt8]) {
    let text = carry + bytes
    carry = []
    output.removeAll(keepingCapacity: true)
    var place = 0
    while place < text.count {
      if let length = UTF8Check.scalarLength(text.span, at: place) {
        output += text[place..<place + length]
        place += length
      } else if !isLast, UTF8Check.isBeginning(text.span, from: place) {
        carry = Array(text[place...])
        return
      } else {
        output += [0xef, 0xbf, 0xbd]
        hasReplaced = true
        place += UTF8Check.invalidLength(text.span, at: place)
      }
    }
  }

  /// The whole text of `bytes`.
  static func repaired(_ bytes: Span<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      if let length = UTF8Check.scalarLength(bytes, at: place) {
        for index in place..<place + length { output.append(bytes[index]) }
        place += length
      } else {
        output += [0xef, 0xbf, 0xbd]
        place += UTF8Check.invalidLength(bytes, at: place)
      }
    }
    return output
  }
}

extension TextRepair {
  /// Where that stands in `bytes` which is at `place` of what ``repaired(_:)`` makes of them.
  static func place(_ place: Int, in bytes: Span<UInt8>) -> Int {
    var (source, output) = (0, 0)
    while source < bytes.count {
      let length = UTF8Check.scalarLength(bytes, at: source)
      let written = length ?? 3
      guard output + written <= place else { return length == nil ? source : source + place - output }
      source += length ?? UTF8Check.invalidLength(bytes, at: source)
      output += written
    }
    return source
  }
}

/// ``Base64`` of bytes that arrive in pieces.
struct Base64Pieces {
  private var carry: [UInt8] = []

  /// Replaces `output` by what is known of the encoding after `bytes`.
  mutating func encode(_ bytes: [UInt8], isLast: Bool, into output: inout [UInt8]) {
    let input = carry + bytes
    let whole = isLast ? input.count : input.count / 3 * 3
    output.removeAll(keepingCapacity: true)
    Base64.encode(Array(input[..<whole]), into: &output)
    carry = Array(input[whole...])
  }
}
