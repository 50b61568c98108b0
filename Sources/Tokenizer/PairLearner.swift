/// The loop of learning: the most frequent pair becomes a token wherever it occurs.
///
/// A pair's places are written down once, when the younger of its tokens is made, for that is when all its occurrences
/// come to be. From then on it only becomes rarer, so its count is a bound, and it is counted anew only when it is the
/// first in the queue: if it has become rarer it goes back to where it now belongs, else it is the next merge.
struct PairLearner: ~Copyable {
  private var corpus: Corpus
  private var queue = PairQueue()
  private var places: [UInt32] = []
  /// How many of `places` belong to pairs in the queue.
  private var used = 0
  private let minimumCount: Int64
  private var before = Neighbours()
  private var after = Neighbours()

  init(_ corpus: consuming Corpus, minimumCount: Int) {
    self.corpus = corpus
    self.minimumCount = Int64(max(1, minimumCount))
    before.makeRoom(tokens: 256)
    after.makeRoom(tokens: 256)
    writeDownPairsOfBytes()
  }

  /// Learns one merge: its two tokens and how often they occurred. Nil where no pair occurs often enough.
  mutating func next() -> (left: UInt32, right: UInt32, count: Int64)? {
    while let pair = queue.first {
      let current = recount(pair)
      let length = Int(corpus.length(of: pair.left) + corpus.length(of: pair.right))
      if current.count == pair.count, length <= Vocabulary.longestToken {
        queue.removeFirst()
        merge(current)
        return (current.left, current.right, current.count)
      }
      used -= pair.places.count - current.places.count
      if current.count < minimumCount || length > Vocabulary.longestToken {
        used -= current.places.count
        queue.removeFirst()
      } else {
        queue.replaceFirst(current)
      }
    }
    return nil
  }

  /// The pair with its count and places as they are now. Places where it is no more are dropped from `places`.
  private mutating func recount(_ pair: CountedPair) -> CountedPair {
    var pair = pair
    var end = pair.places.lowerBound
    pair.count = 0
    for index in pair.places {
      let place = places[index]
      guard corpus.has(pair.left, pair.right, at: place) else { continue }
      pair.count += corpus.weight(at: place)
      places[end] = place
      end += 1
    }
    pair.places = pair.places.lowerBound..<end
    return pair
  }
}

extension PairLearner {
  private mutating func merge(_ pair: CountedPair) {
    let token = corpus.add(pair.left, pair.right)
    before.makeRoom(tokens: Int(token) + 1)
    after.makeRoom(tokens: Int(token) + 1)
    let length = corpus.length(of: token)
    for index in pair.places {
      let place = places[index]
      // In aaa the second pair is gone when the first is merged. Places are in order, so the first is the left one.
      guard pair.left != pair.right || corpus.has(pair.left, pair.right, at: place) else { continue }
      corpus.merge(at: place, pair.left, pair.right, into: token)
      let weight = corpus.weight(at: place)
      let left = corpus[place - 1], right = corpus[place + length]
      if left != Corpus.border { before.add(left, weight: weight, place: place - corpus.length(of: left)) }
      if right != Corpus.border { after.add(right, weight: weight, place: place) }
    }
    used -= pair.places.count
    used += before.moveOut(minimumCount, &places) { neighbour, count, range in
      queue.insert(CountedPair(count: count, left: neighbour, right: token, places: range))
    }
    used += after.moveOut(minimumCount, &places) { neighbour, count, range in
      queue.insert(CountedPair(count: count, left: token, right: neighbour, places: range))
    }
    compact()
  }

  /// Gives back the memory of places that no pair has any more, when there are more of those than others.
  private mutating func compact() {
    guard places.count > 2 * used + 1 << 20 else { return }
    var kept: [UInt32] = []
    kept.reserveCapacity(used + used / 4)
    let places = places
    queue.movePlaces { range in
      let start = kept.count
      kept += places[range]
      return start..<kept.count
    }
    self.places = kept
  }

  /// The pairs there are at first, all of single bytes.
  private mutating func writeDownPairsOfBytes() {
    var counts = [(weight: Int64, places: Int)](repeating: (0, 0), count: 65_536)
    forEachPairOfBytes { pair, place, corpus in
      counts[pair].weight += corpus.weight(at: place)
      counts[pair].places += 1
    }
    var ends = [Int](repeating: -1, count: 65_536)
    for (pair, count) in counts.enumerated() where count.weight >= minimumCount {
      ends[pair] = used
      queue.insert(
        CountedPair(
          count: count.weight, left: UInt32(pair >> 8), right: UInt32(pair & 255),
          places: used..<used + count.places))
      used += count.places
    }
    var places = [UInt32](repeating: 0, count: used)
    forEachPairOfBytes { pair, place, _ in
      guard ends[pair] >= 0 else { return }
      places[ends[pair]] = place
      ends[pair] += 1
    }
    self.places = places
  }

  private func forEachPairOfBytes(_ body: (_ pair: Int, _ place: UInt32, _ corpus: borrowing Corpus) -> Void)
  {
    for place in 1..<UInt32(max(corpus.count - 1, 1)) {
      let left = corpus[place], right = corpus[place + 1]
      if left != Corpus.border, right != Corpus.border { body(Int(left) << 8 | Int(right), place, corpus) }
    }
  }
}
