internal import CHints

/// The tokens of pretokens of at most 15 bytes met before.
///
/// Entries are 32 bytes: the pretoken itself and its tokens, if they are at most eight of 16 bits or six of 21. They lie
/// in lines of two, as the processor fetches them; a pretoken is in the line that its hash names or, if that was full,
/// in that one's neighbour, so that a search ends after two lines whatever the hashes. More tokens lie beside the table.
/// Where both lines are full, new entries take the place of old ones. When there is no more room beside the table, everything goes but
/// what was there from the start.
@safe struct PretokenCache: ~Copyable {
  private var pages: Pages
  /// The logarithm of the number of lines.
  private let bits: UInt64
  /// Whether all ids fit 16 bits.
  let isNarrow: Bool
  private var victim = 0
  /// The tokens of results that do not fit an entry: a number for each, or two where ids are not narrow.
  private var results: [UInt16] = []
  private let maximumResults: Int

  /// - Parameters:
  ///   - entries: the number of entries that there will be room for
  ///   - vocabularySize: what all ids are below
  init(entries count: Int, vocabularySize: Int) {
    var bits: UInt64 = 8
    while 1 << bits < count { bits += 1 }
    self.bits = bits
    isNarrow = TokenBuffer.isNarrow(vocabularySize: vocabularySize)
    maximumResults = .max
    pages = Self.pages(bits)
  }

  /// One that begins with what `seed` has.
  ///
  /// - Parameters:
  ///   - tableBytes: the most that the table may take, if it is no less than the seed's
  ///   - resultBytes: the same for what lies beside it
  init(seed: borrowing PretokenCache, tableBytes: Int, resultBytes: Int) {
    var bits = seed.bits
    while (4 << bits) * MemoryLayout<Entry>.stride <= tableBytes { bits += 1 }
    self.bits = bits
    isNarrow = seed.isNarrow
    // Forgetting costs as much as the seed is large: it is not done for a few results.
    maximumResults = min(max(resultBytes / 2, seed.results.count + 1 << 16), Int(UInt32.max))
    pages = Self.pages(bits)
    insert(all: seed)
  }

  private static func pages(_ bits: UInt64) -> Pages {
    Pages(bytes: (2 << Int(bits)) * MemoryLayout<Entry>.stride)
  }

  private var entries: UnsafeMutablePointer<Entry> {
    unsafe pages.start.assumingMemoryBound(to: Entry.self)
  }
}

extension PretokenCache {
  struct Entry {
    var low: UInt64 = 0
    /// The second word of the key; in its top bits the number of tokens, or `manyTokens`. 0 in a free entry.
    var high: UInt64 = 0
    /// Eight ids of 16 bits, or six of 21 (``chints_unpack21``). Many tokens lie in `results`, from the index that is the first
    /// number of 32 bits, as many as the second one is.
    var tokens = SIMD8<UInt16>()
  }

  /// Where the lines are, for a while in which none is added.
  @safe struct Lines {
    fileprivate let start: UnsafeRawPointer
    fileprivate let shift: UInt64

    /// Where the line that a hash names begins, in bytes.
    @inline(__always)
    func place(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift & ~63) }

    /// Has a line on its way when it is wanted.
    @inline(__always)
    func prefetch(_ line: Int) { unsafe chints_prefetch(start + line) }
  }

  @inline(__always)
  var lines: Lines { unsafe Lines(start: UnsafeRawPointer(pages.start), shift: 64 &- 6 &- bits) }

  /// Where a pretoken can be: two entries in its line, two in the neighbour. Flipping the low bits of an entry's number
  /// leads from one to the next.
  private static var places: Int { 4 }
  private static var countShift: UInt64 { 60 }
  private static var keyMask: UInt64 { 1 << countShift - 1 }
  private static var manyTokens: Int { 15 }
  /// How many ids an entry has room for where they are not narrow.
  private static var wideTokens: Int { 6 }
}

// MARK: Search

extension PretokenCache {
  /// Writes the tokens of a batch's pretokens from the one at `start` on, up to the first that is not in its line, in as many
  /// bytes each as a ``TokenBuffer`` has for them. There must be room for a token for each byte, and for eight more.
  ///
  /// - Returns: the number of that pretoken, or `end`; and how many tokens were written
  @inline(__always)
  @unsafe func find(
    _ batch: borrowing PretokenBatch, from start: Int, to end: Int, into output: UnsafeMutableRawPointer
  ) -> (next: Int, written: Int) {
    isNarrow
      ? unsafe find(batch, from: start, to: end, into: output, width: 2)
      : unsafe find(batch, from: start, to: end, into: output, width: 4)
  }

  @inline(__always)
  private func find(
    _ batch: borrowing PretokenBatch, from start: Int, to end: Int, into output: UnsafeMutableRawPointer,
    width: Int
  ) -> (next: Int, written: Int) {
    let (table, places) = unsafe (UnsafeRawPointer(pages.start), batch.places)
    let half = MemoryLayout<Entry>.stride
    var written = 0
    var index = start
    while index < end {
      let key = unsafe places[index].key
      var entry = unsafe table + places[index].line
      // No branch, which would too often be guessed wrong. Should the second entry be another's with the same first
      // word, the slow path sets it right.
      unsafe entry += entry.load(fromByteOffset: half, as: UInt64.self) == key.low ? half : 0
      let high = unsafe entry.load(fromByteOffset: 8, as: UInt64.self)
      guard unsafe (entry.load(as: UInt64.self) ^ key.low) | ((high ^ key.high) & Self.keyMask) == 0 else {
        break
      }
      // All of them, however many there are.
      let tokens = unsafe entry.load(fromByteOffset: 16, as: SIMD8<UInt16>.self)
      unsafe Self.write(tokens, to: output + width &* written, isNarrow: width == 2)
      let count = Int(truncatingIfNeeded: high &>> Self.countShift)
      if count == Self.manyTokens {
        unsafe written &+= copyMany(tokens, into: output + width &* written)
      } else {
        written &+= count
      }
      index &+= 1
    }
    return (index, written)
  }

