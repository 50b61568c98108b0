/// Where the tokens of one pretoken are made, which may have a megabyte.
@safe struct MergedTokens: ~Copyable {
  private var start: UnsafeMutablePointer<TokenID>
  private var capacity = 1 << 10

  init() { unsafe start = .allocate(capacity: capacity) }

  deinit { unsafe start.deallocate() }

  /// Room for so many, and for eight more.
  @inline(__always)
  @unsafe mutating func room(for count: Int) -> UnsafeMutablePointer<TokenID> {
    if count &+ 8 > capacity { grow(count &+ 8) }
    return unsafe start
  }

  /// Gives the memory of a pretoken that was very long back.
  @inline(__always)
  mutating func tidyUp() {
    if capacity > 1 << 18 { self = MergedTokens() }
  }

  private mutating func grow(_ count: Int) {
    unsafe start.deallocate()
    capacity = count
    unsafe start = .allocate(capacity: capacity)
  }

  @inline(__always)
  @unsafe static func copy(
    _ tokens: UnsafeBufferPointer<TokenID>, to output: UnsafeMutableRawPointer, isNarrow: Bool
  ) {
    guard isNarrow else {
      return unsafe output.copyMemory(from: tokens.baseAddress!, byteCount: 4 &* tokens.count)
    }
    for index in 0..<tokens.count {
      unsafe output.storeBytes(
        of: UInt16(truncatingIfNeeded: tokens[index]), toByteOffset: 2 &* index, as: UInt16.self)
    }
  }
}
