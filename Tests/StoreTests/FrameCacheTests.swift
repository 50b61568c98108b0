import Basics
import Store
import Testing

@Suite("Frame cache")
struct FrameCacheTests {
  @Test func `keeps the frames used last, as a list in the order of use would`() throws {
    var random = SplitMix64(seed: 1)
    for slots in 1...8 {
      var cache = FrameCache(slots: slots)
      // The most recent at the end.
      var used: [Int] = []
      for _ in 0..<500 {
        let key = Int.random(in: 0..<slots + 4, using: &random)
        var slot = cache.slot(key)
        #expect((slot != nil) == used.contains(key))
        if slot == nil {
          slot = cache.fill(key) { $0.ids = (0...key).map { UInt32(100 * key + $0) } }
        }
        used.removeAll { $0 == key }
        used.append(key)
        if used.count > slots { used.removeFirst() }
        var copied = [UInt32](repeating: 0, count: key + 3)
        cache.copy(0..<key + 1, from: try #require(slot), to: &copied, at: 1) { $0.ids[key] = 7 }
        #expect(copied == [0] + (0..<key).map { UInt32(100 * key + $0) } + [7, 0])
      }
    }
  }

  @Test func `a frame that could not be read is not kept, and costs one other`() {
    struct Unreadable: Error {}
    var cache = FrameCache(slots: 2)
    for key in [1, 2] {
      #expect(cache.slot(key) == nil)
      _ = cache.fill(key) { $0.ids = [UInt32(key)] }
    }
    #expect(cache.slot(3) == nil)
    #expect(throws: Unreadable.self) {
      try cache.fill(3) { (_: inout TokenFrame) throws(Unreadable) in throw Unreadable() }
    }
    #expect(cache.slot(3) == nil)
    #expect(cache.slot(1) == nil)
    #expect(cache.slot(2) != nil)
  }
}
