internal import CHints

/// The tokens of pretokens of 16 bytes or more met before.
///
/// A slot has half of a pretoken's hash and the place of its record, where its bytes and its tokens lie side by side. Slots are
/// searched from the one that the hash's other half names on. When three quarters are used, or when there is no more room for
/// records, everything goes, which costs less than to choose what stays; but costs so much that there should be room for all.
@safe struct LongPretokenCache: ~Copyable {
  /// Longer pretokens are not remembered.
  static let longest = 255

  /// Half of the hash above, below it the record's place, plus one; 0 where free.
  private typealias Slot = UInt64

  /// What a record begins with; then come the pretoken's bytes and the tokens.
  private struct Head {
    var length: UInt8
    var count: UInt8
    static var size: Int { 2 }
  }

  private let table: Pages
  private let bits: UInt64
  /// The last number of a slot.
  private let mask: Int
  private var used = 0
  private let records: Pages
  private let capacity: Int
  private var filled = 0
  private let isNarrow: Bool
  /// Random, so that nobody can write a text whose pretokens share a slot.
  private let key = SIMD2<UInt64>(.random(in: 0...(.max)), .random(in: 0...(.max)))

  /// - Parameters:
  ///   - bytes: the most that it may take, beyond a few thousand
  ///   - vocabularySize: what all ids are below
  init(bytes: Int, vocabularySize: Int) {
    var bits: UInt64 = 6
    while (8 << bits) * MemoryLayout<Slot>.stride <= bytes { bits += 1 }
    self.bits = bits
    mask = 1 << Int(bits) - 1
    let tableBytes = (mask + 1) * MemoryLayout<Slot>.stride
    capacity = min(max(bytes - tableBytes, 1 << 12), Int(UInt32.max) - 1)
    isNarrow = TokenBuffer.isNarrow(vocabularySize: vocabularySize)
    table = Pages(bytes: tableBytes)
    records = Pages(bytes: capacity)
  }

  private var slots: UnsafeMutablePointer<Slot> { unsafe table.start.assumingMemoryBound(to: Slot.self) }

  /// Takes all its memory.
  func prepare() {
    table.touch()
    records.touch()
  }

  private var tokenSize: Int { isNarrow ? 2 : 4 }

  @inline(__always)
  private static func place(_ slot: Slot) -> Int { Int(truncatingIfNeeded: slot & 0xffff_ffff) &- 1 }

  @inline(__always)
  private func first(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> (64 &- bits)) }
}

extension LongPretokenCache {
  @inline(__always)
  @unsafe func hash(_ pretoken: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    unsafe Hashing.hash(pretoken, count: count, key: key)
  }

  /// Has the slot that a hash names on its way.
  @inline(__always)
  func prefetchSlot(_ hash: UInt64) { unsafe chints_prefetch(slots + first(hash)) }

  /// Has the record of that slot on its way, whose it may be. To be called when the slot is there.
  @inline(__always)
  func prefetchRecord(_ hash: UInt64) {
    unsafe chints_prefetch(records.start + Self.place(slots[first(hash)]))
  }

  /// Writes the tokens of a pretoken, in as many bytes each as a ``TokenBuffer`` has for them, and returns how many; 0 where they
  /// are not known. There must be room for ``longest``.
  @unsafe func find(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, into output: UnsafeMutableRawPointer
  ) -> Int {
    var index = first(hash)
    while true {
      let slot = unsafe slots[index]
      guard slot != 0 else { return 0 }
      if slot &>> 32 == hash & 0xffff_ffff {
        let record = unsafe records.start + Self.place(slot)
        let head = unsafe record.loadUnaligned(as: Head.self)
        let bytes = unsafe (record + Head.size).assumingMemoryBound(to: UInt8.self)
        if Int(head.length) == pretoken.count,
          unsafe Hashing.areEqual(bytes, pretoken.baseAddress!, count: pretoken.count)
        {
          let tokens = unsafe UnsafeRawPointer(bytes) + pretoken.count
          unsafe output.copyMemory(from: tokens, byteCount: tokenSize &* Int(head.count))
          return Int(head.count)
        }
      }
      index = (index &+ 1) & mask
    }
  }

  /// Remembers the tokens of a pretoken that is not known.
  @unsafe mutating func insert(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    let size = Head.size + pretoken.count + tokens.count * tokenSize
    if filled + size > capacity || 4 * used > 3 * mask { forget() }
    var index = first(hash)
    while unsafe slots[index] != 0 { index = (index &+ 1) & mask }
    unsafe slots[index] = hash << 32 | UInt64(filled + 1)
    used += 1
    let head = Head(length: UInt8(pretoken.count), count: UInt8(tokens.count))
    let record = unsafe records.start + filled
    unsafe record.storeBytes(of: head, as: Head.self)
    unsafe (record + Head.size).copyMemory(from: pretoken.baseAddress!, byteCount: pretoken.count)
    for place in 0..<tokens.count {
      let token = unsafe tokens[place], offset = Head.size + pretoken.count + place * tokenSize
      if isNarrow {
        unsafe record.storeBytes(of: UInt16(truncatingIfNeeded: token), toByteOffset: offset, as: UInt16.self)
      } else {
        unsafe record.storeBytes(of: token, toByteOffset: offset, as: TokenID.self)
      }
    }
    filled += size
  }

  private mutating func forget() {
    unsafe slots.update(repeating: 0, count: mask + 1)
    (used, filled) = (0, 0)
  }
}
