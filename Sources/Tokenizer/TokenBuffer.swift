/// Tokens one after another in memory that grows without being copied: what an ``Encoder`` writes fastest to.
///
///     var tokens = TokenBuffer()
///     for document in documents { try encoder.encode(document, into: &tokens) }
///     tokens.withSpan { $0.count }
///
/// An array is as good where the tokens are few: its memory comes in small pages, which the system clears one by one, and
/// all tokens are copied when it grows.
@safe public struct TokenBuffer: ~Copyable, Sendable {
  private var pages: Pages
  /// The number of tokens.
  public private(set) var count = 0

  /// - Parameter minimumCapacity: the number of tokens that there will be room for at first
  public init(minimumCapacity: Int = 0) {
    pages = Pages(bytes: MemoryLayout<TokenID>.stride * max(minimumCapacity, 1 << 14))
  }

  public var isEmpty: Bool { count == 0 }

  /// How many tokens there is room for.
  public var capacity: Int { pages.byteCount / MemoryLayout<TokenID>.stride }

  public subscript(index: Int) -> TokenID {
    precondition(index >= 0 && index < count, "a token is asked for that is not there")
    return unsafe start[index]
  }

  /// Forgets the tokens and keeps the memory.
  public mutating func removeAll() { count = 0 }

  public mutating func append(_ token: TokenID) {
    unsafe room(for: 1).pointee = token
    count += 1
  }

  /// Appends all tokens to an array.
  func append(to tokens: inout [TokenID]) {
    withSpan { span in unsafe span.withUnsafeBufferPointer { unsafe tokens.append(contentsOf: $0) } }
  }

  /// Hands the tokens to `body`.
  public func withSpan<Value, Failure: Error>(_ body: (Span<TokenID>) throws(Failure) -> Value)
    throws(Failure)
    -> Value
  {
    try body(unsafe UnsafeBufferPointer(start: start, count: count).span)
  }
}

extension TokenBuffer {
  private var start: UnsafeMutablePointer<TokenID> {
    unsafe pages.start.assumingMemoryBound(to: TokenID.self)
  }

  /// Where the next tokens go, with room for so many.
  @inline(__always)
  @unsafe mutating func room(for more: Int) -> UnsafeMutablePointer<TokenID> {
    if MemoryLayout<TokenID>.stride &* (count &+ more) > pages.byteCount { grow(for: more) }
    return unsafe start + count
  }

  /// Counts tokens that were written to the ``room(for:)`` them.
  @inline(__always)
  @unsafe mutating func add(_ written: Int) { count &+= written }

  @inline(never)
  private mutating func grow(for more: Int) {
    pages.grow(to: max(2 * pages.byteCount, MemoryLayout<TokenID>.stride * (count + more)))
  }
}
