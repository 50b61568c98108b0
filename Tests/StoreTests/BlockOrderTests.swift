import Basics
import Store
import Testing

@Suite("The order of blocks")
struct BlockOrderTests {
  private static let root = SHA256.hash(Array("a dataset".utf8))

  private static func order(
    windows: Int, length: Int, _ shuffle: Shuffle = .block, epoch: Int = 0, lacking: Int = 0
  ) -> [Int] {
    let sampler = WindowSampler(
      tokenCount: windows * length - lacking, contextLength: length, shuffle: shuffle, seed: 1, epoch: epoch,
      rootHash: root)
    return (0..<sampler.windowCount).map { sampler.window(at: $0) }
  }

  @Test func `every window comes exactly once an epoch`() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<300 {
      let length = 1 << Int.random(in: 8...16, using: &random)
      // A block has up to 128 windows, a group up to 8192.
      let windows = Int.random(in: 1...[3, 200, 20_000].randomElement(using: &random)!, using: &random)
      let order = Self.order(
        windows: windows, length: length, epoch: Int.random(in: 0..<9, using: &random),
        lacking: Int.random(in: 0..<length, using: &random))
      #expect(order.sorted() == Array(0..<windows))
    }
  }

  @Test func `epochs have orders of their own, and short splits are mixed as a whole`() {
    #expect(Self.order(windows: 900, length: 1_024) != Self.order(windows: 900, length: 1_024, epoch: 1))
    let short = Self.order(windows: 2_000, length: 1_024)
    for tenth in 0..<10 {
      // 200 of 2000 positions hold 20 of each tenth's 200 windows, give or take six deviations.
      for part in 0..<10 {
        #expect(1...46 ~= short[200 * part..<200 * (part + 1)].count { $0 / 200 == tenth })
      }
    }
  }

  /// The measure of docs/design.md: the chance that two rows of a batch lie in one frame.
  @Test func `two rows of a batch come from one frame about as rarely as 7 in 2047`() {
    func chance(_ shuffle: Shuffle) -> Double {
      let order = Self.order(windows: 20_000, length: 1_024, shuffle)
      var pairs = 0, same = 0
      for start in stride(from: 0, to: order.count - 31, by: 32) {
        for left in start..<start + 32 {
          for right in left + 1..<start + 32 {
            pairs += 1
            if order[left] / 8 == order[right] / 8 { same += 1 }
          }
        }
      }
      return Double(same) / Double(pairs)
    }
    // Groups of 64 blocks of 32 windows, frames of 8: 7 of the 2047 other windows lie in one's own frame.
    #expect(abs(chance(.block) / (7.0 / 2_047) - 1) < 0.15)
    #expect(abs(chance(.full) / (7.0 / 19_999) - 1) < 0.4)
    #expect(chance(.none) > 0.2)
  }

  @Test(arguments: [(256, 1.3), (1_000, 1.3), (1_024, 1.3), (8_192, 1.3), (40_000, 1.6)])
  func `a frame is read little more than once an epoch, where the full order reads it for every window`(
    length: Int, most: Double
  ) {
    let tokens = 20_000_000
    let full = Self.reads(tokens, length, .full), block = Self.reads(tokens, length, .block)
    #expect(block < most)
    #expect(full > 0.95 * (8_192 / Double(length) + 1))
  }

  /// Frames read in an epoch, by the frames that there are. The cache is the loader's.
  private static func reads(_ tokens: Int, _ length: Int, _ shuffle: Shuffle) -> Double {
    var cache = FrameCache(slots: shuffle.cachedFrames)
    var reads = 0
    for window in order(windows: tokens / length, length: length, shuffle) {
      for frame in max(0, window * length - 1) / 8_192...((window + 1) * length - 1) / 8_192 {
        guard cache.slot(frame) == nil else { continue }
        reads += 1
        _ = cache.fill(frame) { (_: inout TokenFrame) in }
      }
    }
    return Double(reads) / Double(tokens / 8_192)
  }

  /// Recorded: another order would break every run that is resumed.
  @Test func `the order is the one that it always was`() {
    let first = [7_875, 7_020, 590, 9_279, 3_276, 6_250, 5_523, 1_794]
    #expect(Array(Self.order(windows: 10_000, length: 1_024)[..<8]) == first)
  }
}
