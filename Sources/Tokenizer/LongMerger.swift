/// Merges the tokens of one long pretoken: piece by piece, each put right where it meets the one before.
///
/// Tokens are what their bytes become if, and only if, each two neighbours are what the bytes of these two become. For no
/// merge went across a border between two neighbours; if one did in the whole, take the first: until then what lies on both
/// sides was merged as it is when the two stand alone, so it would be made there, too. So two runs of tokens may be put
/// together when some tokens around their border are merged again, as one, and the outermost two of those stay what they were:
/// then all neighbours are good. If they do not stay, more tokens are merged again. Where that becomes too much, as vocabularies
/// can be made that let every byte change the tokens far before it, a ``QueueMerger`` takes over.
@safe struct LongMerger: ~Copyable {
  /// Bytes merged at a time.
  private static let piece = ShortMerger.longest
  /// Bytes that are merged again on each side of a border, at first.
  private static let overlap = 16
  /// Bytes merged again for each byte of the pretoken, at most.
  private static let patience = 8

  private let vocabulary: Vocabulary
  private var short: ShortMerger
  private var queue: QueueMerger
  private var memo = MergedPieces()
  private let next: UnsafeMutablePointer<TokenID>
  /// Of what was merged again.
  private var again: [TokenID] = []
  private var mergedAgain = 0

  init(_ table: MergeTable, _ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    short = ShortMerger(table)
    queue = QueueMerger(table)
    unsafe next = .allocate(capacity: Self.piece)
  }

  deinit { unsafe next.deallocate() }

  /// Writes the tokens of `bytes` to `output`, which has room for as many as there are bytes, and returns how many they
  /// are.
  @unsafe mutating func merge(
    _ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<TokenID>
  ) -> Int {
    mergedAgain = 0
    defer { if again.count > 1 << 20 { again = [] } }
    var place = min(Self.piece, bytes.count)
    var written = unsafe merge(piece: UnsafeBufferPointer(rebasing: bytes[..<place]), into: output)
    while place < bytes.count {
      let end = min(place + Self.piece, bytes.count)
      let found = unsafe merge(piece: UnsafeBufferPointer(rebasing: bytes[place..<end]), into: next)
      guard let joined = unsafe join(bytes, at: place, output, written, found) else {
        return unsafe queue.merge(bytes.span, into: output)
      }
      written = joined
      place = end
    }
    return written
  }

  private mutating func merge(
    piece: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<TokenID>
  ) -> Int {
    if let known = unsafe memo.find(piece, into: output) { return known }
    let count = unsafe short.merge(piece.baseAddress!, count: piece.count, into: output)
    unsafe memo.insert(piece, UnsafeBufferPointer(start: output, count: count))
    return count
  }
}

extension LongMerger {
  /// Puts the `found` tokens in `next`, which begin at `place`, behind the `written` ones, and returns how many they are
  /// together; nil where that took too long.
  private mutating func join(
    _ bytes: UnsafeBufferPointer<UInt8>, at place: Int, _ output: UnsafeMutablePointer<TokenID>,
    _ written: Int,
    _ found: Int
  ) -> Int? {
    var overlap = Self.overlap
    while true {
      let (before, bytesBefore) = tokens(within: overlap, of: written) {
        unsafe output[written - 1 - $0]
      }
      let (after, bytesAfter) = tokens(within: overlap, of: found) { unsafe next[$0] }
      mergedAgain += bytesBefore + bytesAfter
      guard mergedAgain <= Self.patience * bytes.count else { return nil }
      let around = unsafe UnsafeBufferPointer(rebasing: bytes[place - bytesBefore..<place + bytesAfter])
      let count = unsafe mergeAgain(around)
      let isLeftGood = unsafe before == written || again[0] == output[written - before]
      let isRightGood = unsafe after == found || again[count - 1] == next[after - 1]
      guard isLeftGood, isRightGood else {
        overlap *= 2
        continue
      }
      var end = written - before
      for index in 0..<count {
        unsafe output[end] = again[index]
        end += 1
      }
      for index in after..<found {
        unsafe output[end] = next[index]
        end += 1
      }
      return end
    }
  }

  /// The first of `count` tokens, one at least, that have no more than so many bytes; and how many they have.
  @inline(__always)
  private func tokens(within limit: Int, of count: Int, _ token: (Int) -> TokenID) -> (count: Int, bytes: Int)
  {
    var (index, bytes) = (0, 0)
    while index < count {
      let length = vocabulary.length(of: Int(token(index)))
      if index > 0, bytes + length > limit { break }
      bytes += length
      index += 1
    }
    return (index, bytes)
  }

  /// Merges into `again`, and returns how many tokens it has.
  private mutating func mergeAgain(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    if again.count < bytes.count { again = [TokenID](repeating: 0, count: 2 * bytes.count) }
    // A pointer to an array that is a property of its own.
    var room: [TokenID] = []
    swap(&room, &again)
    let count = unsafe room.withUnsafeMutableBufferPointer { room in
      if bytes.count <= Self.piece { return unsafe merge(piece: bytes, into: room.baseAddress!) }
      return unsafe queue.merge(bytes.span, into: room.baseAddress!)
    }
    swap(&room, &again)
    return count
  }
}
