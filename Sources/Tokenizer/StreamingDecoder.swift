internal import Basics

/// Turns tokens that arrive one by one into text, never ending in the middle of a character.
///
///     var decoder = StreamingDecoder(tokenizer)
///     for token in generated { try decoder.append(token, into: &text) }
///     decoder.finish(into: &text)
public struct StreamingDecoder: Sendable {
  private let vocabulary: Vocabulary
  /// The beginning of a character: at most three bytes.
  private var held: [UInt8] = []
  private var position = 0

  public init(_ tokenizer: Tokenizer) { vocabulary = tokenizer.storage.vocabulary }

  /// Appends the bytes that are now known to make whole characters, or to belong to none.
  ///
  /// - Throws: ``TokenizerError/unknownID(_:position:size:)`` beyond the vocabulary, and
  ///   ``TokenizerError/unusedID(_:position:)``; then the token is left out.
  public mutating func append(_ token: TokenID, into bytes: inout [UInt8]) throws(TokenizerError) {
    guard token < vocabulary.count else {
      throw .unknownID(token, position: position, size: vocabulary.count)
    }
    guard vocabulary.length(of: Int(token)) > 0 else { throw .unusedID(token, position: position) }
    position += 1
    held += vocabulary.bytes(of: Int(token))
    let start = Self.unfinished(held.span)
    bytes += held[..<start]
    held.removeFirst(start)
  }

  /// Appends what is left of a character that never ended.
  public mutating func finish(into bytes: inout [UInt8]) {
    bytes += held
    held.removeAll()
  }

  /// Where the character begins that more bytes could complete; the end where there is none.
  private static func unfinished(_ bytes: Span<UInt8>) -> Int {
    for length in 1..<max(1, min(4, bytes.count + 1)) {
      let start = bytes.count - length
      let first = bytes[start]
      if first & 0xc0 == 0x80 { continue }
      let wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
      return length < wanted && canGoOn(bytes, from: start, wanted: wanted) ? start : bytes.count
    }
    return bytes.count
  }

  /// Whether a character of `wanted` bytes can begin with these: whether some bytes after them would complete one.
  private static func canGoOn(_ bytes: Span<UInt8>, from start: Int, wanted: Int) -> Bool {
    let character = (start..<bytes.count).map { bytes[$0] }
    return ([0x80, 0x90, 0xa0] as [UInt8]).contains { filler in
      var completed = character
      while completed.count < wanted { completed.append(filler) }
      return UTF8Check.scalarLength(completed.span, at: 0) == wanted
    }
  }
}
