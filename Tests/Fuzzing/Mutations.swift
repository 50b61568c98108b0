package import Basics

/// Changes to bytes as fuzzers make them, for where the compiler has no fuzzer.
package enum Mutations {
  /// Numbers that readers are apt to forget.
  private static let edges: [UInt64] = [
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, .max >> 1, .max,
  ]

  /// `input` changed in some places, perhaps with parts of `others`.
  package static func mutated(
    _ input: [UInt8], with others: [[UInt8]], limit: Int, using random: inout SplitMix64
  ) -> [UInt8] {
    var bytes = input
    for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, others, &random) }
    return Array(bytes.prefix(limit))
  }

  private static func mutate(_ bytes: inout [UInt8], _ others: [[UInt8]], _ random: inout SplitMix64) {
    guard !bytes.isEmpty else {
      bytes = (others.randomElement(using: &random) ?? []) + [UInt8.random(in: 0...255, using: &random)]
      return
    }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: bytes.removeSubrange(place...)
    case 5:
      let number = edges.randomElement(using: &random)!
      for index in place..<min(bytes.count, place + [1, 2, 4, 8].randomElement(using: &random)!) {
        bytes[index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (index - place)))
      }
    case 6:
      let other = others.randomElement(using: &random) ?? bytes
      let start = other.isEmpty ? 0 : Int.random(in: 0..<other.count, using: &random)
      bytes.insert(contentsOf: other[start..<min(other.count, start + 32)], at: place)
    case 7:
      // Names and numbers longer than anyone writes: errors must not repeat all of them.
      bytes.insert(contentsOf: repeatElement(bytes[place], count: 5_000), at: place)
    case 8: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
    default: bytes[place] = bytes[place] &+ UInt8.random(in: 0...2, using: &random) &- 1
    }
  }
}
