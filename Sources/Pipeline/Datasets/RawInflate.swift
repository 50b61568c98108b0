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
  static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes.span, after: noChecksum) }

  /// The checksum of no bytes.
  static let noChecksum: UInt32 = 0

  /// The checksum of bytes that follow others, whose checksum is `start`.
  static func checksum(_ bytes: Span<UInt8>, after start: UInt32) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      // Without an address, zlib would begin anew.
      guard let address = buffer.baseAddress else { return start }
      return UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(start), address, buffer.count))
    }
  }
}

/// Unpacks deflated bytes that arrive in pieces. Memory is bounded: a window of 32 KiB, and the bytes asked for.
@safe final class RawInflater {
  /// On the heap, as zlib keeps the address of its own stream.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether all was unpacked.
  private(set) var isAtEnd = false

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe czlib_inflate_raw(stream)
    precondition(code == Z_OK, "zlib has no memory for 32 KiB")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Appends up to `room` unpacked bytes, taking those of `input` from `next` on; false where they are damaged, or where `input` is
  /// at its end and more should follow.
  func step(_ input: [UInt8], _ next: inout Int, upTo room: Int, into bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    let room = min(room, 1 << 20)
    bytes.append(contentsOf: repeatElement(0, count: room))
    let (first, waiting) = (next, input.count - next)
    let code = unsafe input.withUnsafeBufferPointer { source in
      unsafe bytes.withUnsafeMutableBufferPointer { target in
        // zlib does not write there; its declaration only lacks the word.
        unsafe stream.pointee.next_in = source.baseAddress.map {
          unsafe UnsafeMutablePointer(mutating: $0 + first)
        }
        unsafe stream.pointee.avail_in = UInt32(waiting)
        unsafe stream.pointee.next_out = target.baseAddress! + start
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    next = unsafe input.count - Int(stream.pointee.avail_in)
    bytes.removeLast(unsafe Int(stream.pointee.avail_out))
    isAtEnd = code == Z_STREAM_END
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR && waiting > 0
  }
}
