internal import Basics
internal import Synchronization

extension SuccessorLists {
  /// The lists of a sample: for each token those that follow it at least `leastCount` times, the commonest first.
  ///
  /// Time is linear in the tokens, but for sorting each list. The threads share the lists, and any number of them gives the same.
  init(_ tokens: [UInt32], vocabularySize: Int, leastCount: Int, pool: ThreadPool) {
    let following = FollowingTokens(tokens, vocabularySize: vocabularySize)
    self.init(
      frequent: Self.frequent(following.counts), lengths: [UInt8](repeating: 0, count: vocabularySize),
      successors: [])
    let (order, places) = (order, places)
    let parts = following.parts(64)
    let results = Mutex([Int: ListsOfIDs]())
    pool.run(parts: parts.count) { part in
      var lists = ListsOfIDs()
      var counts = [UInt32](repeating: 0, count: vocabularySize)
      for id in parts[part] {
        lists.add(following.tokens(after: id), &counts, order, places, leastCount: leastCount)
      }
      results.withLock { [lists] in $0[part] = lists }
    }
    let done = results.withLock { $0 }
    for (part, ids) in parts.enumerated() {
      // Beyond the limit, which takes a sample of many millions of different pairs, lists stay empty.
      guard let lists = done[part], successors.count + lists.successors.count <= Self.maximumSuccessors
      else { continue }
      lengths.replaceSubrange(ids, with: lists.lengths)
      successors += lists.successors
    }
  }

  /// The ids that occur at least twice, the commonest first, in groups that ascend. Where ids of two bytes leave none for an id that is
  /// not there, all two-byte codes are used.
  private static func frequent(_ counts: [UInt32]) -> [UInt32] {
    let least = counts.count == 1 << 16 ? 0 : 2
    var ids = (0..<UInt32(counts.count)).filter { counts[Int($0)] >= least }
    ids.sort { (counts[Int($1)], $0) < (counts[Int($0)], $1) }
    ids.removeLast(max(0, ids.count - maximumFrequent))
    for start in stride(from: 0, to: ids.count, by: groupSize) {
      ids[start..<min(start + groupSize, ids.count)].sort()
    }
    return ids
  }
}

/// The lists of some ids that follow each other.
private struct ListsOfIDs {
  var lengths: [UInt8] = []
  var successors: [UInt32] = []

  /// Adds the list of the next id, which `tokens` follow. `counts` has a 0 for each id, before and after.
  mutating func add(
    _ tokens: ArraySlice<UInt32>, _ counts: inout [UInt32], _ order: [UInt32], _ places: [UInt32],
    leastCount: Int
  ) {
    var found: [UInt32] = []
    for token in tokens {
      if counts[Int(token)] == 0 { found.append(token) }
      counts[Int(token)] += 1
    }
    // The commonest first, then by their places: as one number each, which sorts fast.
    var keys: [UInt64] = []
    for token in found {
      let count = counts[Int(token)]
      if count >= leastCount { keys.append(UInt64(UInt32.max - count) << 32 | UInt64(places[Int(token)])) }
      counts[Int(token)] = 0
    }
    keys.sort()
    var list = keys.prefix(SuccessorLists.ranks).map { UInt32(truncatingIfNeeded: $0) }
    for group in SuccessorLists.groups(list.count).dropFirst() { list[group].sort() }
    lengths.append(UInt8(list.count))
    for place in list { successors.append(order[Int(place)]) }
  }
}

/// The tokens of a sample, sorted by the ones before them.
private struct FollowingTokens: Sendable {
  /// How often each id occurs.
  private(set) var counts: [UInt32]
  /// Where the tokens after each id begin, and after the last.
  private let starts: [Int]
  private let sorted: [UInt32]

  init(_ tokens: [UInt32], vocabularySize: Int) {
    counts = [UInt32](repeating: 0, count: vocabularySize)
    for token in tokens.dropLast() { counts[Int(token)] += 1 }
    var starts = [0]
    starts.reserveCapacity(vocabularySize + 1)
    for count in counts { starts.append(starts[starts.count - 1] + Int(count)) }
    self.starts = starts
    var sorted = [UInt32](repeating: 0, count: max(0, tokens.count - 1))
    for index in tokens.indices.dropFirst() {
      let previous = Int(tokens[index - 1])
      sorted[starts[previous]] = tokens[index]
      starts[previous] += 1
    }
    self.sorted = sorted
    if let last = tokens.last { counts[Int(last)] += 1 }
  }

  func tokens(after id: Int) -> ArraySlice<UInt32> { sorted[starts[id]..<starts[id + 1]] }

  /// All ids in ranges that about as many tokens follow each.
  func parts(_ count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    for id in counts.indices where starts[id + 1] * count >= (parts.count + 1) * sorted.count {
      parts.append(start..<id + 1)
      start = id + 1
    }
    if start < counts.count { parts.append(start..<counts.count) }
    return parts
  }
}
