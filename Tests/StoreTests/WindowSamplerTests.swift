import Basics
import Store
import Testing

@Suite("The order of windows")
struct WindowSamplerTests {
  private static let root = SHA256.hash(Array("a dataset".utf8))

  private static func sampler(
    windows: Int, seed: UInt64 = 1, epoch: Int = 0, root: Digest = root
  ) -> WindowSampler {
    WindowSampler(tokenCount: windows, contextLength: 1, seed: seed, epoch: epoch, rootHash: root)
  }

  private static func order(_ sampler: WindowSampler) -> [Int] {
    (0..<sampler.windowCount).map { sampler.window(at: $0) }
  }

  @Test func `every window comes exactly once an epoch`() {
    var random = SplitMix64(seed: 1)
    let counts = Array(1...300) + [999, 1_000, 1_001, 4_095, 4_096, 4_097, 99_991]
    for count in counts {
      let sampler = Self.sampler(windows: count, seed: random.next(), epoch: Int(random.next() % 1_000))
      #expect(sampler.windowCount == count)
      #expect(Self.order(sampler).sorted() == Array(0..<count))
    }
  }

  @Test(arguments: [(0, 5, 0), (1, 5, 1), (5, 5, 1), (6, 5, 2), (1_000_000, 1_024, 977), (.max, 1, .max)])
  func `windows cover all tokens, the last perhaps in part`(tokens: Int, length: Int, windows: Int) {
    let sampler = WindowSampler(
      tokenCount: tokens, contextLength: length, seed: 1, epoch: 0, rootHash: Self.root)
    #expect(sampler.windowCount == windows)
  }

  @Test func `seeds, epochs and datasets have orders of their own`() {
    let other = SHA256.hash(Array("another".utf8))
    let orders = [
      Self.order(Self.sampler(windows: 500)), Self.order(Self.sampler(windows: 500, seed: 2)),
      Self.order(Self.sampler(windows: 500, epoch: 1)), Self.order(Self.sampler(windows: 500, root: other)),
      // Not the same numbers with their parts exchanged.
      Self.order(Self.sampler(windows: 500, seed: 0, epoch: 1)),
    ]
    #expect(Set(orders).count == orders.count)
    #expect(orders[0] == Self.order(Self.sampler(windows: 500)))
  }

  /// Recorded: another order would break every run that is resumed.
  @Test(
    arguments: [
      (10, 0, [9, 2, 4, 7, 0, 1, 8, 5, 3, 6]), (10, 1, [2, 6, 7, 5, 8, 9, 3, 1, 4, 0]),
      (
        1_000_003, 0,
        [609_353, 121_578, 135_795, 547_940, 355_543, 618_897, 708_215, 314_765, 30_794, 116_057]
      ),
    ] as [(Int, Int, [Int])])
  func `the order is the one that it always was`(windows: Int, epoch: Int, expected: [Int]) {
    let sampler = Self.sampler(windows: windows, seed: 42, epoch: epoch)
    #expect((0..<10).map { sampler.window(at: $0) } == expected)
  }

  @Test func `the order of a quintillion windows needs no memory`() {
    let count = 1 << 60
    let sampler = Self.sampler(windows: count)
    let windows = (0..<10_000).map { sampler.window(at: count / 10_000 * $0) }
    #expect(Set(windows).count == windows.count)
    #expect(windows.allSatisfy { 0..<count ~= $0 })
    #expect(MemoryLayout<WindowSampler>.size <= 128)
  }

  @Test func `windows are well mixed`() {
    let count = 10_000
    for epoch in 0..<5 {
      let order = Self.order(Self.sampler(windows: count, epoch: epoch))
      // A random permutation leaves one window in place and keeps one pair together, on average.
      #expect(order.indices.count { order[$0] == $0 } < 8)
      #expect(order.indices.dropLast().count { order[$0] + 1 == order[$0 + 1] } < 8)
      // Each tenth of the epoch has about a tenth of each tenth of the split: 100 of 1000, give or take six deviations.
      for part in 0..<10 {
        for tenth in 0..<10 {
          let found = order[1_000 * part..<1_000 * (part + 1)].count { $0 / 1_000 == tenth }
          #expect(43...157 ~= found)
        }
      }
    }
  }
}
