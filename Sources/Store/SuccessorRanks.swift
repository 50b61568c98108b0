internal import CHints

/// Finds the rank of a token among the successors of the one before. Threads share it.
///
/// Each list is a small hash table whose buckets are a line of 64 bytes, what the processor fetches at once: ids, then their
/// ranks. Its multiplier was chosen so that no bucket has too many. So a look-up takes one line and no branch, and of
/// English, for which seven look-ups in ten hit and three miss, that is three times as fast as open addressing was.
struct SuccessorRanks: Sendable {
  /// For each id the multiplier of its hash in the low half; above that the logarithm of its lines, five bits, and the
  /// number of the first. The lists of ids without successors, and of the id that is not there, are the first line.
  private let lists: [UInt64]
  private let lines: [SIMD64<UInt8>]

  /// Stands for tokens that a list does not have.
  static let none: UInt32 = 255

  init(_ table: SuccessorLists) {
    var builder = LineBuilder(isNarrow: table.vocabularySize <= 65_536)
    var lists: [UInt64] = []
    lists.reserveCapacity(table.vocabularySize + 1)
    var start = 0
    for length in table.lengths.map({ Int($0) }) {
      lists.append(builder.add(table.successors[start..<start + length]))
      start += length
    }
    self.lists = lists + [builder.add([])]
    lines = builder.lines
  }

  /// Looks up each of the `tokens` among the ids of a frame behind the one before it, the first behind the id that is not there.
  ///
  /// - Precondition: the ids are of the table's vocabulary, and there is room for a rank of each token and for ``ahead`` places.
  @unsafe @inline(__always)
  func look<ID: FixedWidthInteger & UnsignedInteger>(
    up tokens: Range<Int>, of ids: UnsafeRawBufferPointer, as: ID.Type,
    into ranks: UnsafeMutablePointer<UInt8>, places: UnsafeMutablePointer<UInt32>
  ) {
    unsafe lists.withUnsafeBufferPointer { lists in
      unsafe lines.withUnsafeBytes { lines in
        let lines = unsafe lines.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var list = unsafe lists[lists.count &- 1]
        var start = tokens.lowerBound
        while start < tokens.upperBound {
          let part = start..<min(start &+ Self.ahead, tokens.upperBound)
          for token in part {
            let id = unsafe Self.id(ids, token, as: ID.self)
            let place = Self.line(id, list)
            unsafe chints_prefetch(lines + 64 &* place)
            unsafe places[token &- start] = UInt32(truncatingIfNeeded: place)
            list = unsafe lists[Int(id)]
          }
          for token in part {
            let id = unsafe Self.id(ids, token, as: ID.self)
            let line = unsafe lines + 64 &* Int(places[token &- start])
            let rank =
              ID.bitWidth == 16
              ? unsafe chints_rank21(line, UInt16(truncatingIfNeeded: id)) : unsafe chints_rank12(line, id)
            unsafe ranks[token &- tokens.lowerBound] = UInt8(truncatingIfNeeded: rank)
          }
          start = part.upperBound
        }
      }
    }
  }

  /// So many lines are asked for before the first is looked at: else the processor waits for a few at a time. They fit its nearest cache.
  static let ahead = 256

  @unsafe @inline(__always)
  static func id<ID: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeRawBufferPointer, _ token: Int, as: ID.Type
  ) -> UInt32 {
    unsafe UInt32(
      ID(littleEndian: ids.loadUnaligned(fromByteOffset: token &* MemoryLayout<ID>.size, as: ID.self)))
  }

  /// Which line has an id of a list, if any has.
  @inline(__always)
  static func line(_ id: UInt32, _ list: UInt64) -> Int {
    let hash = UInt64(id &* UInt32(truncatingIfNeeded: list))
    return Int(list &>> 37) &+ Int(truncatingIfNeeded: hash &>> (32 &- (list &>> 32) & 31))
  }
}

/// Fills the lines.
private struct LineBuilder {
  private(set) var lines = [SIMD64<UInt8>(repeating: UInt8(SuccessorRanks.none))]
  private let width: Int
  private let capacity: Int
  /// Multipliers are taken from it.
  private var state: UInt32 = 1

  init(isNarrow: Bool) {
    width = isNarrow ? 2 : 4
    capacity = isNarrow ? 21 : 12
  }

  /// Adds lines for a list; returns how it is found.
  mutating func add(_ list: ArraySlice<UInt32>) -> UInt64 {
    guard !list.isEmpty else { return 1 }
    // Three quarters full at most, or all in one.
    var bits = list.count <= capacity ? 0 : 1
    while bits > 0, list.count * 4 > (capacity << bits) * 3 { bits += 1 }
    var trials = 0
    while true {
      let place = UInt64(lines.count) << 37 | UInt64(bits) << 32 | UInt64(multiplier())
      if put(list, place, 1 << bits) { return place }
      trials += 1
      if trials % 16 == 0 { bits += 1 }
    }
  }

  /// An odd number whose high bits vary.
  private mutating func multiplier() -> UInt32 {
    state = state &* 0x2c92_77b5 &+ 0x9e37_79b1
    return state | 1
  }

  /// Puts the list into so many new lines, or nothing where one of them had too many.
  private mutating func put(_ list: ArraySlice<UInt32>, _ place: UInt64, _ count: Int) -> Bool {
    let first = lines.count
    lines += repeatElement(SIMD64(repeating: UInt8(SuccessorRanks.none)), count: count)
    var filled = [Int](repeating: 0, count: count)
    for (rank, id) in list.enumerated() {
      let line = SuccessorRanks.line(id, place)
      guard !(0..<filled[line - first]).contains(where: { self.id(line, $0) == id }) else { continue }
      guard filled[line - first] < capacity else {
        lines.removeLast(count)
        return false
      }
      set(line, filled[line - first], id, UInt8(rank))
      filled[line - first] += 1
    }
    return true
  }

  private func id(_ line: Int, _ place: Int) -> UInt32 {
    (0..<width).reduce(0) { $0 | UInt32(lines[line][width * place + $1]) << UInt32(8 * $1) }
  }

  private mutating func set(_ line: Int, _ place: Int, _ id: UInt32, _ rank: UInt8) {
    for byte in 0..<width {
      lines[line][width * place + byte] = UInt8(truncatingIfNeeded: id >> UInt32(8 * byte))
    }
    lines[line][width * capacity + place] = rank
  }
}