  @inline(__always)
  private static func write(_ tokens: SIMD8<UInt16>, to output: UnsafeMutableRawPointer, isNarrow: Bool) {
    if isNarrow {
      unsafe output.storeBytes(of: tokens, as: SIMD8<UInt16>.self)
    } else {
      let wide = unsafe chints_unpack21(unsafeBitCast(tokens, to: SIMD16<UInt8>.self))
      unsafe output.storeBytes(of: wide, as: SIMD8<UInt32>.self)
    }
  }

  private func copyMany(_ tokens: SIMD8<UInt16>, into output: UnsafeMutableRawPointer) -> Int {
    let place = unsafe unsafeBitCast(tokens, to: SIMD4<UInt32>.self)
    let count = Int(place.y)
    unsafe results.withUnsafeBufferPointer { results in
      unsafe output.copyMemory(
        from: results.baseAddress! + Int(place.x), byteCount: (isNarrow ? 2 : 4) * count)
    }
    return count
  }

  /// Writes the tokens of a pretoken, wherever they are, and returns how many; 0 where they are not known.
  @unsafe func find(_ key: PretokenKey, into output: UnsafeMutableRawPointer) -> Int {
    let first = index(of: key)
    for step in 0..<Self.places {
      let entry = unsafe entries[first ^ step]
      if entry.low == key.low, entry.high & Self.keyMask == key.high {
        unsafe Self.write(entry.tokens, to: output, isNarrow: isNarrow)
        let count = Int(truncatingIfNeeded: entry.high &>> Self.countShift)
        return count == Self.manyTokens ? unsafe copyMany(entry.tokens, into: output) : count
      }
      // No line is left for its neighbour before it is full.
      if entry.high == 0 { return 0 }
    }
    return 0
  }

  /// The first entry of a key's line.
  private func index(of key: PretokenKey) -> Int { lines.place(of: key.hash) / MemoryLayout<Entry>.stride }
}

// MARK: Insertion

extension PretokenCache {
  /// Remembers the tokens of a pretoken that is not known. Eight tokens can be read, however many there are.
  ///
  /// - Parameter seed: what is left when there is no more room for results.
  @unsafe mutating func insert(
    _ key: PretokenKey, _ tokens: UnsafeBufferPointer<TokenID>, seed: borrowing PretokenCache
  ) {
    if results.count + 2 * PretokenKey.longest > maximumResults { forget(seed: seed) }
    unsafe insert(key, tokens)
  }

  /// The same where there is room.
  @unsafe mutating func insert(_ key: PretokenKey, _ tokens: UnsafeBufferPointer<TokenID>) {
    insert(unsafe entry(key, tokens))
  }

  private mutating func entry(_ key: PretokenKey, _ tokens: UnsafeBufferPointer<TokenID>) -> Entry {
    let fits = tokens.count <= (isNarrow ? 8 : Self.wideTokens)
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
      let wide = unsafe UnsafeRawPointer(tokens.baseAddress!).loadUnaligned(as: SIMD8<UInt32>.self)
      packed = SIMD8(truncatingIfNeeded: wide)
    } else {
      packed = unsafe Self.packed(tokens)
    }
    let count = UInt64(fits ? tokens.count : Self.manyTokens)
    return Entry(low: key.low, high: key.high | count << Self.countShift, tokens: packed)
  }

  /// Ids of 21 bits, one after another.
  private static func packed(_ tokens: UnsafeBufferPointer<TokenID>) -> SIMD8<UInt16> {
    var words = SIMD2<UInt64>()
    for index in 0..<tokens.count {
      let token = UInt64(unsafe tokens[index])
      // Shifts beyond either end leave no bit.
      words.x |= token << (21 * index)
      words.y |= token << (21 * index - 64)
    }
    return unsafe unsafeBitCast(words, to: SIMD8<UInt16>.self)
  }

  private mutating func insert(_ entry: Entry) {
    let first = index(of: PretokenKey(low: entry.low, high: entry.high & Self.keyMask))
    for step in 0..<Self.places where unsafe entries[first ^ step].high == 0 {
      unsafe entries[first ^ step] = entry
      return
    }
    victim = (victim + 1) % Self.places
    unsafe entries[first ^ victim] = entry
  }

  private mutating func insert(all seed: borrowing PretokenCache) {
    results = seed.results
    for index in 0..<2 << Int(seed.bits) where unsafe seed.entries[index].high != 0 {
      insert(unsafe seed.entries[index])
    }
  }

  private mutating func forget(seed: borrowing PretokenCache) {
    pages = Self.pages(bits)
    insert(all: seed)
  }

  /// Has all of its memory cleared now.
  func prepare() { pages.touch() }
}
