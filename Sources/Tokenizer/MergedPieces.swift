/// Some pieces that a ``LongMerger`` merged lately: long pretokens often repeat what they are made of.
@safe struct MergedPieces: ~Copyable {
  private static let bits: UInt64 = 6
  private static let longest = ShortMerger.longest

  /// By a piece's hash: its bytes and its tokens; and how many of both there are.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let tokens: UnsafeMutablePointer<TokenID>
  private var counts = [(bytes: Int, tokens: Int)](repeating: (0, 0), count: 1 << Int(bits))

  init() {
    unsafe bytes = .allocate(capacity: Self.longest << Int(Self.bits))
    unsafe tokens = .allocate(capacity: Self.longest << Int(Self.bits))
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe tokens.deallocate()
  }

  private func slot(_ piece: UnsafeBufferPointer<UInt8>) -> Int {
    Int(unsafe Hashing.hash(piece.baseAddress!, count: piece.count) >> (64 - Self.bits))
  }

  /// Writes the piece's tokens and returns how many there are, or nil where they are not known.
  @unsafe func find(_ piece: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<TokenID>) -> Int? {
    guard piece.count >= 16 else { return nil }
    let slot = unsafe slot(piece)
    guard counts[slot].bytes == piece.count,
      unsafe Hashing.areEqual(bytes + Self.longest * slot, piece.baseAddress!, count: piece.count)
    else { return nil }
    unsafe output.update(from: tokens + Self.longest * slot, count: counts[slot].tokens)
    return counts[slot].tokens
  }

  @unsafe mutating func insert(_ piece: UnsafeBufferPointer<UInt8>, _ made: UnsafeBufferPointer<TokenID>) {
    guard piece.count >= 16 else { return }
    let slot = unsafe slot(piece)
    counts[slot] = (piece.count, made.count)
    unsafe (bytes + Self.longest * slot).update(from: piece.baseAddress!, count: piece.count)
    unsafe (tokens + Self.longest * slot).update(from: made.baseAddress!, count: made.count)
  }
}
