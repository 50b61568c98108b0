internal import Basics
internal import CHints

/// MinHash with banding: finds texts that share most of their words in fives.
///
/// A text is the set of its five words in a row. For each of ``count`` hash functions the least hash over the set is kept; two sets agree in one with the probability s, their Jaccard
/// similarity (Broder, "On the resemblance and containment of documents", 1997). ``rowCount`` of them are a band, and texts that agree in a whole band are near duplicates: with the
/// probability 1 - (1 - s^rows)^bands (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4). Bands and rows are those of FineWeb.
///
/// A hash function is a * x + b * y over the halves x, y of a gram's hash, of whose 32 bits the high ones decide.
package struct MinHash {
  static let bandCount = 14
  static let rowCount = 8
  static let gramLength = 5
  static var count: Int { bandCount * rowCount }

  private static let factors: (low: [UInt32], high: [UInt32]) = {
    var state: UInt64 = 0x7465_7373_6572_6121
    func next() -> UInt32 {
      state &+= 0x9e37_79b9_7f4a_7c15
      return UInt32(truncatingIfNeeded: SplitMix64.mix(state)) | 1
    }
    return ((0..<count).map { _ in next() }, (0..<count).map { _ in next() })
  }()

  private let words = WordHashes()
  private let low = Self.factors.low
  private let high = Self.factors.high
  private var grams: [UInt64] = []

  package init() {}

  /// A key for each band; none where the text has fewer than ``gramLength`` words.
  package mutating func bands(_ text: Span<UInt8>) -> [UInt64] {
    var grams: [UInt64] = []
    swap(&grams, &self.grams)
    grams.removeAll(keepingCapacity: true)
    words.forEachGram(of: Self.gramLength, in: text) { hash, _ in grams.append(hash) }
    swap(&grams, &self.grams)
    guard !self.grams.isEmpty else { return [] }
    return keys(signature())
  }

  /// The least hash of each function.
  private func signature() -> [UInt32] {
    var least = [UInt32](repeating: .max, count: Self.count)
    unsafe least.withUnsafeMutableBufferPointer { least in
      unsafe low.withUnsafeBufferPointer { low in
        unsafe high.withUnsafeBufferPointer { high in
          unsafe grams.withUnsafeBufferPointer { grams in
            unsafe chints_min_hashes(
              least.baseAddress!, low.baseAddress!, high.baseAddress!, Self.count, grams.baseAddress!,
              grams.count)
          }
        }
      }
    }
    return least
  }

  private func keys(_ signature: [UInt32]) -> [UInt64] {
    (0..<Self.bandCount).map { band in
      var key = TextHash.fold(UInt64(band) ^ 0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db)
      for row in band * Self.rowCount..<(band + 1) * Self.rowCount {
        key = TextHash.fold(key ^ UInt64(signature[row]), 0x8ebc_6af0_9c88_c6e3)
      }
      return key
    }
  }
}
