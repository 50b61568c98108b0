internal import CHints
internal import Glibc

/// The tokens of pretokens met before.
///
/// Entries are 32 bytes: the pretoken itself, if it has at most 15 bytes, and its tokens, if they are at most eight of 16
/// bits or four of 32. They lie in lines of two, as the processor fetches them; a pretoken is in the line that its hash
/// names or in that one's neighbour, so that a search ends after two lines whatever the hashes. Longer pretokens and
/// longer results lie beside the table. The table doubles while there is room; then new entries take the place of old
/// ones, and when there is no more room beside it, everything goes but what was there from the start.
@safe struct PretokenCache: ~Copyable {
  /// Longer pretokens are not remembered.
  static let longest = 255

  private var entries: UnsafeMutablePointer<Entry>
  /// The logarithm of the number of lines.
  private var bits: UInt64
  private let maximumBits: UInt64
  /// Whether all ids fit 16 bits.
  private let isNarrow: Bool
  private var used = 0
  private var victim = 0
  /// The tokens of results that do not fit an entry: a number for each, or two where ids are not narrow.
  private var results: [UInt16] = []
  /// The bytes of pretokens of more than 15.
  private var texts: [UInt8] = []
  private let maximumBeside: Int

  /// - Parameters:
  ///   - entries: the number of entries that there will be room for
  ///   - vocabularySize: what all ids are below
  init(entries count: Int, vocabularySize: Int) {
    var bits: UInt64 = 8
    while 1 << bits < count { bits += 1 }
    self.bits = bits
    isNarrow = vocabularySize <= 1 << 16
    (maximumBits, maximumBeside) = (bits, .max)
    unsafe entries = Self.allocate(bits)
    unsafe entries.initialize(repeating: Entry(), count: 2 << Int(bits))
  }

  /// A copy of `seed` that can grow.
  ///
  /// - Parameter bytes: the most that the table may take, and half of what lies beside it may take
  init(copying seed: borrowing PretokenCache, bytes: Int) {
    bits = seed.bits
    isNarrow = seed.isNarrow
    var most = seed.bits
    while (4 << most) * MemoryLayout<Entry>.stride <= bytes { most += 1 }
    maximumBits = most
    maximumBeside = max(bytes / 2, seed.sizeBeside)
    unsafe entries = Self.allocate(bits)
    fill(from: seed)
  }

  deinit { unsafe entries.deallocate() }

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

  private var sizeBeside: Int { results.count * 2 + texts.count }

  /// Forgets everything but what `seed` knows, if there is no more room beside the table.
  @inline(__always)
  mutating func makeRoom(seed: borrowing PretokenCache) {
    if sizeBeside + 5 * Self.longest > maximumBeside { forget(seed: seed) }
  }

  /// The table keeps its size: lines that were worked out before must stay in it.
  private mutating func forget(seed: borrowing PretokenCache) {
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
    /// The second word of the key; in its top bits the number of tokens, or `manyTokens`. 0 in a free entry.
    var high: UInt64 = 0
    /// Eight ids, or four of twice the size. Many tokens lie in `results`, from the index that is the first number of 32
    /// bits, as many as the second one is.
    var tokens = SIMD8<UInt16>()
  }

  /// Where a pretoken can be: two entries in its line, two in the neighbour. Flipping the low bits of an entry's number
  /// leads from one to the next.
  private static var places: Int { 4 }
  private static var countShift: UInt64 { 60 }
  private static var keyMask: UInt64 { 1 << countShift - 1 }
  private static var manyTokens: Int { 15 }
}

// MARK: Search

extension PretokenCache {
  /// Writes the tokens of a pretoken of at most 15 bytes and returns how many there are, if they are known and in the first
  /// line; else returns 0. There must be room for 15.
  @inline(__always)
  @unsafe func find(_ key: PretokenKey, inLine line: Int, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let line = unsafe entries + line
    // Both entries are compared, for a branch on the first would too often be guessed wrong.
    let isSecond = unsafe Self.isSame(line[1], key)
    let entry = unsafe line + (isSecond ? 1 : 0)
    guard unsafe Self.isSame(entry.pointee, key) else { return 0 }
    return unsafe copy(entry.pointee, into: output)
  }

  @inline(__always)
  private static func isSame(_ entry: Entry, _ key: PretokenKey) -> Bool {
    (entry.low ^ key.low) | ((entry.high ^ key.high) & keyMask) == 0
  }

