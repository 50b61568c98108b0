/// Finds tokens by their bytes, while a vocabulary is read.
///
/// Files may be hostile: hashes depend on a random key, so that nobody can write tokens that share a place.
@safe struct TokenIndex: ~Copyable {
  private let vocabulary: Vocabulary
  /// Half of a token's hash and its id, at the first free place from where the other half points; or `free`.
  private let slots: UnsafeMutableBufferPointer<UInt64>
  private let mask: Int
  /// By token: whether it was added.
  private var isIn: [Bool]
  private let key = SIMD2<UInt64>(.random(in: 0...(.max)), .random(in: 0...(.max)))
  private static let free = UInt64.max

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    var capacity = 512
    while capacity < 2 * vocabulary.count { capacity *= 2 }
    mask = capacity - 1
    isIn = [Bool](repeating: false, count: vocabulary.count)
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: Self.free)
  }

  deinit { unsafe slots.deallocate() }

  /// Adds a token, or returns the one with the same bytes that is there already.
  mutating func insert(_ id: Int) -> Int? {
    let bytes = unsafe vocabulary.pointer(to: id)
    let hash = unsafe hash(bytes)
    let (found, slot) = unsafe find(bytes, hash)
    guard found == nil else { return found }
    unsafe slots[slot] = hash & ~0xffff_ffff | UInt64(id)
    isIn[id] = true
    return nil
  }

  /// Whether the token was added: special tokens are not, though others may be spelled like them.
  func has(_ id: Int) -> Bool { isIn[id] }

  /// The token of each byte.
  ///
  /// - Throws: ``TokenizerError/missingByte(_:)``.
  func bytes() throws(TokenizerError) -> [TokenID] {
    var tokens: [TokenID] = []
    for byte in 0...255 as ClosedRange<UInt8> {
      let padded = [byte] + [UInt8](repeating: 0, count: 16)
      let found = unsafe padded.withUnsafeBufferPointer {
        unsafe find(UnsafeBufferPointer(rebasing: $0[..<1]))
      }
      guard let found else { throw .missingByte(byte) }
      tokens.append(TokenID(found))
    }
    return tokens
  }

  /// The token with these bytes, which 16 more must follow that can be read.
  @unsafe func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    unsafe find(bytes, hash(bytes)).found
  }

  @inline(__always)
  private func find(_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> (found: Int?, slot: Int) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = unsafe slots[slot]
      if entry == Self.free { return (nil, slot) }
      if entry >> 32 == hash >> 32 {
        let id = Int(entry & 0xffff_ffff)
        if unsafe Self.areEqual(vocabulary.pointer(to: id), bytes) { return (id, slot) }
      }
      slot = (slot + 1) & mask
    }
  }

  @inline(__always)
  private func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    if bytes.count <= PretokenKey.longest {
      let bytes = unsafe PretokenKey(base, count: bytes.count)
      return Hashing.mix(bytes.low ^ key.x, bytes.high ^ key.y)
    }
    return unsafe Hashing.hash(base, count: bytes.count, key: key)
  }

  /// Whether two tokens, after each of which 16 bytes can be read, are the same.
  @inline(__always)
  static func areEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    if (1...PretokenKey.longest).contains(a.count) {
      return unsafe PretokenKey(a.baseAddress!, count: a.count) == PretokenKey(b.baseAddress!, count: b.count)
    }
    return unsafe a.elementsEqual(b)
  }
}
