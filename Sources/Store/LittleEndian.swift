package import Basics

extension [UInt8] {
  /// Appends an integer, the lowest byte first.
  package mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(littleEndian value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
    }
  }
}

extension Span<UInt8> {
  /// The integer whose lowest byte is at `offset`.
  ///
  /// - Precondition: all its bytes are there.
  package func littleEndian<Integer: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Integer {
    var value: Integer = 0
    for index in 0..<Integer.bitWidth / 8 {
      value |= Integer(self[offset + index]) << Integer(8 * index)
    }
    return value
  }

  /// The digest at `offset`.
  func digest(at offset: Int) -> Digest { Digest(bytes: Array(self, offset..<offset + Digest.size)) }
}

extension [UInt8] {
  /// A copy of some of a span's bytes.
  init(_ span: Span<UInt8>, _ range: Range<Int>) {
    self.init()
    reserveCapacity(range.count)
    for index in range { append(span[index]) }
  }
}

extension Digest {
  static let size = 32

  /// Stands for the digest of something that is not there.
  package static let none = Digest(bytes: [UInt8](repeating: 0, count: size))
}
