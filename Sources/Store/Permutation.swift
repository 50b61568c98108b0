internal import Basics

/// A permutation of `0..<count` that needs no memory.
///
/// The method is the generalised Feistel cipher of Black and Rogaway, "Ciphers with Arbitrary Finite Domains" (2002):
/// a number is a place in a grid that is almost square, whose rows and columns are shifted in turn by amounts that look
/// random; places of the grid beyond the last number are walked over.
struct Permutation: Sendable {
  let count: Int
  private let columns: UInt64
  private let rows: UInt64
  private let seed: UInt64

  private static let rounds = 8

  init(count: Int, seed: UInt64) {
    precondition(count >= 0, "a permutation of fewer than no numbers")
    self.count = count
    self.seed = seed
    columns = max(1, UInt64(Double(count).squareRoot().rounded(.up)))
    rows = max(1, (UInt64(count) + columns - 1) / columns)
  }

  /// The number at `position`, which is in `0..<count`.
  subscript(position: Int) -> Int {
    precondition(0..<count ~= position, "the permutation is of \(count) numbers")
    var place = UInt64(position)
    repeat { place = permuted(place) } while place >= UInt64(count)
    return Int(place)
  }

  /// A permutation of all places in the grid.
  private func permuted(_ place: UInt64) -> UInt64 {
    var (row, column) = place.quotientAndRemainder(dividingBy: columns)
    var keys = SplitMix64(seed: seed)
    for _ in 0..<Self.rounds / 2 {
      column = (column + SplitMix64.mix(keys.next() ^ row) % columns) % columns
      row = (row + SplitMix64.mix(keys.next() ^ column) % rows) % rows
    }
    return row * columns + column
  }
}
