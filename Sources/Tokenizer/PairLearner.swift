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
  /// How many places that no pair has any more are borne with, however few are needed.
  private let spare: Int
  private var before = Neighbours()
  private var after = Neighbours()

  init(_ corpus: consuming Corpus, minimumCount: Int, spare: Int) {
    self.corpus = corpus
    self.spare = spare
    self.minimumCount = Int64(max(1, minimumCount))
    before.makeRoom(tokens: self.corpus.tokenCount)
    after.makeRoom(tokens: self.corpus.tokenCount)
    if self.corpus.tokenCount == 256 { writeDownPairsOfBytes() } else { writeDownPairs() }
  }

  /// Learns one merge: its two tokens and how often they occurred. Nil where no pair occurs often enough.
  ///
  /// - Parameter isTaken: whether what two tokens would make must not be made; asked before every merge
  mutating func next(
    isTaken: (UInt32, UInt32) -> Bool = { _, _ in false }
  ) -> (left: UInt32, right: UInt32, count: Int64)? {
    while let pair = queue.first {
      let current = recount(pair)
      let length = Int(corpus.length(of: pair.left) + corpus.length(of: pair.right))
      let isBarred =
        length > Vocabulary.longestToken || current.count == pair.count && isTaken(pair.left, pair.right)
      if current.count == pair.count, !isBarred {
        queue.removeFirst()
        merge(current)
        return (current.left, current.right, current.count)
      }
      used -= pair.places.count - current.places.count
      if current.count < minimumCount || isBarred {
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

  /// Uses the memory of places again that no pair has any more, when they are many.
  ///
  /// While pairs have many places each, as at first, that is done where they lie. Later, when putting the pairs in order
  /// would take more memory than the places do, they are copied.
  private mutating func compact() {
    let isInPlace = queue.heap.count < used / 16
    guard places.count > room(used, isInPlace) else { return }
    if isInPlace {
      var end = 0
      queue.movePlacesInOrder { range in
        let start = end
        for index in range {
          places[end] = places[index]
          end += 1
        }
        return start..<end
      }
      places.removeLast(places.count - end)
    } else {
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
  }

  /// How many places there may be where `used` are needed.
  private func room(_ used: Int, _ isInPlace: Bool) -> Int {
    (isInPlace ? used + used / 4 : 2 * used) + spare
  }

  /// Memory for the first places. Those that come later find room behind them, as a larger array would be there twice for a
  /// moment; room that is never written to takes no memory.
  private func firstPlaces() -> [UInt32] {
    var places: [UInt32] = []
    places.reserveCapacity(room(used, true) + used / 4)
    places.append(contentsOf: repeatElement(0, count: used))
    return places
  }

  /// The pairs there are at first, where all are of single bytes.
  private mutating func writeDownPairsOfBytes() {
    var counts = [(weight: Int64, places: Int)](repeating: (0, 0), count: 65_536)
    forEachPair { left, right, place, corpus in
      counts[Int(left) << 8 | Int(right)].weight += corpus.weight(at: place)
      counts[Int(left) << 8 | Int(right)].places += 1
    }
    var ends = [Int](repeating: -1, count: 65_536)
    for (pair, count) in counts.enumerated() where count.weight >= minimumCount {
      ends[pair] = used
      insert(UInt32(pair >> 8), UInt32(pair & 255), count)
    }
    var places = firstPlaces()
    forEachPair { left, right, place, _ in
      let pair = Int(left) << 8 | Int(right)
      guard ends[pair] >= 0 else { return }
      places[ends[pair]] = place
      ends[pair] += 1
    }
    self.places = places
  }

  /// The pairs there are at first, of any tokens.
  private mutating func writeDownPairs() {
    var counts: [UInt64: (weight: Int64, places: Int)] = [:]
    forEachPair { left, right, place, corpus in
      let weight = corpus.weight(at: place)
      counts[UInt64(left) << 32 | UInt64(right), default: (0, 0)].weight += weight
      counts[UInt64(left) << 32 | UInt64(right)]?.places += 1
    }
    var ends: [UInt64: Int] = [:]
    for (pair, count) in counts where count.weight >= minimumCount {
      ends[pair] = used
      insert(UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair), count)
    }
    counts = [:]
    var places = firstPlaces()
    forEachPair { left, right, place, _ in
      let pair = UInt64(left) << 32 | UInt64(right)
      guard let end = ends[pair] else { return }
      places[end] = place
      ends[pair] = end + 1
    }
    self.places = places
  }

  /// Puts a pair into the queue whose places come next.
  private mutating func insert(_ left: UInt32, _ right: UInt32, _ count: (weight: Int64, places: Int)) {
    queue.insert(
      CountedPair(count: count.weight, left: left, right: right, places: used..<used + count.places))
    used += count.places
  }

  private func forEachPair(
    _ body: (_ left: UInt32, _ right: UInt32, _ place: UInt32, _ corpus: borrowing Corpus) -> Void
  ) {
    var place: UInt32 = 0
    while Int(place) + 1 < corpus.count {
      let left = corpus[place]
      guard left != Corpus.border else {
        place += 1
        continue
      }
      let next = place + corpus.length(of: left), right = corpus[next]
      if right != Corpus.border { body(left, right, place, corpus) }
      place = next
    }
  }
}
