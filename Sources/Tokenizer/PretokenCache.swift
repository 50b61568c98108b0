internal import CHints
internal import Glibc

/// The tokens of pretokens met before.
///
/// Entries are 32 bytes: the pretoken itself, if it has at most 15 bytes, and up to four tokens. They lie in lines of
/// two, as the processor fetches them; a pretoken is in the line that its hash names or in that one's neighbour, so
/// that a search ends after two lines whatever the hashes. Longer pretokens and longer results lie beside the table.
/// The table doubles while there is room; then new entries take the place of old ones, and when there is no more room
/// beside it, everything goes but what was there from the start.
@safe struct PretokenCache: ~Copyable {
  /// Longer pretokens are not remembered.
  static let longest = 255

  private var entries: UnsafeMutablePointer<Entry>
  /// The logarithm of the number of lines.
  private var bits: UInt64
  private let maximumBits: UInt64
  private var used = 0
  private var victim = 0
  /// The tokens of results of more than four.
  private var results: [TokenID] = []
  /// The bytes of pretokens of more than 15.
  private var texts: [UInt8] = []
  private let maximumBeside: Int

  /// - Parameters:
  ///   - bytes: the most that the table and what lies beside it may take, each
  ///   - count: the number of entries that there will be room for in any case
  init(bytes: Int, entries count: Int) {
    var bits: UInt64 = 8
    while 1 << bits < 2 * count { bits += 1 }
    self.bits = bits
    maximumBits = Self.maximumBits(bits, bytes: bytes)
    maximumBeside = bytes
    unsafe entries = Self.allocate(bits)
    unsafe entries.initialize(repeating: Entry(), count: 2 << Int(bits))
  }

  /// A copy of `seed` that can grow.
  init(copying seed: borrowing PretokenCache, bytes: Int) {
    bits = seed.bits
    maximumBits = Self.maximumBits(seed.bits, bytes: bytes)
    maximumBeside = max(bytes, seed.results.count * 4 + seed.texts.count)
    unsafe entries = Self.allocate(bits)
    fill(from: seed)
  }

  deinit { unsafe entries.deallocate() }

  private static func maximumBits(_ bits: UInt64, bytes: Int) -> UInt64 {
    var bits = bits
    while (4 << bits) * MemoryLayout<Entry>.stride <= bytes { bits += 1 }
    return bits
  }

  private static func allocate(_ bits: UInt64) -> UnsafeMutablePointer<Entry> {
    let bytes = (2 << Int(bits)) * MemoryLayout<Entry>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 2 << 20)
    if bytes >= 2 << 20 { unsafe _ = madvise(memory, bytes, 14) }
    return unsafe memory.bindMemory(to: Entry.self, capacity: 2 << Int(bits))
  }

  private mutating func fill(from seed: borrowing PretokenCache) {
    unsafe entries.update(from: seed.entries, count: 2 << Int(seed.bits))
    (used, results, texts) = (seed.used, seed.results, seed.texts)
  }

  /// Forgets everything but what `seed` knows, if there is no more room beside the table.
  ///
  /// The table keeps its size: lines that were worked out before must stay in it.
  mutating func makeRoom(seed: borrowing PretokenCache) {
    guard results.count * 4 + texts.count + 5 * Self.longest > maximumBeside else { return }
    unsafe entries.update(repeating: Entry(), count: 2 << Int(bits))
    (used, results, texts) = (0, seed.results, seed.texts)
    for index in 0..<2 << Int(seed.bits) where unsafe seed.entries[index].high != 0 {
      insertAgain(unsafe seed.entries[index])
    }
  }
}

extension PretokenCache {
  struct Entry {
    var low: UInt64 = 0
    /// 0 in a free entry.
    var high: UInt64 = 0
    /// The four highest bits of the last token are the number of tokens, or `manyTokens`.
    var tokens = SIMD4<UInt32>()
  }

  static var tokenBits: UInt32 { 28 }
  /// Where a pretoken can be: two entries in its line, two in the neighbour. Flipping the low bits of an entry's number
  /// leads from one to the next.
  private static var places: Int { 4 }
  /// Computed, for a stored one would be checked for being there at every use.
  @inline(__always)
  private static var tokenMask: SIMD4<UInt32> { SIMD4(.max, .max, .max, (1 << 28) - 1) }
  /// The tokens lie in `results`, from the index that the first token is, as many as the second one is.
  private static var manyTokens: UInt32 { 15 }
  /// The top byte of the second word where the pretoken has more than 15 bytes. The first word is then its hash; 8
  /// bits are its length, 48 its place in `texts`.
  private static var longMark: UInt64 { 0xff }
}

// MARK: Search

extension PretokenCache {
  /// Writes the tokens of a pretoken of at most 15 bytes and returns how many there are, if they are known, at most four
  /// and in the first line; else returns 0. There must be room for four.
  @inline(__always)
  @unsafe func find(_ key: PretokenKey, inLine line: Int, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let line = unsafe entries + line
    // Both entries are compared, for a branch on the first would too often be guessed wrong.
    let isSecond = unsafe (line[1].low ^ key.low) | (line[1].high ^ key.high) == 0
    let entry = unsafe line + (isSecond ? 1 : 0)
    guard unsafe (entry.pointee.low ^ key.low) | (entry.pointee.high ^ key.high) == 0 else { return 0 }
    let tokens = unsafe entry.pointee.tokens
    let count = Int(tokens.w >> Self.tokenBits)
    unsafe UnsafeMutableRawPointer(output).storeBytes(of: tokens & Self.tokenMask, as: SIMD4<UInt32>.self)
    return count <= 4 ? count : 0
  }

