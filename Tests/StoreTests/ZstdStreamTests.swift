import Basics
import Store
import TestSupport
import Testing

@Suite struct `Zstd files` {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A frame of raw blocks, its size in eight bytes, no checksum: made by hand, so that no packer is needed.
  private func frame(_ bytes: [UInt8]) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var output: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000] + number(bytes.count, 8)
    var start = 0
    repeat {
      let end = min(start + 100_000, bytes.count)
      output += number((end - start) << 3 | (end == bytes.count ? 1 : 0), 3) + bytes[start..<end]
      start = end
    } while start < bytes.count
    return output
  }

  private func read(_ packed: [UInt8], step: Int) throws -> [UInt8] {
    var decoder = ZstdDecoder(try File.open(folder.write(packed, to: "a.zst")))
    var bytes: [UInt8] = []
    while try decoder.read(upTo: step, appendingTo: &bytes) > 0 {}
    return bytes
  }

  @Test(arguments: [
    0, 1, 65_535, 65_536, 65_537, 2 * 65_536, 3 * 65_536, 1 << 20, 1 << 20 + 1, 1 << 20 + 65_536,
  ])
  func `are read whole wherever a read ends`(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let random3 = Int.random(in: 1...max(1, count), using: &random)
    for step in [1 << 16, 1 << 20, max(1, count), max(1, count / 2), max(1_000, random3)] {
      #expect(try read(frame(bytes), step: step) == bytes, "step \(step)")
      #expect(try read(frame(bytes) + frame([]) + frame(bytes), step: step) == bytes + bytes, "step \(step)")
    }
  }

  @Test func `cut off where a read ends are an error all the same`() throws {
    let packed = frame([UInt8](repeating: 97, count: 200_000))
    for step in [100_000, 200_000, 1 << 16] {
      for count in [packed.count - 1, 13 + 3 + 100_000, 13 + 3 + 100_000 + 3] {
        let error = #expect(throws: ZstdError.self, "step \(step), \(count) bytes") {
          try read(Array(packed[..<count]), step: step)
        }
        #expect(error == .cutOff(path: folder("a.zst"), offset: count))
      }
    }
  }
}
