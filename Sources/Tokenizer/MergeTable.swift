/// Finds the merge of two neighbours: which tokens it applies to, and how early it was learned.
///
/// Pairs of bytes, which every pretoken begins with, are in a table of their own without search (``BytePair``). Other pairs
/// are found by their ranks in a table of hashes, of four bytes each: GPT-2's 50,000 take half a megabyte, which stays in
/// the processor's cache beside the text. Only then is the pair itself compared.
///
/// Unchecked: nothing changes after `init`, so threads may share the memory, which lives as long as the object.
@safe final class MergeTable: @unchecked Sendable {
  /// The rank of pairs that no merge joins, above all ranks.
  static let none: UInt32 = (1 << 22) - 1

  /// Some tokens are made by more than one merge. Then a merge can be followed by one of a lower rank.
  let hasSharedResults: Bool
  /// The token of each byte.
  let byteTokens: UnsafeMutableBufferPointer<TokenID>
  private let bytePairs: UnsafeMutableBufferPointer<BytePair>
  /// The rank of a pair, and in the bits that no rank needs a part of its hash: all ones where free.
  private let slots: UnsafeMutableBufferPointer<UInt32>
  private let rankMask: UInt32
  /// By rank.
  private let pairs: UnsafeMutableBufferPointer<UInt64>
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
    while 1 << bits < 2 * merges.count { bits += 1 }
    shift = 64 - bits
    mask = (1 << Int(bits)) - 1
    unsafe slots = .allocate(capacity: 1 << Int(bits))
    unsafe slots.initialize(repeating: .max)
    // All ones are no rank.
    rankMask = UInt32.max >> UInt32(UInt32(merges.count + 1).leadingZeroBitCount)
    unsafe pairs = .allocate(capacity: merges.count)
    filterShift = shift - 3
    unsafe filter = .allocate(capacity: max(1, (8 << Int(bits)) >> 6))
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
      unsafe pairs.initializeElement(at: rank, to: Self.word(merge.left, merge.right))
      guard insert(merge, rank: UInt32(rank)) else { throw .duplicateMerge(line: rank) }
    }
  }

  deinit {
    unsafe slots.deallocate()
    unsafe pairs.deallocate()
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
    let hash = hash(Self.word(merge.left, merge.right))
    var slot = place(of: hash)
    while unsafe slots[slot] != .max { slot = (slot + 1) & mask }
    unsafe slots[slot] = mark(hash) | rank
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

  /// The part of a hash that a slot keeps: bits that the slot's place does not depend on.
  @inline(__always)
  private func mark(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash &>> (shift &- 32)) & ~rankMask
  }

  /// How early the two neighbours are merged: the number of merges before theirs, or ``none``.
  @inline(__always)
  func rank(_ left: TokenID, _ right: TokenID) -> UInt32 {
    let pair = Self.word(left, right)
    let hash = hash(pair)
    let bit = hash &>> filterShift
    guard unsafe filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0 else { return Self.none }
    let mark = mark(hash)
    var slot = place(of: hash)
    while true {
      let entry = unsafe slots[slot]
      if entry & ~rankMask == mark {
        let rank = entry & rankMask
        // A free slot has no rank, but may have the mark.
        if entry != .max, unsafe pairs[Int(rank)] == pair { return rank }
      }
      if entry == .max { return Self.none }
      slot = (slot + 1) & mask
    }
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
