internal import Basics
internal import CBzip2

/// What a bzip2 file unpacks to: one stream or several, one behind the other. All use of libbz2 is in this file.
///
/// Memory is bounded by the format: a block of 900 kB takes 3.6 MB to unpack.
@safe final class Bzip2Stream: ByteStream {
  private var input: PackedInput
  /// On the heap, as libbz2 keeps the address of its own stream.
  private let stream: UnsafeMutablePointer<bz_stream>
  /// Whether `stream` is set up and in the middle of packed data.
  private var isInMember = false
  private var hasMember = false

  var position: Int { input.offset }

  init(_ path: String) throws(PipelineError) {
    input = try PackedInput(path)
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
  }

  deinit {
    endMember()
    unsafe stream.deallocate()
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard count > 0 else { return 0 }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var filled = start
    defer { bytes.removeLast(bytes.count - filled) }
    while filled == start {
      // What was unpacked already may still be to come, so the end of the file is asked for only between streams.
      let hasInput = try input.refill()
      if !isInMember {
        guard hasInput else {
          guard hasMember else { throw input.damaged("the file is empty") }
          return 0
        }
        try enterMember()
      }
      let taken = input.next
      filled += try unpack(into: &bytes, at: filled)
      if !hasInput, isInMember, filled == start, taken == input.next {
        throw input.damaged("the file is cut off")
      }
    }
    return filled - start
  }

  private func enterMember() throws(PipelineError) {
    guard input.bytes[input.next] == UInt8(ascii: "B") else {
      throw input.damaged(
        hasMember ? "there is something else after the packed data" : "not bzip2's format")
    }
    unsafe stream.pointee = bz_stream()
    guard unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
      throw .file(.noMemory("unpack", input.path))
    }
    isInMember = true
    hasMember = true
  }

  private func endMember() {
    if isInMember { unsafe BZ2_bzDecompressEnd(stream) }
    isInMember = false
  }

  /// Unpacks what fits into `bytes` from `place` on; returns how many bytes came.
  private func unpack(into bytes: inout [UInt8], at place: Int) throws(PipelineError) -> Int {
    let room = min(bytes.count - place, 1 << 30)
    let waiting = input.bytes.count - input.next
    let first = input.next
    let code = unsafe input.bytes.withUnsafeBytes { source in
      unsafe bytes.withUnsafeMutableBytes { target in
        // libbz2 does not write there; its declaration only lacks the word.
        unsafe stream.pointee.next_in = source.baseAddress.map {
          unsafe UnsafeMutableRawPointer(mutating: $0 + first).assumingMemoryBound(to: CChar.self)
        }
        unsafe stream.pointee.avail_in = UInt32(waiting)
        unsafe stream.pointee.next_out = (target.baseAddress! + place).assumingMemoryBound(to: CChar.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe BZ2_bzDecompress(stream)
      }
    }
    input.next = unsafe input.bytes.count - Int(stream.pointee.avail_in)
    let got = unsafe room - Int(stream.pointee.avail_out)
    switch code {
    case BZ_OK: break
    case BZ_STREAM_END: endMember()
    case BZ_DATA_ERROR_MAGIC: throw input.damaged("not bzip2's format")
    case BZ_MEM_ERROR: throw .file(.noMemory("unpack", input.path))
    case BZ_DATA_ERROR: throw input.damaged("the packed data is damaged")
    default: throw input.damaged("libbz2 gives up with code \(code)")
    }
    return got
  }
}
