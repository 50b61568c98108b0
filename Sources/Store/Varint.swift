/// Numbers of few bytes: seven bits a byte, the lowest first; the high bit says that more follow.
package enum Varint {
  package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The number at `offset`, which moves past it; nil where it does not end in ten bytes or before the bytes do.
  package static func read(_ bytes: Span<UInt8>, at offset: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard offset < bytes.count else { return nil }
      let byte = bytes[offset]
      offset += 1
      let part = UInt64(byte & 0x7f)
      guard (part << shift) >> shift == part else { return nil }
      value |= part << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// 0, -1, 1, -2 become 0, 1, 2, 3: small numbers of either sign stay small.
  package static func zigzag(_ value: Int) -> UInt64 {
    UInt64(UInt(bitPattern: (value << 1) ^ (value >> 63)))
  }

  package static func unzigzag(_ value: UInt64) -> Int { Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1) }
}
