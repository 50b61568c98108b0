internal import CZlib

/// Unpacks deflated bytes without gzip's wrapping, as zip archives have them (RFC 1951), and their CRC-32.
enum RawInflate {
  /// More than so many bytes are not unpacked: all of them are in memory.
  static let limit = 1 << 30

  /// The `count` bytes that `packed` unpacks to, or nil where it is damaged or unpacks to more or less.
  ///
  /// Memory grows with what really comes out, whatever `count` promises.
  ///
  /// - Precondition: neither is more than ``limit``.
  static func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
    precondition(max(packed.count, count) <= limit, "so much is not unpacked in memory")
    var stream = unsafe z_stream()
    guard unsafe czlib_inflate_raw(&stream) == Z_OK else { return nil }
    defer { unsafe inflateEnd(&stream) }
    var output: [UInt8] = []
    var code = Z_OK
    var packed = packed
    unsafe packed.withUnsafeMutableBufferPointer { source in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      while code == Z_OK, output.count <= count {
        code = unsafe inflateMore(&stream, upTo: count, into: &output)
      }
    }
    return code == Z_STREAM_END && output.count == count ? output : nil
  }

  /// Appends the next piece to `output`, up to one byte more than the `count` promised, to see whether there is more.
  private static func inflateMore(_ stream: inout z_stream, upTo count: Int, into output: inout [UInt8])
    -> Int32
  {
    let start = output.count
    let room = min(count + 1 - start, 1 << 20)
    output.append(contentsOf: repeatElement(0, count: room))
    let code = unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe stream.next_out = target.baseAddress! + start
      unsafe stream.avail_out = UInt32(room)
      return unsafe inflate(&stream, Z_NO_FLUSH)
    }
    output.removeLast(unsafe Int(stream.avail_out))
    return code
  }

  /// CRC-32 as zip and gzip have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }
}
