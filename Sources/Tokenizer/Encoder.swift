/// Turns text into tokens, reusing the memory it works in and remembering pretokens it has met.
///
///     var encoder = Encoder(tokenizer)
///     for document in documents { try encoder.encode(document, into: &tokens) }
///
/// An encoder cannot be shared: give each worker its own. What it remembers makes it faster and changes nothing else.
public struct Encoder: ~Copyable {
  let tokenizer: Tokenizer
  private var texts: TextEncoder
  /// Where tokens stay for a moment that do not go to a ``TokenBuffer``. Nil while it is in use.
  private var scratch: TokenBuffer? = TokenBuffer()
  /// So many that they stay in the processor's cache.
  private static let scratchTokens = 1 << 14

  /// - Parameter cacheBytes: the most memory that remembered pretokens may take, beyond what the vocabulary takes.
  public init(_ tokenizer: Tokenizer, cacheBytes: Int = Encoder.defaultCacheBytes) {
    self.tokenizer = tokenizer
    texts = TextEncoder(tokenizer.storage, cacheBytes: cacheBytes)
  }

  /// Takes the memory for what will be remembered now, some milliseconds of clearing pages, rather than during the first
  /// megabytes of text. Not needed but where the first text must not take longer than others.
  public mutating func prepare() { texts.prepare() }

  /// 64 MiB.
  public static var defaultCacheBytes: Int { 64 << 20 }

  /// Appends the tokens of `text` to `tokens`.
  ///
  /// - Throws: ``TokenizerError/specialTokenInText(_:offset:)`` under the policy `error`, and
  ///   ``TokenizerError/unknownSpecialToken(_:)`` where a name that is allowed is none of the tokenizer's. Then
  ///   nothing is appended.
  public mutating func encode(
    _ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary, into tokens: inout TokenBuffer
  ) throws(TokenizerError) {
    let names = try search(text, special)
    encode(text, names, into: &tokens, limit: .max) { _ in }
  }

  /// Appends the tokens of `text` to an array, which is a little slower.
  public mutating func encode(
    _ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary, into tokens: inout [TokenID]
  ) throws(TokenizerError) {
    try drain(text, special) { buffer in
      buffer.append(to: &tokens)
    }
  }

  /// How many tokens `encode` would append.
  public mutating func count(_ text: Span<UInt8>, special: SpecialTokenPolicy = .ordinary)
    throws(TokenizerError) -> Int
  {
    var count = 0
    try drain(text, special) { count += $0.count }
    return count
  }

  /// Hands the tokens to `body`, some at a time.
  private mutating func drain(
    _ text: Span<UInt8>, _ special: SpecialTokenPolicy, _ body: (borrowing TokenBuffer) -> Void
  ) throws(TokenizerError) {
    let names = try search(text, special)
    var buffer = scratch.take() ?? TokenBuffer()
    encode(text, names, into: &buffer, limit: Self.scratchTokens) {
      body($0)
      $0.removeAll()
    }
    body(buffer)
    buffer.removeAll()
    // A long pretoken may have made it large.
    scratch = buffer.capacity > 64 * Self.scratchTokens ? nil : consume buffer
  }

  /// Appends to `tokens` what `body` gives.
  mutating func collect(
    into tokens: inout [TokenID],
    _ body: (inout Encoder, inout TokenBuffer) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    var buffer = scratch.take() ?? TokenBuffer()
    let result: Result<Void, TokenizerError>
    do throws(TokenizerError) {
      result = .success(try body(&self, &buffer))
    } catch {
      result = .failure(error)
    }
    buffer.append(to: &tokens)
    buffer.removeAll()
    // A long pretoken may have made it large.
    scratch = buffer.capacity > 64 * Self.scratchTokens ? nil : consume buffer
    try result.get()
  }

  /// What to look for in `text`, which is not refused.
  private func search(_ text: Span<UInt8>, _ special: SpecialTokenPolicy) throws(TokenizerError)
    -> SpecialTokenSearch
  {
    let search = try SpecialTokenSearch(tokenizer, special)
    guard case .error = special else { return search }
    if let found = search.first(in: text, from: 0) {
      throw .specialTokenInText(found.token.name, offset: found.offset)
    }
    return try SpecialTokenSearch(tokenizer, .ordinary)
  }

  private mutating func encode(
    _ text: Span<UInt8>, _ names: SpecialTokenSearch, into buffer: inout TokenBuffer, limit: Int,
    _ drain: (inout TokenBuffer) -> Void
  ) {
    var start = 0
    while let found = names.first(in: text, from: start) {
      encode(text.extracting(start..<found.offset), into: &buffer, limit, drain)
      buffer.append(found.token.id)
      start = found.offset + found.token.name.utf8.count
    }
    encode(text.extracting(start..<text.count), into: &buffer, limit, drain)
  }

  private mutating func encode(
    _ text: Span<UInt8>, into buffer: inout TokenBuffer, _ limit: Int, _ drain: (inout TokenBuffer) -> Void
  ) {
    unsafe text.withUnsafeBufferPointer { unsafe texts.encode($0, into: &buffer, limit: limit, drain) }
  }

  /// Appends the tokens of a text in which nothing is special.
  mutating func encode(ordinary text: Span<UInt8>, into buffer: inout TokenBuffer) {
    encode(text, into: &buffer, .max) { _ in }
  }
}
