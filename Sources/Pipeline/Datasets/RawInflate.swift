internal import CZlib

/// Unpacks deflated bytes without gzip's wrapping, as zip archives have them (RFC 1951), and their CRC-32.
enum RawInflate {
  /// The `count` bytes that `packed` unpacks to, or nil where it is damaged or unpacks to more or less.
  ///
  /// Memory grows with what really comes out, at most by deflate's largest ratio, whatever `count` promises.
  static func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
    // A thousandfold at most: 258 bytes for two bits.
    guard packed.count < 1 << 30, count <= 1_032 * (packed.count + 1) else { return nil }
    var stream = unsafe z_stream()
    guard unsafe czlib_inflate_raw(&stream) == Z_OK else { return nil }
    defer { unsafe inflateEnd(&stream) }
    // One byte more than promised, to see whether there is more.
    var output = [UInt8](repeating: 0, count: count + 1)
    var packed = packed
    let code = unsafe packed.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = target.baseAddress
        unsafe stream.avail_out = UInt32(target.count)
        return unsafe inflate(&stream, Z_FINISH)
      }
    }
    guard code == Z_STREAM_END, unsafe stream.avail_out == 1 else { return nil }
    output.removeLast()
    return output
  }

  /// CRC-32 as zip and gzip have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }
}
