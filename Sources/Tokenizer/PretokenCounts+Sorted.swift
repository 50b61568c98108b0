extension PretokenCounts {
  /// The memory that the counts take.
  package var byteCount: Int {
    capacity * MemoryLayout<Entry>.stride + texts.capacity + longs.capacity * MemoryLayout<Range<Int>>.stride
  }

  /// The memory that they might take at once while the next 64 bytes of a text are counted: a table that grows, and an
  /// array, is there twice for a moment, the new one twice as large.
  var bytesToGoOn: Int {
    let table = capacity * MemoryLayout<Entry>.stride
    let grows = 3 * (distinctCount + ByteBlock.size + 2) > 2 * capacity
    return (grows ? 3 : 1) * table + 3 * (texts.count + longs.count * MemoryLayout<Range<Int>>.stride)
  }

  /// Calls `body` with each pretoken, in the order of their bytes, and forgets them all, also where `body` throws.
  ///
  /// Sorting takes a third of the table's memory, less than its next growth would have taken.
  package mutating func drainSorted<Failure: Error>(
    _ body: (Span<UInt8>, Int64) throws(Failure) -> Void
  ) throws(Failure) {
    defer { removeAll() }
    var end = 0
    for index in 0..<capacity where unsafe entries[index].count > 0 {
      unsafe entries[end] = entries[index]
      end += 1
    }
    var sorted = unsafe UnsafeMutableBufferPointer(rebasing: entries[..<end])
    unsafe sorted.sort { precedes($0, $1) }
    for index in 0..<end {
      let entry = unsafe sorted[index]
      try withBytes(of: entry) { (bytes: Span<UInt8>) throws(Failure) in try body(bytes, entry.count) }
    }
  }

  /// Whether the bytes of one come before those of the other; of two where one begins the other, the shorter comes first.
  @inline(__always)
  private func precedes(_ a: Entry, _ b: Entry) -> Bool {
    if a.key.high >> 56 == Self.longMark || b.key.high >> 56 == Self.longMark { return precedesLong(a, b) }
    // The lengths are in the last byte of the keys.
    if a.key.low != b.key.low { return a.key.low.byteSwapped < b.key.low.byteSwapped }
    return a.key.high.byteSwapped < b.key.high.byteSwapped
  }

  private func precedesLong(_ a: Entry, _ b: Entry) -> Bool {
    var result = false
    withBytes(of: a) { a in
      withBytes(of: b) { b in
        let common = min(a.count, b.count)
        var place = 0
        while place < common, a[place] == b[place] { place += 1 }
        result = place < common ? a[place] < b[place] : a.count < b.count
      }
    }
    return result
  }
}
