/// Where the words of a corpus will lie, those that occur most often first: made in one pass over them, so that in a second
/// pass each word is put where it belongs. The words need neither be in memory nor be sorted.
package struct WordLayout {
  /// The places that words of each weight take, with a border before each word; of low weights, which most words have, by
  /// weight.
  private var low = [Int](repeating: 0, count: 256)
  private var high: [Int64: Int] = [:]
  /// All places, the border at the end included.
  private(set) var places = 1
  /// Words added.
  package private(set) var words = 0

  package init() {}

  /// - Precondition: a byte or more, and seen once or more
  package mutating func add(length: Int, weight: Int64) {
    words += 1
    places += length + 1
    if weight < low.count {
      low[Int(weight)] += length + 1
    } else {
      high[weight, default: 0] += length + 1
    }
  }

  /// Where words begin that occur less often than those before, and how often they occur.
  var runs: [(start: Int, weight: Int64)] {
    var sizes = high.map { (weight: $0.key, places: $0.value) }
    sizes.sort { $0.weight > $1.weight }
    for weight in low.indices.reversed() where low[weight] > 0 { sizes.append((Int64(weight), low[weight])) }
    var start = 0
    return sizes.map { size in
      defer { start += size.places }
      return (start, size.weight)
    }
  }
}
