/// Turns text into tokens, reusing the memory it works in and remembering pretokens it has met.
///
///     var encoder = Encoder(tokenizer)
///     for document in documents { try encoder.encode(document, into: &tokens) }
///
/// An encoder cannot be shared: give each worker its own. What it remembers makes it faster and changes nothing else.
public struct Encoder: ~Copyable {
  private let tokenizer: Tokenizer
  private var texts: TextEncoder

  /// - Parameter cacheBytes: the most memory that remembered pretokens may take, beyond what the vocabulary takes.
  public init(_ tokenizer: Tokenizer, cacheBytes: Int = Encoder.defaultCacheBytes) {
    self.tokenizer = tokenizer
    texts = TextEncoder(tokenizer.storage, cacheBytes: cacheBytes)
  }

  /// 64 MiB.
  public static var defaultCacheBytes: Int { 64 << 20 }

  /// Appends the tokens of `text` to `tokens`.
  ///
  /// - Throws: ``TokenizerError/specialTokenInText(_:offset:)`` under the policy `error`, and
  ///   ``TokenizerError/unknownSpecialToken(_:)`` where a name that is allowed is none of the tokenizer's. Then
  ///   nothing is appended.
  public mutating func encode(
    _ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary, into tokens: inout [TokenID]
  ) throws(TokenizerError) {
    try unsafe encode(text, special) { unsafe tokens.append(contentsOf: $0) }
  }

  /// How many tokens `encode` would append.
  public mutating func count(_ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary)
    throws(TokenizerError) -> Int
  {
    var count = 0
    try unsafe encode(text, special) { count += $0.count }
    return count
  }

  private mutating func encode(
    _ text: Span<UInt8>, _ special: SpecialTokenPolicy, _ emit: (UnsafeBufferPointer<TokenID>) -> Void
  ) throws(TokenizerError) {
    let search = try SpecialTokenSearch(tokenizer, special)
    if case .error = special, let found = search.first(in: text, from: 0) {
      throw .specialTokenInText(found.token.name, offset: found.offset)
    }
    var start = 0
    while case .allow = special, let found = search.first(in: text, from: start) {
      unsafe encode(text.extracting(start..<found.offset), emit)
      unsafe withUnsafePointer(to: found.token.id) { unsafe emit(UnsafeBufferPointer(start: $0, count: 1)) }
      start = found.offset + found.token.name.utf8.count
    }
    unsafe encode(text.extracting(start..<text.count), emit)
  }

  private mutating func encode(_ text: Span<UInt8>, _ emit: (UnsafeBufferPointer<TokenID>) -> Void) {
    unsafe text.withUnsafeBufferPointer { unsafe texts.encode($0, emit: emit) }
  }
}
