/// Bits by code point, looked up in two steps: which block of 128 code points, then which place in it. Blocks that are the
/// same are stored once, so that what text in one script needs stays in the fastest cache.
///
/// It is never freed, which is what makes the pointers in it valid for good and safe to share.
@safe struct CodePointTable: @unchecked Sendable {
  private static let blockSize = 128

  /// All code points from here on have no bits.
  private let limit: UInt32
  private let blockOf: UnsafePointer<UInt16>
  private let blocks: UnsafePointer<UInt8>

  /// - Parameters:
  ///   - runs: the first and the last code point of each run, and the bits that they have
  ///   - limit: above all of them, a multiple of 128
  init(_ runs: [(ends: [UInt32], bits: UInt8)], limit: UInt32) {
    let flat = Self.flat(runs, limit: limit)
    var blockOf: [UInt16] = [], blocks: [UInt8] = [], known: [[UInt8]: UInt16] = [:]
    for start in stride(from: 0, to: flat.count, by: Self.blockSize) {
      let block = Array(flat[start..<start + Self.blockSize])
      if known[block] == nil {
        known[block] = UInt16(known.count)
        blocks += block
      }
      blockOf.append(known[block]!)
    }
    self.limit = limit
    unsafe self.blockOf = Self.immortal(blockOf)
    unsafe self.blocks = Self.immortal(blocks)
  }

  /// The bits of all code points below the limit.
  static func flat(_ runs: [(ends: [UInt32], bits: UInt8)], limit: UInt32) -> [UInt8] {
    var flat = [UInt8](repeating: 0, count: Int(limit))
    for (ends, bits) in runs {
      for index in stride(from: 0, to: ends.count, by: 2) {
        for code in ends[index]...ends[index + 1] { flat[Int(code)] |= bits }
      }
    }
    return flat
  }

  static func immortal<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = unsafe memory.initialize(from: elements)
    return unsafe UnsafePointer(memory.baseAddress!)
  }

  @inline(__always)
  func callAsFunction(_ code: UInt32) -> UInt8 {
    guard code < limit else { return 0 }
    let block = Int(unsafe blockOf[Int(code) / Self.blockSize])
    return unsafe blocks[block * Self.blockSize + Int(code) % Self.blockSize]
  }

  /// ASCII is the first block.
  @inline(__always)
  func callAsFunction(ascii byte: UInt8) -> UInt8 { unsafe blocks[Int(byte)] }
}
