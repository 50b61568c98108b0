/// Ids as little-endian integers of two or four bytes, and back. The loops run over plain memory: with checked
/// subscripts they took four times as long.
enum IDBytes {
  /// Appends `ids` to `bytes`, `width` bytes each; returns the largest.
  static func append(_ ids: Span<UInt32>, _ range: Range<Int>, width: Int, to bytes: inout [UInt8]) -> UInt32
  {
    let start = bytes.count
    let part = ids.extracting(range)
    bytes.append(contentsOf: repeatElement(0, count: part.count * width))
    return unsafe bytes.withUnsafeMutableBytes { target in
      unsafe part.withUnsafeBufferPointer { source in
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
        return width == 2
          ? unsafe narrow(source, to: target, as: UInt16.self)
          : unsafe narrow(source, to: target, as: UInt32.self)
      }
    }
  }

  @inline(__always)
  private static func narrow<Stored: FixedWidthInteger & UnsignedInteger>(
    _ ids: UnsafeBufferPointer<UInt32>, to bytes: UnsafeMutableRawBufferPointer, as: Stored.Type
  ) -> UInt32 {
    var largest: UInt32 = 0
    for index in 0..<ids.count {
      let id = unsafe ids[index]
      largest = max(largest, id)
      let stored = Stored(truncatingIfNeeded: id).littleEndian
      unsafe bytes.storeBytes(of: stored, toByteOffset: index &* MemoryLayout<Stored>.size, as: Stored.self)
    }
    return largest
  }

  /// Writes the ids in `bytes`, `width` bytes each, to `ids` from `start`; returns the largest.
  ///
  /// - Precondition: there is room.
  static func read(_ bytes: Span<UInt8>, width: Int, into ids: inout [UInt32], at start: Int) -> UInt32 {
    precondition(ids.count - start >= bytes.count / width, "the ids need room")
    return unsafe ids.withUnsafeMutableBufferPointer { target in
      unsafe bytes.withUnsafeBytes { source in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: target[start...])
        return width == 2
          ? unsafe widen(source, as: UInt16.self, to: target)
          : unsafe widen(source, as: UInt32.self, to: target)
      }
    }
  }

  @inline(__always)
  private static func widen<Stored: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawBufferPointer, as: Stored.Type, to ids: UnsafeMutableBufferPointer<UInt32>
  ) -> UInt32 {
    var largest: UInt32 = 0
    let size = MemoryLayout<Stored>.size
    for index in 0..<bytes.count / size {
      let id = unsafe UInt32(
        Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* size, as: Stored.self)))
      largest = max(largest, id)
      unsafe ids[index] = id
    }
    return largest
  }
}
