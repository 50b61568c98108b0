/// What stands on one side of a token that is being made: which tokens, how often, and where the pairs with them begin.
struct Neighbours {
  private var found: [(token: UInt32, place: UInt32)] = []
  /// By token; all zero between merges.
  private var counts: [(weight: Int64, places: Int)] = []
  /// The tokens whose counts are not zero.
  private var tokens: [UInt32] = []
  /// By token: where its next place goes, or -1 where its pair is too rare.
  private var ends: [Int] = []

  mutating func makeRoom(tokens count: Int) {
    while counts.count < count {
      counts.append((0, 0))
      ends.append(-1)
    }
  }

  @inline(__always)
  mutating func add(_ token: UInt32, weight: Int64, place: UInt32) {
    if counts[Int(token)].places == 0 { tokens.append(token) }
    counts[Int(token)].weight += weight
    counts[Int(token)].places += 1
    found.append((token, place))
  }

  /// Appends the places of each pair that is frequent enough, tells `insert` of it, and forgets everything. Returns how
  /// many places were appended.
  mutating func moveOut(
    _ minimumCount: Int64, _ places: inout [UInt32], _ insert: (UInt32, Int64, Range<Int>) -> Void
  ) -> Int {
    let start = places.count
    var end = start
    for token in tokens {
      let (weight, count) = counts[Int(token)]
      counts[Int(token)] = (0, 0)
      ends[Int(token)] = weight < minimumCount ? -1 : end
      guard weight >= minimumCount else { continue }
      insert(token, weight, end..<end + count)
      end += count
    }
    places.append(addingCapacity: end - start) { output in
      for _ in start..<end { output.append(0) }
    }
    for (token, place) in found where ends[Int(token)] >= 0 {
      places[ends[Int(token)]] = place
      ends[Int(token)] += 1
    }
    tokens.removeAll(keepingCapacity: true)
    found.removeAll(keepingCapacity: true)
    return end - start
  }
}
