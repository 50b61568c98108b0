/// Packed files made by hand, so that tests need no packer: nothing in them is compressed.
public enum Packed {
  /// One gzip member of stored blocks.
  public static func gzip(_ bytes: [UInt8], blockLength: Int = 60_000) -> [UInt8] {
    var output: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let end = min(start + blockLength, bytes.count)
      output.append(end == bytes.count ? 1 : 0)
      output += littleEndian(UInt64(end - start), 2) + littleEndian(UInt64(~(end - start) & 0xffff), 2)
      output += bytes[start..<end]
      start = end
    } while start < bytes.count
    return output + littleEndian(UInt64(crc32(bytes)), 4) + littleEndian(UInt64(bytes.count), 4)
  }

  /// One zstd frame of raw blocks.
  public static func zstd(_ bytes: [UInt8], blockLength: Int = 60_000) -> [UInt8] {
    // A single segment, its size in eight bytes, no checksum.
    var output: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000] + littleEndian(UInt64(bytes.count), 8)
    var start = 0
    repeat {
      let end = min(start + blockLength, bytes.count)
      output += littleEndian(UInt64((end - start) << 3 | (end == bytes.count ? 1 : 0)), 3)
      output += bytes[start..<end]
      start = end
    } while start < bytes.count
    return output
  }

  private static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
      }
    }
  }
}
