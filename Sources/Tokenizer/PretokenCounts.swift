/// How often each pretoken occurs in the documents counted: all that learning needs to know of a corpus.
///
///     var counts = PretokenCounts()
///     for document in documents { counts.count(document) }
///
/// Counting on several threads: one for each, merged afterwards. Neither the order of documents nor how they were
/// divided matters for what is learned. A document may be cut where ``Pretokenizer/lastSafeCut(_:after:pattern:)`` says.
@safe public struct PretokenCounts: ~Copyable, @unchecked Sendable {
  struct Entry {
    var key = PretokenKey(low: 0, high: 0)
    var count: Int64 = 0
  }

  /// At the first free place from the one that the hash names; at most two thirds are taken.
  var entries: UnsafeMutableBufferPointer<Entry>
  private var bits: UInt64
  var capacity: Int { 1 << Int(bits) }
  /// The bytes of pretokens of more than 15. The second word of their keys is `longMark` and a place in `longs`.
  private(set) var texts: [UInt8] = []
  private(set) var longs: [Range<Int>] = []
  /// The number of different pretokens.
  public private(set) var distinctCount = 0
  static var longMark: UInt64 { 0xff }

  /// Random, so that nobody can write a text whose pretokens share a place.
  private let hashKey = SIMD2<UInt64>(.random(in: 0...(.max)), .random(in: 0...(.max)))

  /// What cuts documents into pretokens.
  public let pattern: Pretokenizer.Pattern

  public init(pattern: Pretokenizer.Pattern = .gpt2) {
    self.pattern = pattern
    bits = 12
    unsafe entries = Self.allocate(bits)
  }

  private static func allocate(_ bits: UInt64) -> UnsafeMutableBufferPointer<Entry> {
    let entries = UnsafeMutableBufferPointer<Entry>.allocate(capacity: 1 << Int(bits))
    unsafe entries.initialize(repeating: Entry())
    return unsafe entries
  }

  deinit { unsafe entries.deallocate() }

  /// The number of pretokens.
  public var totalCount: Int {
    var total: Int64 = 0
    for index in 0..<capacity { total += unsafe entries[index].count }
    return Int(total)
  }

  /// Adds the pretokens of a document.
  public mutating func count(_ document: Span<UInt8>) {
    _ = count(document, from: 0, upTo: .max)
  }

  /// Adds the pretokens of a document from where one of them starts, until the counts, while they grow, might take more
  /// than `limit` bytes of memory; but a few of them at least. Returns where the next one starts, or where the document ends.
  ///
  /// No pattern looks back, so what a pretoken is does not depend on what stands before it.
  package mutating func count(_ document: Span<UInt8>, from first: Int, upTo limit: Int) -> Int {
    unsafe document.withUnsafeBufferPointer { document in
      guard first < document.count else { return document.count }
      let text = unsafe UnsafeBufferPointer(rebasing: document[first...])
      let base = text.baseAddress!
      let counted =
        switch pattern {
        case .gpt2: unsafe count(text, PretokenScanner(base, count: text.count), upTo: limit)
        case .cl100k: unsafe count(text, CL100KScanner(base, count: text.count), upTo: limit)
        case .o200k: unsafe count(text, O200KScanner(base, count: text.count), upTo: limit)
        }
      return first + counted
    }
  }

