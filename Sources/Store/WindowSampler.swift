public import Basics

/// The order in which the windows of a split are visited: a permutation that needs no memory.
///
///     let sampler = WindowSampler(tokenCount: 1_000_000, contextLength: 1_024, seed: 1, epoch: 0, rootHash: root)
///     sampler.windowCount       // 977
///     sampler.window(at: 0)     // some window; each comes at exactly one position
///
/// A pure function of the root hash, the seed and the epoch, the same for any number of workers. The method is the
/// generalised Feistel cipher of Black and Rogaway, "Ciphers with Arbitrary Finite Domains" (2002): a window is a
/// place in a grid that is almost square, whose rows and columns are shifted in turn by amounts that look random; places
/// of the grid beyond the last window are walked over.
public struct WindowSampler: Sendable {
  /// How many windows there are; the last may be partly empty.
  public let windowCount: Int

  private let columns: UInt64
  private let rows: UInt64
  private let keys: [UInt64]

  private static let rounds = 8

  /// The order of one epoch over the windows of `contextLength` tokens.
  public init(tokenCount: Int, contextLength: Int, seed: UInt64, epoch: Int, rootHash: Digest) {
    precondition(tokenCount >= 0 && contextLength >= 1 && epoch >= 0, "a window has at least one token")
    let (whole, rest) = tokenCount.quotientAndRemainder(dividingBy: contextLength)
    windowCount = whole + (rest > 0 ? 1 : 0)
    columns = max(1, UInt64(Double(windowCount).squareRoot().rounded(.up)))
    rows = max(1, (UInt64(windowCount) + columns - 1) / columns)
    var name = rootHash.bytes
    name.append(littleEndian: seed)
    name.append(littleEndian: UInt64(epoch))
    var random = SplitMix64(seed: SHA256.hash(name).prefix64)
    keys = (0..<Self.rounds).map { _ in random.next() }
  }

  /// The window visited at `position`, which is in `0..<windowCount`.
  public func window(at position: Int) -> Int {
    precondition(0..<windowCount ~= position, "an epoch has \(windowCount) windows")
    var place = UInt64(position)
    repeat { place = permuted(place) } while place >= UInt64(windowCount)
    return Int(place)
  }

  /// A permutation of all places in the grid.
  private func permuted(_ place: UInt64) -> UInt64 {
    var (row, column) = place.quotientAndRemainder(dividingBy: columns)
    for round in stride(from: 0, to: Self.rounds, by: 2) {
      column = (column + SplitMix64.mix(keys[round] ^ row) % columns) % columns
      row = (row + SplitMix64.mix(keys[round + 1] ^ column) % rows) % rows
    }
    return row * columns + column
  }
}
