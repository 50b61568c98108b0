internal import CHints

/// The tokens of pretokens of 16 bytes or more met before.
///
/// A slot has a pretoken's hash and the place of its record, where its bytes and its tokens lie side by side. Slots are
/// searched from the one that the hash names on. When three quarters are used, or when there is no more room for
/// records, everything goes, which costs less than to choose what stays.
@safe struct LongPretokenCache: ~Copyable {
  /// Longer pretokens are not remembered.
  static let longest = 255

  private struct Slot {
    var hash: UInt64 = 0
    var place: UInt32 = 0
    /// Of the pretoken; 0 in a free slot.
    var length: UInt16 = 0
    var count: UInt16 = 0
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
    while (4 << bits) * MemoryLayout<Slot>.stride <= bytes { bits += 1 }
    self.bits = bits
    mask = 1 << Int(bits) - 1
    let tableBytes = (mask + 1) * MemoryLayout<Slot>.stride
    capacity = min(max(bytes - tableBytes, 1 << 12), Int(UInt32.max))
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
    unsafe chints_prefetch(records.start + Int(slots[first(hash)].place))
  }

  /// Writes the tokens of a pretoken, in as many bytes each as a ``TokenBuffer`` has for them, and returns how many; 0 where they
  /// are not known. There must be room for ``longest``.
  @unsafe func find(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, into output: UnsafeMutableRawPointer
  ) -> Int {
    var index = first(hash)
    while true {
      let slot = unsafe slots[index]
      guard slot.length > 0 else { return 0 }
      if slot.hash == hash, Int(slot.length) == pretoken.count {
        let record = unsafe records.start + Int(slot.place)
        let bytes = unsafe record.assumingMemoryBound(to: UInt8.self)
        if unsafe Hashing.areEqual(bytes, pretoken.baseAddress!, count: pretoken.count) {
          unsafe output.copyMemory(from: record + pretoken.count, byteCount: tokenSize &* Int(slot.count))
          return Int(slot.count)
        }
      }
      index = (index &+ 1) & mask
    }
  }

  /// Remembers the tokens of a pretoken that is not known.
  @unsafe mutating func insert(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    let size = pretoken.count + tokens.count * tokenSize
    if filled + size > capacity || 4 * used > 3 * mask { forget() }
    var index = first(hash)
    while unsafe slots[index].length > 0 { index = (index &+ 1) & mask }
    unsafe slots[index] = Slot(
      hash: hash, place: UInt32(filled), length: UInt16(pretoken.count), count: UInt16(tokens.count))
    used += 1
    let record = unsafe records.start + filled
    unsafe record.copyMemory(from: pretoken.baseAddress!, byteCount: pretoken.count)
    for place in 0..<tokens.count {
      let token = unsafe tokens[place], offset = pretoken.count + place * tokenSize
      if isNarrow {
        unsafe record.storeBytes(of: UInt16(truncatingIfNeeded: token), toByteOffset: offset, as: UInt16.self)
      } else {
        unsafe record.storeBytes(of: token, toByteOffset: offset, as: TokenID.self)
      }
    }
    filled += size
  }

  private mutating func forget() {
    unsafe slots.update(repeating: Slot(), count: mask + 1)
    (used, filled) = (0, 0)
  }
}