  private mutating func count(
    _ text: UnsafeBufferPointer<UInt8>, _ scanner: some PretokenScanning, upTo limit: Int
  ) -> Int {
    var scanner = scanner
    let base = text.baseAddress!
    return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: ByteBlock.size + 2) { starts in
      let starts = starts.baseAddress!
      unsafe starts[0] = 0
      while !scanner.isAtEnd {
        // The last start of the block before stays in front.
        var found = unsafe scanner.next(into: starts + 1)
        if scanner.isAtEnd {
          found += 1
          unsafe starts[found] = text.count
        }
        for index in 0..<found {
          let pretoken = unsafe UnsafeBufferPointer(
            start: base + starts[index], count: starts[index + 1] - starts[index])
          unsafe add(pretoken, 1, canReadOn: starts[index] + 16 <= text.count)
        }
        unsafe starts[0] = starts[found]
        if limit < .max, distinctCount > 0, bytesToGoOn > limit { break }
      }
      return unsafe starts[0]
    }
  }

  /// Adds another's counts.
  ///
  /// - Precondition: both have one pattern.
  ///
  /// Room for all of them is made first: they come in the order of their hashes, and in a table too small for them would
  /// crowd at its beginning and be searched for one by one.
  public mutating func merge(_ other: borrowing PretokenCounts) {
    precondition(pattern == other.pattern, "counts of different patterns are not added")
    makeRoom(for: distinctCount + other.distinctCount)
    other.forEach { pretoken, count in
      unsafe pretoken.withUnsafeBufferPointer { unsafe add($0, count, canReadOn: false) }
    }
  }

  /// Calls `body` with each pretoken and how often it was counted, in no order.
  package func forEach(_ body: (Span<UInt8>, Int64) -> Void) {
    for index in 0..<capacity {
      let entry = unsafe entries[index]
      if entry.count > 0 { withBytes(of: entry) { body($0, entry.count) } }
    }
  }

  /// Calls `body` with the pretoken of an entry.
  @inline(__always)
  func withBytes<Failure: Error>(of entry: Entry, _ body: (Span<UInt8>) throws(Failure) -> Void)
    throws(Failure)
  {
    if entry.key.high >> 56 == Self.longMark {
      let place = longs[Int(entry.key.high & 0xffff_ffff_ffff)]
      try body(texts.span.extracting(place))
    } else {
      var key = InlineArray<16, UInt8>(repeating: 0)
      let length = Int(entry.key.high >> 56)
      for index in 0..<8 { key[index] = UInt8(truncatingIfNeeded: entry.key.low >> UInt64(8 * index)) }
      for index in 8..<16 { key[index] = UInt8(truncatingIfNeeded: entry.key.high >> UInt64(8 * index - 64)) }
      try body(key.span.extracting(0..<length))
    }
  }

  /// Forgets everything and gives the memory back.
  mutating func removeAll() {
    unsafe entries.deallocate()
    bits = 12
    unsafe entries = Self.allocate(bits)
    texts = []
    longs = []
    distinctCount = 0
  }
}

extension PretokenCounts {
  @inline(__always)
  private mutating func add(_ pretoken: UnsafeBufferPointer<UInt8>, _ count: Int64, canReadOn: Bool) {
    guard !pretoken.isEmpty else { return }
    guard pretoken.count <= PretokenKey.longest else { return unsafe addLong(pretoken, count) }
    let key =
      unsafe canReadOn
      ? PretokenKey(pretoken.baseAddress!, count: pretoken.count)
      : PretokenKey(padding: pretoken.baseAddress!, count: pretoken.count)
    var place = place(of: hash(key))
    while unsafe entries[place].count != 0 {
      if unsafe entries[place].key == key {
        unsafe entries[place].count += count
        return
      }
      place = next(place)
    }
    insert(Entry(key: key, count: count), at: place)
  }

  private mutating func addLong(_ pretoken: UnsafeBufferPointer<UInt8>, _ count: Int64) {
    let hash = unsafe Hashing.hash(pretoken.baseAddress!, count: pretoken.count, key: hashKey)
    var place = place(of: hash)
    while unsafe entries[place].count != 0 {
      if unsafe entries[place].key.low == hash, unsafe isLong(entries[place].key, pretoken) {
        unsafe entries[place].count += count
        return
      }
      place = next(place)
    }
    let key = PretokenKey(low: hash, high: Self.longMark << 56 | UInt64(longs.count))
    longs.append(texts.count..<texts.count + pretoken.count)
    unsafe texts.append(contentsOf: pretoken)
    insert(Entry(key: key, count: count), at: place)
  }

  private func isLong(_ key: PretokenKey, _ pretoken: UnsafeBufferPointer<UInt8>) -> Bool {
    guard key.high >> 56 == Self.longMark else { return false }
    let known = longs[Int(key.high & 0xffff_ffff_ffff)]
    guard known.count == pretoken.count else { return false }
    return unsafe texts.withUnsafeBufferPointer { texts in
      unsafe Hashing.areEqual(
        texts.baseAddress! + known.lowerBound, pretoken.baseAddress!, count: known.count)
    }
  }

  private mutating func insert(_ entry: Entry, at place: Int) {
    unsafe entries[place] = entry
    distinctCount += 1
    makeRoom(for: distinctCount)
  }

  private mutating func makeRoom(for count: Int) {
    guard 3 * count > 2 * capacity else { return }
    let old = unsafe entries, oldCapacity = capacity
    while 3 * count > 2 * capacity { bits += 1 }
    unsafe entries = Self.allocate(bits)
    for index in 0..<oldCapacity where unsafe old[index].count > 0 {
      let entry = unsafe old[index]
      let isLong = entry.key.high >> 56 == Self.longMark
      var place = place(of: isLong ? entry.key.low : hash(entry.key))
      while unsafe entries[place].count != 0 { place = next(place) }
      unsafe entries[place] = entry
    }
    unsafe old.deallocate()
  }

  @inline(__always)
  private func hash(_ key: PretokenKey) -> UInt64 { Hashing.mix(key.low ^ hashKey.x, key.high ^ hashKey.y) }

  @inline(__always)
  private func place(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> (64 &- bits)) }

  @inline(__always)
  private func next(_ place: Int) -> Int { (place &+ 1) & (capacity &- 1) }
}
