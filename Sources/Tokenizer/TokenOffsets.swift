internal import Basics

/// Where tokens lie in the text that they are of, in bytes.
///
///     try encoder.encode(text.span, into: &tokens)
///     let offsets = try TokenOffsets(tokens.span, tokenizer)   // of "hello world" in GPT-2's vocabulary:
///     offsets[1]                                               // 5..<11
///
/// Tokens cover a text one after another, and a special token covers its name, so that their lengths are all there is to
/// know. A token may begin or end within a character: ``characters(in:)`` has whole ones.
public struct TokenOffsets: Sendable, Equatable {
  /// Where each token begins.
  public private(set) var starts: [Int] = []
  /// Where the last token ends.
  public private(set) var end: Int

  /// - Parameters:
  ///   - tokens: all tokens of a text, or some that follow each other
  ///   - start: where the first of them begins
  /// - Throws: ``TokenizerError/unknownID(_:position:size:)`` and ``TokenizerError/unusedID(_:position:)``.
  public init(_ tokens: Span<TokenID>, _ tokenizer: Tokenizer, from start: Int = 0) throws(TokenizerError) {
    let vocabulary = tokenizer.storage.vocabulary
    end = start
    starts.reserveCapacity(tokens.count)
    for position in tokens.indices {
      let id = tokens[position]
      guard id < vocabulary.count else { throw .unknownID(id, position: position, size: vocabulary.count) }
      let length = vocabulary.length(of: Int(id))
      guard length > 0 else { throw .unusedID(id, position: position) }
      starts.append(end)
      end += length
    }
  }

  public var count: Int { starts.count }

  /// The bytes of one token.
  public subscript(index: Int) -> Range<Int> {
    starts[index]..<(index + 1 < starts.count ? starts[index + 1] : end)
  }

  /// For each token, the characters of which it has a byte. Neighbours that share a character overlap. Bytes that are
  /// not UTF-8 are characters of their own.
  ///
  /// - Precondition: the text, from its first byte, is the one that the tokens are of.
  public func characters(in text: Span<UInt8>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    // The character that has the place last asked for.
    var first = 0, last = 0
    func pass(to place: Int) {
      while last <= place {
        first = last
        last += UTF8Check.scalarLength(text, at: first) ?? 1
      }
    }
    for index in starts.indices {
      pass(to: self[index].lowerBound)
      let lower = first
      pass(to: self[index].upperBound - 1)
      ranges.append(lower..<last)
    }
    return ranges
  }
}

extension Encoder {
  /// Appends the tokens of `text` to `tokens`, and where each begins in it to `starts`. ``TokenOffsets`` has the same for tokens that
  /// are there already.
  ///
  /// - Throws: as without `starts`.
  public mutating func encode(
    _ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary, into tokens: inout [TokenID],
    starts: inout [Int]
  ) throws(TokenizerError) {
    let first = tokens.count
    try encode(text, special: special, into: &tokens)
    starts += try TokenOffsets(tokens.span.extracting(first..<tokens.count), tokenizer).starts
  }
}