  /// Writes the tokens of a pretoken of at most 15 bytes, wherever they are, and returns how many; 0 where they are not
  /// known. There must be room for ``longest``.
  @unsafe func findAnywhere(_ key: PretokenKey, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let first = line(of: key.hash)
    for step in 0..<Self.places {
      let entry = unsafe entries[first ^ step]
      if entry.low == key.low, entry.high == key.high { return unsafe copy(entry.tokens, into: output) }
    }
    return 0
  }

  /// The same for a pretoken of 16 to ``longest`` bytes.
  @unsafe func findAnywhere(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, into output: UnsafeMutablePointer<TokenID>
  ) -> Int {
    let first = line(of: hash)
    for step in 0..<Self.places {
      let entry = unsafe entries[first ^ step]
      guard entry.low == hash, entry.high >> 48 == Self.longMark << 8 | UInt64(pretoken.count),
        unsafe isText(pretoken, at: Int(entry.high & 0xffff_ffff_ffff))
      else { continue }
      return unsafe copy(entry.tokens, into: output)
    }
    return 0
  }

  private func isText(_ pretoken: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    unsafe texts.withUnsafeBufferPointer { texts in
      unsafe Hashing.areEqual(texts.baseAddress! + place, pretoken.baseAddress!, count: pretoken.count)
    }
  }

  private func copy(_ packed: SIMD4<UInt32>, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let count = packed.w >> Self.tokenBits
    if count == Self.manyTokens {
      for index in 0..<Int(packed.y) { unsafe output[index] = results[Int(packed.x) + index] }
      return Int(packed.y)
    }
    let tokens = packed & Self.tokenMask
    for index in 0..<Int(count) { unsafe output[index] = tokens[index] }
    return Int(count)
  }

  /// Where the line that a hash names begins.
  @inline(__always)
  func line(of hash: UInt64) -> Int { Int(truncatingIfNeeded: (hash &>> (64 &- bits)) &<< 1) }

  /// Has the line on its way when ``find`` wants it.
  @inline(__always)
  func prefetch(line: Int) { unsafe chints_prefetch(entries + line) }
}

// MARK: Insertion

extension PretokenCache {
  /// Remembers the tokens of a pretoken of at most 15 bytes that is not known.
  @unsafe mutating func insert(_ key: PretokenKey, _ tokens: UnsafeBufferPointer<TokenID>) {
    let packed = unsafe pack(tokens)
    insert(Entry(low: key.low, high: key.high, tokens: packed), hash: key.hash)
  }

  /// Remembers the tokens of a pretoken of 16 to ``longest`` bytes that is not known.
  @unsafe mutating func insert(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    let high = Self.longMark << 56 | UInt64(pretoken.count) << 48 | UInt64(texts.count)
    unsafe texts.append(contentsOf: pretoken)
    insert(unsafe Entry(low: hash, high: high, tokens: pack(tokens)), hash: hash)
  }

  /// Remembers the tokens of a vocabulary's entry, after which 16 bytes can be read. Those that are too long are left out.
  @unsafe mutating func insert(
    pretoken: UnsafeBufferPointer<UInt8>, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    if pretoken.count <= PretokenKey.longest {
      unsafe insert(PretokenKey(pretoken.baseAddress!, count: pretoken.count), tokens)
    } else if pretoken.count <= Self.longest {
      unsafe insert(pretoken, hash: Hashing.hash(pretoken.baseAddress!, count: pretoken.count), tokens)
    }
  }

  private mutating func pack(_ tokens: UnsafeBufferPointer<TokenID>) -> SIMD4<UInt32> {
    var packed = SIMD4<UInt32>()
    if tokens.count > 4 {
      packed = SIMD4(UInt32(results.count), UInt32(tokens.count), 0, Self.manyTokens << Self.tokenBits)
      unsafe results.append(contentsOf: tokens)
    } else {
      for index in 0..<tokens.count { packed[index] = unsafe tokens[index] }
      packed.w |= UInt32(tokens.count) << Self.tokenBits
    }
    return packed
  }

  private mutating func insert(_ entry: Entry, hash: UInt64) {
    // With a quarter of the places taken, one pretoken in 200 is not in its own line.
    if 2 * used > 1 << bits, bits < maximumBits { grow() }
    let first = line(of: hash)
    for step in 0..<Self.places where unsafe entries[first ^ step].high == 0 {
      used += 1
      unsafe entries[first ^ step] = entry
      return
    }
    victim = (victim + 1) % Self.places
    unsafe entries[first ^ victim] = entry
  }

  private mutating func grow() {
    let old = unsafe entries, count = 2 << Int(bits)
    bits += 1
    unsafe entries = Self.allocate(bits)
    unsafe entries.initialize(repeating: Entry(), count: 2 << Int(bits))
    used = 0
    for index in 0..<count where unsafe old[index].high != 0 { insertAgain(unsafe old[index]) }
    unsafe old.deallocate()
  }

  private mutating func insertAgain(_ entry: Entry) {
    let isLong = entry.high >> 56 == Self.longMark
    insert(entry, hash: isLong ? entry.low : Hashing.mix(entry.low, entry.high))
  }
}
