/// Tokens one after another in memory that grows without being copied: what an ``Encoder`` writes fastest to.
///
///     var tokens = TokenBuffer()
///     for document in documents { try encoder.encode(document, into: &tokens) }
///     tokens[0]
///
/// As long as all ids come from vocabularies of at most 65,536 tokens, as GPT-2's does, a token takes two bytes, else four.
/// An array is as good where the tokens are few: its memory comes in small pages, which the system clears one by one, and
/// all tokens are copied when it grows.
@safe public struct TokenBuffer: ~Copyable, Sendable {
  private var pages: Pages
  /// The number of tokens.
  public private(set) var count = 0
  /// How many bytes a token takes, 2 or 4.
  private(set) var width = 2

  /// - Parameter minimumCapacity: the number of tokens that there will be room for at first
  public init(minimumCapacity: Int = 0) { pages = Pages(bytes: 4 * max(minimumCapacity, 1 << 14)) }

  public var isEmpty: Bool { count == 0 }

  /// How many tokens there is room for.
  public var capacity: Int { pages.byteCount / width }

  public subscript(index: Int) -> TokenID {
    precondition(index >= 0 && index < count, "a token is asked for that is not there")
    return unsafe width == 2
      ? TokenID(pages.start.load(fromByteOffset: 2 &* index, as: UInt16.self))
      : pages.start.load(fromByteOffset: 4 &* index, as: TokenID.self)
  }

  /// Forgets the tokens and keeps the memory.
  public mutating func removeAll() { count = 0 }

  public mutating func append(_ token: TokenID) {
    if token > UInt16.max, width == 2 { widen() }
    let room = unsafe room(for: 1)
    if width == 2 {
      unsafe room.storeBytes(of: UInt16(truncatingIfNeeded: token), as: UInt16.self)
    } else {
      unsafe room.storeBytes(of: token, as: TokenID.self)
    }
    count += 1
  }

  /// Appends all tokens to an array.
  public func append(to tokens: inout [TokenID]) {
    let end = tokens.count + count
    if tokens.capacity < end { tokens.reserveCapacity(max(end, 2 * tokens.capacity)) }
    withTokens({ Self.append($0, to: &tokens) }) { wide in
      unsafe wide.withUnsafeBufferPointer { unsafe tokens.append(contentsOf: $0) }
    }
  }

  /// One by one they took ten times as long.
  private static func append(_ narrow: Span<UInt16>, to tokens: inout [TokenID]) {
    let start = tokens.count
    tokens.append(contentsOf: repeatElement(0, count: narrow.count))
    unsafe tokens.withUnsafeMutableBufferPointer { target in
      unsafe narrow.withUnsafeBufferPointer { source in
        for index in 0..<source.count { unsafe target[start &+ index] = TokenID(source[index]) }
      }
    }
  }

  /// Hands the tokens to one of two functions, as they are stored.
  public func withTokens<Value, Failure: Error>(
    _ narrow: (Span<UInt16>) throws(Failure) -> Value, _ wide: (Span<TokenID>) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    if width == 2 {
      let start = unsafe pages.start.assumingMemoryBound(to: UInt16.self)
      return try narrow(unsafe UnsafeBufferPointer(start: start, count: count).span)
    }
    return try wide(unsafe UnsafeBufferPointer(start: wideStart, count: count).span)
  }
}

extension TokenBuffer {
  private var wideStart: UnsafeMutablePointer<TokenID> {
    unsafe pages.start.assumingMemoryBound(to: TokenID.self)
  }

  /// Whether tokens of such a vocabulary take two bytes.
  static func isNarrow(vocabularySize: Int) -> Bool { vocabularySize <= 1 << 16 }

  /// Prepares for tokens of two bytes, or of four; false where there are tokens of four, and those to come have two.
  mutating func takes(isNarrow: Bool) -> Bool {
    if isEmpty { width = isNarrow ? 2 : 4 }
    if !isNarrow, width == 2 { widen() }
    return isNarrow == (width == 2)
  }

  mutating func append(_ other: borrowing TokenBuffer) {
    for index in 0..<other.count { append(other[index]) }
  }

  private mutating func widen() {
    if isEmpty { return width = 4 }
    var wide = TokenBuffer(minimumCapacity: 2 * count)
    wide.width = 4
    let room = unsafe wide.room(for: count).assumingMemoryBound(to: TokenID.self)
    for index in 0..<count { unsafe (room + index).initialize(to: self[index]) }
    unsafe wide.add(count)
    self = wide
  }

  /// Where the next tokens go, with room for so many.
  @inline(__always)
  @unsafe mutating func room(for more: Int) -> UnsafeMutableRawPointer {
    if width &* (count &+ more) > pages.byteCount { grow(for: more) }
    return unsafe pages.start + width &* count
  }

  /// Counts tokens that were written to the ``room(for:)`` them.
  @inline(__always)
  @unsafe mutating func add(_ written: Int) { count &+= written }

  @inline(never)
  private mutating func grow(for more: Int) {
    pages.grow(to: max(2 * pages.byteCount, width * (count + more)))
  }
}
