/// Numbers, the lowest at hand: a binary heap.
struct LowestFirst<Number: FixedWidthInteger> {
  private var heap: [Number] = []

  var lowest: Number? { heap.first }

  mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

  mutating func insert(_ number: Number) {
    heap.append(number)
    var place = heap.count - 1
    while place > 0, heap[(place - 1) / 2] > number {
      heap[place] = heap[(place - 1) / 2]
      place = (place - 1) / 2
    }
    heap[place] = number
  }

  @discardableResult
  mutating func removeLowest() -> Number? {
    guard let last = heap.popLast() else { return nil }
    guard let lowest = heap.first else { return last }
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < last else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return lowest
  }
}
