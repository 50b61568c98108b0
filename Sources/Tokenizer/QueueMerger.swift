/// Merges the tokens of one pretoken of any length, a megabyte of one letter as well, in time that grows little faster than
/// its length, whatever the merges.
///
/// The places where a merge applies are kept in one list for each rank. The lowest rank that has places is found with a
/// heap of ranks, of which there are few, and all its places are merged in one go. Only where two merges make the same
/// token can a merge bring up one of a lower rank: that is then done before the rest of the list.
struct QueueMerger {
  private let table: MergeTable
  /// Tokens by the place of their first byte, linked in both directions, as are the places of one rank.
  private var tokens: [TokenID] = []
  private var before: [UInt32] = []
  private var after: [UInt32] = []
  private var ranks: [UInt32] = []
  private var listBefore: [UInt32] = []
  private var listAfter: [UInt32] = []
  /// By rank: the first place of its list.
  private var lists: [UInt32]
  private var waiting: RankHeap
  /// Lists being worked off, the innermost last, with the part of `work` that is left of each.
  private var open: [(rank: UInt32, next: Int, end: Int)] = []
  private var work: [UInt32] = []

  private static let none = UInt32.max
  /// In `listBefore`: the place is in `work`, in no list.
  private static let taken = UInt32.max - 1

  init(_ table: MergeTable) {
    self.table = table
    lists = [UInt32](repeating: Self.none, count: table.count)
    waiting = RankHeap(ranks: table.count)
  }

  /// Writes the tokens of `bytes` to `output`, which has room for as many as there are bytes, and returns how many they
  /// are.
  @unsafe mutating func merge(_ bytes: Span<UInt8>, into output: UnsafeMutablePointer<TokenID>) -> Int {
    start(bytes)
    while openNext() { mergeNext() }
    var place: UInt32 = 0
    var written = 0
    while place != Self.none {
      unsafe output[written] = tokens[Int(place)]
      written += 1
      place = after[Int(place)]
    }
    release()
    return written
  }

  /// Memory for more than a megabyte of text is given back.
  private mutating func release() {
    guard tokens.count > 1 << 20 else { return }
    (tokens, before, after, ranks, listBefore, listAfter, work) = ([], [], [], [], [], [], [])
  }

  private mutating func start(_ bytes: Span<UInt8>) {
    precondition(bytes.count < Int(Self.taken), "a pretoken has less than 4 GB")
    let count = bytes.count
    for resize in [\QueueMerger.tokens, \.before, \.after, \.ranks, \.listBefore, \.listAfter] {
      if self[keyPath: resize].count < count {
        self[keyPath: resize] = [UInt32](repeating: Self.none, count: count)
      }
    }
    for place in 0..<count {
      tokens[place] = table.token(of: bytes[place])
      before[place] = place == 0 ? Self.none : UInt32(place - 1)
      after[place] = place + 1 == count ? Self.none : UInt32(place + 1)
      ranks[place] = MergeTable.none
    }
    // From the end, so that the lists, which grow at their heads, are in order.
    for place in stride(from: count - 2, through: 0, by: -1) {
      insert(UInt32(place), rank: table.pair(bytes[place], bytes[place + 1]).rank)
    }
  }
}

// MARK: Merging

extension QueueMerger {
  /// Makes the innermost open list the one of the lowest rank that has places; false where nothing is left.
  private mutating func openNext() -> Bool {
    while let frame = open.last, frame.next == frame.end {
      open.removeLast()
      work.removeLast(work.count - (open.last?.end ?? 0))
    }
    while let lowest = waiting.lowest, lists[Int(lowest)] == Self.none { waiting.removeLowest() }
    guard let lowest = waiting.lowest else { return !open.isEmpty }
    if let frame = open.last, frame.rank < lowest { return true }
    waiting.removeLowest()
    take(lowest)
    return true
  }

  /// Moves the places of a rank into `work`.
  private mutating func take(_ rank: UInt32) {
    open.append((rank, work.count, work.count))
    var place = lists[Int(rank)]
    lists[Int(rank)] = Self.none
    let first = place
    while place != Self.none {
      work.append(place)
      listBefore[Int(place)] = Self.taken
      place = listAfter[Int(place)]
    }
    open[open.count - 1].end = work.count
    // The order matters where one merge can prevent another of the same rank or be followed by one of a lower rank.
    let left = tokens[Int(first)], right = tokens[Int(after[Int(first)])]
    if left == right || table.hasSharedResults { sortWork(from: open[open.count - 1].next) }
  }

  private mutating func sortWork(from start: Int) {
    var isSorted = true
    for index in start..<work.count - 1 where work[index] > work[index + 1] { isSorted = false }
    guard !isSorted else { return }
    // Sorting a slice would copy it.
    unsafe work.withUnsafeMutableBufferPointer { work in
      var rest = unsafe UnsafeMutableBufferPointer(rebasing: work[start...])
      unsafe rest.sort()
    }
  }

  /// Merges at the next place of the innermost open list, unless an earlier merge took its tokens.
  private mutating func mergeNext() {
    let frame = open.count - 1
    let place = Int(work[open[frame].next]), rank = open[frame].rank
    open[frame].next += 1
    guard ranks[place] == rank, listBefore[place] == Self.taken else { return }
    let gone = Int(after[place])
    remove(UInt32(gone))
    ranks[gone] = MergeTable.none
    tokens[place] = table.result(rank)
    let next = after[gone]
    after[place] = next
    ranks[place] = MergeTable.none
    if next != Self.none {
      before[Int(next)] = UInt32(place)
      insert(UInt32(place), rank: table.rank(tokens[place], tokens[Int(next)]))
    }
    let previous = before[place]
    guard previous != Self.none else { return }
    remove(previous)
    insert(previous, rank: table.rank(tokens[Int(previous)], tokens[place]))
  }

  /// Puts a place that is in no list into the one of `rank`, if that is a merge's.
  private mutating func insert(_ place: UInt32, rank: UInt32) {
    ranks[Int(place)] = rank
    guard rank != MergeTable.none else { return }
    let first = lists[Int(rank)]
    lists[Int(rank)] = place
    listBefore[Int(place)] = Self.none
    listAfter[Int(place)] = first
    if first != Self.none { listBefore[Int(first)] = place } else { waiting.insert(rank) }
  }

  /// Takes a place out of its list, if it is in one.
  private mutating func remove(_ place: UInt32) {
    let place = Int(place), rank = ranks[place]
    guard rank != MergeTable.none, listBefore[place] != Self.taken else { return }
    let previous = listBefore[place], next = listAfter[place]
    if previous == Self.none { lists[Int(rank)] = next } else { listAfter[Int(previous)] = next }
    if next != Self.none { listBefore[Int(next)] = previous }
  }
}

/// The ranks whose lists have places, the lowest at hand. A rank is in it once.
struct RankHeap {
  private var heap = LowestFirst<UInt32>()
  private var isIn: [Bool]

  init(ranks: Int) { isIn = [Bool](repeating: false, count: ranks) }

  var lowest: UInt32? { heap.lowest }

  mutating func insert(_ rank: UInt32) {
    guard !isIn[Int(rank)] else { return }
    isIn[Int(rank)] = true
    heap.insert(rank)
  }

  mutating func removeLowest() {
    if let rank = heap.removeLowest() { isIn[Int(rank)] = false }
  }
}
