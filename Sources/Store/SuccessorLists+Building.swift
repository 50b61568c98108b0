internal import Basics
internal import Synchronization

extension SuccessorLists {
  /// The lists of a sample: for each token those that follow it at least `leastCount` times, the commonest first.
  ///
  /// Time is linear in the tokens, but for sorting each list. The threads share the work, and any number of them gives the same.
  ///
  /// - Parameter chunks: the tokens in the order of the text, in parts that may be of any size.
  init(_ chunks: [[UInt32]], vocabularySize: Int, leastCount: Int, pool: ThreadPool) {
    let followers = Followers(chunks, vocabularySize: vocabularySize, pool: pool)
    self.init(
      frequent: Self.frequent(followers.counts), lengths: [UInt8](repeating: 0, count: vocabularySize),
      successors: [])
    let (order, places) = (order, places)
    let ranges = followers.ranges(64)
    let results = Mutex([Int: ListsOfIDs]())
    pool.run(parts: ranges.count) { part in
      var lists = ListsOfIDs()
      var counts = [UInt32](repeating: 0, count: vocabularySize)
      var span = counts.mutableSpan
      for id in ranges[part] {
        lists.add(followers, id, &span, order, places, leastCount: leastCount)
      }
      results.withLock { [lists] in $0[part] = lists }
    }
    let done = results.withLock { $0 }
    for (part, ids) in ranges.enumerated() {
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

  /// Adds the list of the next id. `counts` has a 0 for each id, before and after.
  mutating func add(
    _ followers: Followers, _ id: Int, _ counts: inout MutableSpan<UInt32>, _ order: [UInt32],
    _ places: [UInt32], leastCount: Int
  ) {
    var found: [UInt32] = []
    for part in followers.parts {
      for token in part.tokens(after: id) {
        let count = counts[Int(token)]
        if count == 0 { found.append(token) }
        counts[Int(token)] = count + 1
      }
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

/// Which tokens follow each id in a sample.
private struct Followers: Sendable {
  /// How often each id occurs.
  private(set) var counts: [UInt32]
  let parts: [FollowingTokens]

  init(_ chunks: [[UInt32]], vocabularySize: Int, pool: ThreadPool) {
    let pieces = Self.pieces(chunks, least: max(FollowingTokens.usualCount, vocabularySize))
    let results = Mutex([Int: FollowingTokens]())
    pool.run(parts: pieces.count) { part in
      let piece = pieces[part]
      let following = FollowingTokens(
        chunks[piece], after: chunks[..<piece.lowerBound].last { !$0.isEmpty }?.last,
        vocabularySize: vocabularySize)
      results.withLock { $0[part] = following }
    }
    parts = results.withLock { done in pieces.indices.compactMap { done[$0] } }
    counts = [UInt32](repeating: 0, count: vocabularySize)
    for part in parts {
      for id in counts.indices { counts[id] += UInt32(part.count(after: id)) }
    }
    // Nothing follows the last token.
    if let last = chunks.last(where: { !$0.isEmpty })?.last { counts[Int(last)] += 1 }
  }

  /// The chunks in runs of at least so many tokens. With as many as the vocabulary has ids, where their followers begin takes no more memory
  /// than the tokens do.
  private static func pieces(_ chunks: [[UInt32]], least: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var (start, filled) = (0, 0)
    for (number, chunk) in chunks.enumerated() {
      filled += chunk.count
      guard filled >= least || number == chunks.count - 1 else { continue }
      pieces.append(start..<number + 1)
      (start, filled) = (number + 1, 0)
    }
    return pieces
  }

  /// All ids in ranges that about as many tokens follow each.
  func ranges(_ count: Int) -> [Range<Int>] {
    let total = counts.reduce(0) { $0 + Int($1) }
    var ranges: [Range<Int>] = []
    var (start, sum) = (0, 0)
    for id in counts.indices {
      sum += Int(counts[id])
      guard sum * count >= (ranges.count + 1) * total else { continue }
      ranges.append(start..<id + 1)
      start = id + 1
    }
    if start < counts.count { ranges.append(start..<counts.count) }
    return ranges
  }
}

/// The tokens of a part of a sample, sorted by the ones before them.
private struct FollowingTokens: Sendable {
  /// So many are sorted within four megabytes, which the processor keeps near.
  static let usualCount = 1 << 20

  /// Where the tokens after each id begin, and after the last.
  private let starts: [UInt32]
  private let sorted: [UInt32]

  /// - Parameter before: the token before the first; nil where there is none.
  init(_ chunks: ArraySlice<[UInt32]>, after before: UInt32?, vocabularySize: Int) {
    var starts = [UInt32](repeating: 0, count: vocabularySize + 1)
    var counts = starts.mutableSpan
    Self.forEach(chunks, after: before) { previous, _ in counts[previous + 1] += 1 }
    for id in 0..<vocabularySize { counts[id + 1] += counts[id] }
    self.starts = starts
    var sorted = [UInt32](repeating: 0, count: Int(starts[vocabularySize]))
    var places = starts.mutableSpan
    var room = sorted.mutableSpan
    Self.forEach(chunks, after: before) { previous, token in
      room[Int(places[previous])] = token
      places[previous] += 1
    }
    self.sorted = sorted
  }

  @inline(__always)
  private static func forEach(
    _ chunks: ArraySlice<[UInt32]>, after before: UInt32?, _ body: (Int, UInt32) -> Void
  ) {
    var previous = before.map { Int($0) }
    for chunk in chunks {
      let tokens = chunk.span
      for index in tokens.indices {
        if let previous { body(previous, tokens[index]) }
        previous = Int(tokens[index])
      }
    }
  }

  func count(after id: Int) -> Int { Int(starts[id + 1] - starts[id]) }

  func tokens(after id: Int) -> ArraySlice<UInt32> { sorted[Int(starts[id])..<Int(starts[id + 1])] }
}
