/// The pretokens that are looked up together, and what to look them up by.
///
/// While one is looked up, the lines of the others are on their way from memory.
@safe struct PretokenBatch: ~Copyable {
  /// Pretokens looked up at a time; there is room for those of two blocks more.
  static let size = 256
  private static let capacity = size + 2 * ByteBlock.size

  /// What a pretoken is looked up by.
  struct Place {
    var key: PretokenKey
    /// Where the key's line is in the cache, in bytes.
    var line: Int
  }

  /// Where each pretoken starts, and where the last one ends.
  let starts: UnsafeMutablePointer<Int>
  let places: UnsafeMutablePointer<Place>
  /// The numbers of those that have more than 15 bytes.
  private let longs: UnsafeMutablePointer<Int>
  /// What is left of a key's bytes by their number.
  private let masks: UnsafeMutablePointer<PretokenKey>

  init() {
    unsafe starts = .allocate(capacity: Self.capacity)
    unsafe places = .allocate(capacity: Self.capacity)
    unsafe longs = .allocate(capacity: Self.capacity)
    unsafe masks = .allocate(capacity: PretokenKey.longest + 1)
    for count in 0...PretokenKey.longest { unsafe masks[count] = PretokenKey.mask(count) }
  }

  deinit {
    unsafe starts.deallocate()
    unsafe places.deallocate()
    unsafe longs.deallocate()
    unsafe masks.deallocate()
  }

  /// Works out keys and lines of the first `count` pretokens, and has their lines fetched.
  @inline(__always)
  @unsafe func prepare(
    _ text: UnsafeBufferPointer<UInt8>, count: Int, _ cache: borrowing PretokenCache,
    _ longCache: borrowing LongPretokenCache
  ) {
    let base = text.baseAddress!
    // Of those that start later, 16 bytes cannot be read.
    let lastWhole = text.count - 16
    var whole = count
    while whole > 0, unsafe starts[whole - 1] > lastWhole { whole -= 1 }
    // In registers, as nothing that is written could change them.
    let (starts, places, longs, masks) = unsafe (starts, places, longs, masks)
    let table = cache.lines
    var longCount = 0
    var start = unsafe starts[0]
    for index in 0..<whole {
      let end = unsafe starts[index &+ 1]
      let length = end &- start
      // A key that is no pretoken's leads to the slow path.
      var key = PretokenKey.none
      if length <= PretokenKey.longest {
        key = unsafe PretokenKey(base + start, count: length, mask: masks[length])
      } else {
        unsafe longs[longCount] = index
        longCount &+= 1
      }
      let line = table.place(of: key.hash)
      unsafe places[index] = Place(key: key, line: line)
      table.prefetch(line)
      start = end
    }
    if longCount > 0 { unsafe prepareLongs(base, longCount, longCache) }
    for index in whole..<count {
      unsafe prepareLast(UnsafeBufferPointer(rebasing: text[starts[index]..<starts[index + 1]]), index, table)
    }
  }

  /// A long pretoken's key holds its hash.
  @inline(never)
  private func prepareLongs(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ cache: borrowing LongPretokenCache
  ) {
    for place in 0..<count {
      let index = unsafe longs[place]
      let start = unsafe starts[index], length = unsafe starts[index + 1] - start
      guard length <= LongPretokenCache.longest else { continue }
      let hash = unsafe cache.hash(base + start, count: length)
      unsafe places[index].key.low = hash
      cache.prefetchSlot(hash)
    }
    // The slots are here by now.
    for place in 0..<count { unsafe cache.prefetchRecord(places[longs[place]].key.low) }
  }

  /// One that starts in the last 15 bytes of the text.
  private func prepareLast(_ pretoken: UnsafeBufferPointer<UInt8>, _ index: Int, _ table: PretokenCache.Lines)
  {
    let key = unsafe PretokenKey(padding: pretoken.baseAddress!, count: pretoken.count)
    unsafe places[index] = Place(key: key, line: table.place(of: key.hash))
  }
}
