internal import Basics

/// An order of windows that reads few frames: blocks of windows that follow each other are permuted, and the windows of
/// 64 blocks at a time.
///
/// All blocks but the split's last hold equally many windows. The last has a place of its own among the permuted ones,
/// and comes last in its group before the group's windows are permuted, so that where a group starts is known without
/// looking at those before it.
struct BlockOrder: Sendable {
  /// A block has about so many tokens, and at least one window.
  static let blockTokens = 4 * ShardFormat.frameTokens
  /// Blocks whose windows are mixed with each other.
  static let groupBlocks = 64
  /// Frames that a group's windows lie in where shards are long: those of its blocks, the first and the last cut.
  static let groupFrames = groupBlocks * (blockTokens / ShardFormat.frameTokens + 1)

  private let windowCount: Int
  /// Windows in a block.
  private let width: Int
  private let blockCount: Int
  /// The place of the split's last block, and how many windows it lacks.
  private let lastPlace: Int
  private let lacking: Int
  /// Of the other blocks over the other places.
  private let blocks: Permutation
  private let seed: UInt64

  init(windowCount: Int, contextLength: Int, seed: UInt64) {
    self.windowCount = windowCount
    self.seed = seed
    width = max(1, Self.blockTokens / contextLength)
    blockCount = windowCount / width + (windowCount % width > 0 ? 1 : 0)
    lacking = (width - windowCount % width) % width
    lastPlace = Int(SplitMix64.mix(seed ^ 1) % UInt64(max(1, blockCount)))
    blocks = Permutation(count: max(0, blockCount - 1), seed: seed)
  }

  func window(at position: Int) -> Int {
    let group = group(of: position)
    let start = start(of: group)
    let windows = Permutation(
      count: self.start(of: group + 1) - start, seed: SplitMix64.mix(seed &+ UInt64(group)))
    let (index, offset) = windows[position - start].quotientAndRemainder(dividingBy: width)
    return block(index, of: group) * width + offset
  }

  /// The position of a group's first window.
  private func start(of group: Int) -> Int {
    let place = group * Self.groupBlocks
    return min(windowCount, place * width - (place > lastPlace ? lacking : 0))
  }

  private func group(of position: Int) -> Int {
    // Less than a block is lacking, so that no more than the next group can have come nearer.
    let group = position / (Self.groupBlocks * width)
    return position >= start(of: group + 1) ? group + 1 : group
  }

  /// The block that comes as number `index` in a group.
  private func block(_ index: Int, of group: Int) -> Int {
    let places = group * Self.groupBlocks..<min((group + 1) * Self.groupBlocks, blockCount)
    var place = places.lowerBound + index
    if places.contains(lastPlace) {
      if index == places.count - 1 { return blockCount - 1 }
      if place >= lastPlace { place += 1 }
    }
    return blocks[place > lastPlace ? place - 1 : place]
  }
}

extension Shuffle {
  /// Frames that a reader keeps, so that this order reads each little more than once an epoch where it can.
  package var cachedFrames: Int {
    self == .block ? BlockOrder.groupFrames : SplitReader.standardCachedFrames
  }
}
