public import Basics

/// In which order the windows of an epoch are visited.
public enum Shuffle: String, CaseIterable, Sendable {
  /// A permutation of all windows, another each epoch.
  case full
  /// Blocks of windows that follow each other, 64 blocks mixed at a time: the frames of a block are read once or twice
  /// and not once a window, for a little less mixing. See ``WindowSampler``.
  case block
  /// As stored.
  case none
}

/// The order in which the windows of a split are visited: a permutation that needs no memory.
///
///     let sampler = WindowSampler(tokenCount: 1_000_000, contextLength: 1_024, seed: 1, epoch: 0, rootHash: root)
///     sampler.windowCount       // 977
///     sampler.window(at: 0)     // some window; each comes at exactly one position
///
/// A pure function of the root hash, the seed and the epoch, the same for any number of workers.
///
/// How well an order mixes is told by the chance that two windows of one batch come from the same frame, since
/// neighbours in a text resemble each other: with `full` it is that of drawing at random, with `block` at most 1 in 64
/// or that of drawing at random, whichever is more (docs/design.md has the figures).
public struct WindowSampler: Sendable {
  /// How many windows there are; the last may be partly empty.
  public let windowCount: Int

  private let order: Order

  private enum Order {
    case stored
    case full(Permutation)
    case block(BlockOrder)
  }

  /// The order of one epoch over the windows of `contextLength` tokens.
  public init(
    tokenCount: Int, contextLength: Int, shuffle: Shuffle = .full, seed: UInt64, epoch: Int, rootHash: Digest
  ) {
    precondition(tokenCount >= 0 && contextLength >= 1 && epoch >= 0, "a window has at least one token")
    let (whole, rest) = tokenCount.quotientAndRemainder(dividingBy: contextLength)
    windowCount = whole + (rest > 0 ? 1 : 0)
    var name = rootHash.bytes
    name.append(littleEndian: seed)
    name.append(littleEndian: UInt64(epoch))
    let key = SHA256.hash(name).prefix64
    order =
      switch shuffle {
      case .full: .full(Permutation(count: windowCount, seed: key))
      case .block: .block(BlockOrder(windowCount: windowCount, contextLength: contextLength, seed: key))
      case .none: .stored
      }
  }

  /// The window visited at `position`, which is in `0..<windowCount`.
  public func window(at position: Int) -> Int {
    precondition(0..<windowCount ~= position, "an epoch has \(windowCount) windows")
    return switch order {
    case .stored: position
    case .full(let permutation): permutation[position]
    case .block(let blocks): blocks.window(at: position)
    }
  }
}
