import Basics
import Model
import Testing

@Suite("Placing memory")
struct MemoryBlockTests {
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `blocks alive at the same time do not overlap`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let blocks = (0..<Int.random(in: 1...60, using: &random)).map { _ in
      let start = Int.random(in: 0..<40, using: &random)
      let end = min(39, start + Int.random(in: 0...Int.random(in: 0...20, using: &random), using: &random))
      return MemoryBlock(size: Int.random(in: 1...200, using: &random), lifetime: start...end)
    }
    let (places, size) = MemoryBlock.place(blocks)
    for index in blocks.indices {
      #expect(places[index] % 16 == 0, "every block starts at a cache line")
      #expect(places[index] >= 0 && places[index] + blocks[index].size <= size)
      for other in 0..<index where blocks[other].lifetime.overlaps(blocks[index].lifetime) {
        let isApart =
          places[other] + blocks[other].size <= places[index]
          || places[index] + blocks[index].size <= places[other]
        #expect(isApart, "blocks \(other) and \(index) overlap")
      }
    }
    let sizes = blocks.map { ($0.size + 15) / 16 * 16 }
    let peak = (0..<40).map { moment in
      zip(blocks, sizes).reduce(0) { $0 + ($1.0.lifetime.contains(moment) ? $1.1 : 0) }
    }.max()!
    #expect(size >= peak && size <= sizes.reduce(0, +))
    // Placing the largest first wastes little: a third at the very most on these.
    #expect(size <= peak * 4 / 3)
  }

  @Test func `what lives at different times shares memory`() {
    let chain = (0..<50).map { MemoryBlock(size: 64, lifetime: $0...$0 + 1) }
    #expect(MemoryBlock.place(chain).size == 128)
    #expect(MemoryBlock.place([]).size == 0)
  }
}
