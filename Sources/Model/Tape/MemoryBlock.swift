/// A piece of memory and when it is used.
package struct MemoryBlock {
  /// In numbers.
  package let size: Int
  /// First and last action that uses it.
  package var lifetime: ClosedRange<Int>

  package init(size: Int, lifetime: ClosedRange<Int>) {
    self.size = size
    self.lifetime = lifetime
  }

  mutating func extend(to action: Int) { lifetime = lifetime.lowerBound...max(action, lifetime.upperBound) }

  /// Gives every block a place such that blocks alive at the same time do not overlap: the largest first, each as low
  /// as it can be.
  package static func place(_ blocks: [MemoryBlock]) -> (places: [Int], size: Int) {
    var places = [Int](repeating: 0, count: blocks.count)
    var placed: [Int] = []
    var total = 0
    let order = blocks.indices.sorted { (blocks[$1].size, $0) < (blocks[$0].size, $1) }
    for index in order {
      let block = blocks[index]
      var place = 0
      for other in placed where blocks[other].lifetime.overlaps(block.lifetime) {
        if places[other] - place >= block.rounded { break }
        place = max(place, places[other] + blocks[other].rounded)
      }
      places[index] = place
      total = max(total, place + block.rounded)
      placed.insert(index, at: placed.firstIndex { places[$0] > place } ?? placed.count)
    }
    return (places, total)
  }

  /// Whole cache lines.
  private var rounded: Int { (size + 15) & ~15 }
}
