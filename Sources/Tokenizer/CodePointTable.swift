/// Bits by code point, looked up in two steps: which block of 128 code points, then which place in it. Blocks whose code
/// points all have the same bits are stored once, so that what text in one script needs stays in the fastest cache.
///
/// It is never freed, which is what makes the pointers in it valid for good and safe to share.
@safe struct CodePointTable: @unchecked Sendable {
  private static let blockSize = 128

  /// All code points from here on have no bits.
  private let limit: UInt32
  private let blockOf: UnsafePointer<UInt16>
  private let blocks: UnsafePointer<UInt8>

  /// - Parameter flat: the bits of all code points below the limit, a multiple of 128.
  init(flat: [UInt8]) {
    var blockOf: [UInt16] = [], blocks: [UInt8] = []
    // By their bits. To find all equal blocks by hashing them took 3 ms of each process's first text.
    var uniform = [UInt16?](repeating: nil, count: 256)
    for start in stride(from: 0, to: flat.count, by: Self.blockSize) {
      let block = flat[start..<start + Self.blockSize], bits = Int(flat[start])
      let isUniform = block.allSatisfy { $0 == flat[start] }
      if isUniform, let known = uniform[bits] {
        blockOf.append(known)
        continue
      }
      let number = UInt16(blocks.count / Self.blockSize)
      if isUniform { uniform[bits] = number }
      blockOf.append(number)
      blocks += block
    }
    limit = UInt32(flat.count)
    unsafe self.blockOf = Self.immortal(blockOf)
    unsafe self.blocks = Self.immortal(blocks)
  }

  /// The bits of all code points below a limit.
  ///
  /// - Parameter runs: the first and the last code point of each run, and the bits that they have
  static func flat(_ runs: [(ends: [UInt32], bits: UInt8)], limit: UInt32) -> [UInt8] {
    var flat = [UInt8](repeating: 0, count: Int(limit))
    var span = flat.mutableSpan
    for (ends, bits) in runs {
      for index in stride(from: 0, to: ends.count, by: 2) {
        for code in Int(ends[index])...Int(ends[index + 1]) { span[code] |= bits }
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
