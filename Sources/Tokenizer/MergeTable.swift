internal import CHints

/// Finds the merge of two neighbours: which tokens it applies to, and how early it was learned.
///
/// Pairs of bytes, which every pretoken begins with, are in a table of their own without search (``BytePair``). Other pairs
/// are in a table of hashes that holds pairs and ranks together, GPT-2's 50,000 in half a megabyte; and as most pairs of
/// neighbours have no merge, a bit for each hash tells that sooner. Both stay in the processor's cache beside the text.
///
/// Unchecked: nothing changes after `init`, so threads may share the memory, which lives as long as the object.
@safe final class MergeTable: @unchecked Sendable {
  /// The rank of pairs that no merge joins, above all ranks.
  static let none: UInt32 = (1 << rankBits) - 1
  private static let rankBits: UInt64 = 22

  /// Some tokens are made by more than one merge. Then a merge can be followed by one of a lower rank.
  let hasSharedResults: Bool
  /// The token of each byte.
  let byteTokens: UnsafeMutableBufferPointer<TokenID>
  private let bytePairs: UnsafeMutableBufferPointer<BytePair>
  /// The two tokens, 21 bits each, and the rank of their merge in 22: all ones where free.
  private let slots: UnsafeMutableBufferPointer<UInt64>
  private let shift: UInt64
  /// A bit for each hash that some pair has: most pairs of neighbours have no merge, and this is a small table to find
  /// that out from.
  private let filter: UnsafeMutableBufferPointer<UInt64>
  private let filterShift: UInt64
  private let mask: Int
  private let results: UnsafeMutableBufferPointer<TokenID>
  /// Most vocabularies have their tokens in the order of their merges. Then results need not be fetched from memory.
  private let isSequential: Bool
  private let firstResult: TokenID
  let count: Int
  /// Random, so that nobody can write a file whose merges share a place.
  private let factor = UInt64.random(in: 0...(.max)) | 1

  /// - Parameter bytes: the token of each byte
  /// - Throws: ``TokenizerError/duplicateMerge(line:)`` with the merge's place, which the caller makes a line, and
  ///   ``TokenizerError/tooManyMerges(_:limit:)``.
  init(_ merges: [Merge], bytes: [TokenID]) throws(TokenizerError) {
    guard merges.count < Int(Self.none) else { throw .tooManyMerges(merges.count, limit: Int(Self.none) - 1) }
    count = merges.count
    var bits: UInt64 = 10
    while 4 << bits < 5 * merges.count { bits += 1 }
    shift = 64 - bits
    mask = (1 << Int(bits)) - 1
    unsafe slots = .allocate(capacity: 1 << Int(bits))
    unsafe slots.initialize(repeating: .max)
    filterShift = shift - 4
    unsafe filter = .allocate(capacity: 1 << Int(bits - 2))
    unsafe filter.initialize(repeating: 0)
    unsafe results = .allocate(capacity: merges.count)
    unsafe byteTokens = .allocate(capacity: 256)
    _ = unsafe byteTokens.initialize(from: bytes)
    unsafe bytePairs = .allocate(capacity: 1 << 16)
    _ = unsafe bytePairs.initialize(from: BytePair.table(merges, bytes: bytes))
    hasSharedResults = Self.hasSharedResults(merges)
    let first = merges.first?.result ?? 0
    firstResult = first
    isSequential = merges.indices.allSatisfy { merges[$0].result == first &+ TokenID($0) }
    for (rank, merge) in merges.enumerated() {
      unsafe results.initializeElement(at: rank, to: merge.result)
      guard insert(merge, rank: UInt32(rank)) else { throw .duplicateMerge(line: rank) }
    }
  }

  deinit {
    unsafe slots.deallocate()
    unsafe filter.deallocate()
    unsafe results.deallocate()
    unsafe byteTokens.deallocate()
    unsafe bytePairs.deallocate()
  }

  private static func hasSharedResults(_ merges: [Merge]) -> Bool {
    var made = [Bool](repeating: false, count: merges.reduce(0) { max($0, Int($1.result) + 1) })
    for merge in merges {
      if made[Int(merge.result)] { return true }
      made[Int(merge.result)] = true
    }
    return false
  }

  private func insert(_ merge: Merge, rank: UInt32) -> Bool {
    guard self.rank(merge.left, merge.right) == Self.none else { return false }
    let pair = Self.word(merge.left, merge.right), hash = hash(pair)
    var slot = place(of: hash)
    while unsafe slots[slot] != .max { slot = (slot + 1) & mask }
    unsafe slots[slot] = pair << Self.rankBits | UInt64(rank)
    let bit = hash >> filterShift
    unsafe filter[Int(bit >> 6)] |= 1 << (bit & 63)
    return true
  }

  @inline(__always)
  private static func word(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(left) &<< 21 | UInt64(right)
  }

  @inline(__always)
  private func hash(_ pair: UInt64) -> UInt64 { pair &* factor }

  @inline(__always)
  private func place(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

  /// How early the two neighbours are merged: the number of merges before theirs, or ``none``.
  @inline(__always)
  func rank(_ left: TokenID, _ right: TokenID) -> UInt32 {
    let pair = Self.word(left, right)
    let hash = hash(pair)
    let bit = hash &>> filterShift
    guard unsafe filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0 else { return Self.none }
    var slot = place(of: hash)
    while true {
      let entry = unsafe slots[slot]
      if entry &>> Self.rankBits == pair { return UInt32(truncatingIfNeeded: entry) & Self.none }
      if entry == .max { return Self.none }
      slot = (slot &+ 1) & mask
    }
  }

  /// Writes down the tokens and the pairs of a pretoken's bytes, and returns a bit for each pair that is certain.
  ///
  /// - Parameters:
  ///   - count: 1 to 15
  ///   - pairs: 16 of them, as ``ShortMerger`` keeps them, where a vector of them can lie
  @inline(__always)
  @unsafe func start(
    _ bytes: PretokenKey, count: Int, _ tokens: UnsafeMutablePointer<TokenID>,
    _ pairs: UnsafeMutablePointer<UInt32>
  ) -> UInt64 {
    let table = unsafe UnsafeRawPointer(bytePairs.baseAddress!)
    return unsafe UInt64(
      chints_pairs16(table, byteTokens.baseAddress!, bytes.low, bytes.high, UInt32(count), tokens, pairs))
  }

  @inline(__always)
  func pair(_ left: UInt8, _ right: UInt8) -> BytePair { unsafe bytePairs[Int(left) << 8 | Int(right)] }

  @inline(__always)
  func token(of byte: UInt8) -> TokenID { unsafe byteTokens[Int(byte)] }

  /// The token that the merge of this rank makes.
  @inline(__always)
  func result(_ rank: UInt32) -> TokenID {
    isSequential ? firstResult &+ rank : unsafe results[Int(rank)]
  }
}
