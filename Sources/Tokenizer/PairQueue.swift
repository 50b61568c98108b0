/// A pair of tokens, how often it occurs at most, and the places where it occurred when that was counted.
struct CountedPair {
  /// Pairs only ever become rarer.
  var count: Int64
  var left: UInt32
  var right: UInt32
  /// In the memory of the ``PairLearner``.
  var places: Range<Int>

  /// Whether this pair is merged before the other, if both counts are still true.
  @inline(__always)
  func precedes(_ other: CountedPair) -> Bool {
    if count != other.count { return count > other.count }
    return left != other.left ? left < other.left : right < other.right
  }
}

/// Pairs, the one to be merged next at hand: a heap. As any two pairs have an order, many that are equally frequent
/// cost no more than others.
struct PairQueue {
  private(set) var heap: [CountedPair] = []

  var first: CountedPair? { heap.first }

  mutating func insert(_ pair: CountedPair) {
    heap.append(pair)
    var place = heap.count - 1
    while place > 0, pair.precedes(heap[(place - 1) / 2]) {
      heap[place] = heap[(place - 1) / 2]
      place = (place - 1) / 2
    }
    heap[place] = pair
  }

  mutating func removeFirst() {
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
  }

  /// Puts a pair in the place of the first.
  mutating func replaceFirst(_ pair: CountedPair) { sink(pair) }

  /// Fills the place of the first.
  private mutating func sink(_ pair: CountedPair) {
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(pair) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = pair
  }

  /// Changes where the places of pairs lie.
  mutating func movePlaces(_ move: (Range<Int>) -> Range<Int>) {
    for index in heap.indices { heap[index].places = move(heap[index].places) }
  }

  /// Changes where the places of pairs lie, from the first to the last.
  mutating func movePlacesInOrder(_ move: (Range<Int>) -> Range<Int>) {
    let order = heap.indices.sorted { heap[$0].places.lowerBound < heap[$1].places.lowerBound }
    for index in order { heap[index].places = move(heap[index].places) }
  }
}