  /// Writes an entry's tokens, and up to eight in any case.
  @inline(__always)
  @unsafe private func copy(_ entry: Entry, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let count = Int(truncatingIfNeeded: entry.high &>> Self.countShift)
    let raw = UnsafeMutableRawPointer(output)
    if isNarrow {
      unsafe raw.storeBytes(of: SIMD8<UInt32>(truncatingIfNeeded: entry.tokens), as: SIMD8<UInt32>.self)
    } else {
      unsafe raw.storeBytes(of: entry.tokens, as: SIMD8<UInt16>.self)
    }
    return count == Self.manyTokens ? unsafe copyMany(entry, into: output) : count
  }

  @unsafe private func copyMany(_ entry: Entry, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let place = unsafe unsafeBitCast(entry.tokens, to: SIMD4<UInt32>.self)
    let count = Int(place.y)
    unsafe results.withUnsafeBufferPointer { results in
      let start = unsafe results.baseAddress! + Int(place.x)
      if isNarrow {
        for index in 0..<count { unsafe output[index] = UInt32(start[index]) }
      } else {
        unsafe UnsafeMutableRawPointer(output).copyMemory(from: start, byteCount: 4 * count)
      }
    }
    return count
  }

  /// Writes the tokens of a pretoken of at most 15 bytes, wherever they are, and returns how many; 0 where they are not
  /// known. There must be room for ``longest``.
  @unsafe func findAnywhere(_ key: PretokenKey, into output: UnsafeMutablePointer<TokenID>) -> Int {
    let first = line(of: key.hash)
    for step in 0..<Self.places {
      let entry = unsafe entries[first ^ step]
      if Self.isSame(entry, key) { return unsafe copy(entry, into: output) }
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
      guard entry.low == hash, (entry.high & Self.keyMask) &>> 48 == UInt64(pretoken.count),
        unsafe isText(pretoken, at: Int(entry.high & 0xffff_ffff_ffff))
      else { continue }
      return unsafe copy(entry, into: output)
    }
    return 0
  }

  private func isText(_ pretoken: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    unsafe texts.withUnsafeBufferPointer { texts in
      unsafe Hashing.areEqual(texts.baseAddress! + place, pretoken.baseAddress!, count: pretoken.count)
    }
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
    insert(unsafe entry(low: key.low, high: key.high, tokens), hash: key.hash)
  }

  /// Remembers the tokens of a pretoken of 16 to ``longest`` bytes that is not known.
  @unsafe mutating func insert(
    _ pretoken: UnsafeBufferPointer<UInt8>, hash: UInt64, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    // A length of 0 in the place where the keys of short ones have theirs.
    let high = UInt64(pretoken.count) << 48 | UInt64(texts.count)
    unsafe texts.append(contentsOf: pretoken)
    insert(unsafe entry(low: hash, high: high, tokens), hash: hash)
  }

  /// Remembers the tokens of a vocabulary's entry, after which 16 bytes can be read.
  @unsafe mutating func insert(
    vocabularyEntry bytes: UnsafeBufferPointer<UInt8>, _ tokens: UnsafeBufferPointer<TokenID>
  ) {
    if bytes.count <= PretokenKey.longest {
      unsafe insert(PretokenKey(bytes.baseAddress!, count: bytes.count), tokens)
    } else {
      unsafe insert(bytes, hash: Hashing.hash(bytes.baseAddress!, count: bytes.count), tokens)
    }
  }

  private mutating func entry(low: UInt64, high: UInt64, _ tokens: UnsafeBufferPointer<TokenID>) -> Entry {
    let fits = tokens.count <= (isNarrow ? 8 : 4)
    var packed = SIMD8<UInt16>()
    if !fits {
      let place = SIMD4(UInt32(results.count), UInt32(tokens.count), 0, 0)
      packed = unsafe unsafeBitCast(place, to: SIMD8<UInt16>.self)
      if isNarrow {
        for index in 0..<tokens.count { results.append(UInt16(truncatingIfNeeded: unsafe tokens[index])) }
      } else {
        unsafe results.append(contentsOf: UnsafeRawBufferPointer(tokens).bindMemory(to: UInt16.self))
      }
    } else if isNarrow {
      for index in 0..<tokens.count { packed[index] = UInt16(truncatingIfNeeded: unsafe tokens[index]) }
    } else {
      var wide = SIMD4<UInt32>()
      for index in 0..<tokens.count { wide[index] = unsafe tokens[index] }
      packed = unsafe unsafeBitCast(wide, to: SIMD8<UInt16>.self)
    }
    let count = UInt64(fits ? tokens.count : Self.manyTokens)
    return Entry(low: low, high: high | count << Self.countShift, tokens: packed)
  }

  private mutating func insert(_ entry: Entry, hash: UInt64) {
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
    let isLong = entry.high >> 56 & 15 == 0
    insert(entry, hash: isLong ? entry.low : Hashing.mix(entry.low, entry.high & Self.keyMask))
  }
}
