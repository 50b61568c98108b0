/// Turns tokens back into bytes.
public struct Decoder: Sendable {
  private let vocabulary: Vocabulary

  public init(_ tokenizer: Tokenizer) { vocabulary = tokenizer.storage.vocabulary }

  /// Appends the bytes of `tokens` to `bytes`.
  ///
  /// - Throws: ``TokenizerError/unknownID(_:position:size:)`` beyond the vocabulary, and
  ///   ``TokenizerError/unusedID(_:position:)``; then nothing is appended.
  public func decode(_ tokens: Span<TokenID>, into bytes: inout [UInt8]) throws(TokenizerError) {
    var total = 0
    for position in 0..<tokens.count {
      let id = Int(tokens[position])
      guard id < vocabulary.count else {
        throw .unknownID(tokens[position], position: position, size: vocabulary.count)
      }
      let length = vocabulary.length(of: id)
      guard length > 0 else { throw .unusedID(tokens[position], position: position) }
      total += length
    }
    bytes.append(addingCapacity: total) { output in
      for position in 0..<tokens.count { vocabulary.append(Int(tokens[position]), to: &output) }
    }
  }
}
