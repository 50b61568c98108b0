internal import Basics
internal import CZlib

/// Unpacks a gzip file: one member or several, then at most zero bytes. zlib is used here and in ``RawInflate``, nowhere else.
///
/// Memory is bounded whatever the file says: a window of 32 KiB and the bytes asked for.
@safe struct GzipDecoder: ~Copyable {
  private var input: PackedInput
  /// On the heap, as zlib keeps the address of its own stream.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isInMember = false
  private var hasMember = false

  init(_ path: String) throws(PipelineError) {
    let file = try PackedInput(path)
    let made = unsafe try Self.stream(path)
    input = file
    unsafe stream = made
  }

  private static func stream(_ path: String) throws(PipelineError) -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    if unsafe czlib_inflate_gzip(stream) == Z_OK { return unsafe stream }
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
    throw .file(.noMemory("unpack", path))
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Where in the packed file the next byte to unpack is.
  var offset: Int { input.offset }

  /// Appends up to `count` unpacked bytes; returns how many came, 0 at the end of the file.
  mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var filled = start
    defer { bytes.removeLast(bytes.count - filled) }
    while filled == start {
      guard try input.refill() else {
        if isInMember { throw input.damaged("the file is cut off") }
        if !hasMember { throw input.damaged("the file is empty") }
        return 0
      }
      if !isInMember, try !enterMember() { continue }
      filled += try inflate(into: &bytes, at: filled)
    }
    return filled - start
  }

  /// Begins the next member. Zero bytes between and after members are padding, as gzip itself has it.
  private mutating func enterMember() throws(PipelineError) -> Bool {
    if hasMember {
      while !input.isEmpty, input.bytes[input.next] == 0 { input.next += 1 }
      if input.isEmpty { return false }
    }
    guard input.bytes[input.next] == 0x1f else {
      throw input.damaged(hasMember ? "there is something else after the packed data" : "not gzip's format")
    }
    unsafe inflateReset(stream)
    isInMember = true
    hasMember = true
    return true
  }

  /// Unpacks what fits into `bytes` from `place` on; returns how many bytes came.
  private mutating func inflate(into bytes: inout [UInt8], at place: Int) throws(PipelineError) -> Int {
    let room = min(bytes.count - place, 1 << 30)
    let (first, waiting) = (input.next, input.bytes.count - input.next)
    let code = unsafe input.bytes.withUnsafeBufferPointer { source in
      unsafe bytes.withUnsafeMutableBufferPointer { target in
        // zlib does not write there; its declaration only lacks the word.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + first)
        unsafe stream.pointee.avail_in = UInt32(waiting)
        unsafe stream.pointee.next_out = target.baseAddress! + place
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    input.next = unsafe input.bytes.count - Int(stream.pointee.avail_in)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInMember = false
    case Z_MEM_ERROR: throw .file(.noMemory("unpack", input.path))
    default:
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw input.damaged(reason ?? "zlib gives up with code \(code)")
    }
    return unsafe room - Int(stream.pointee.avail_out)
  }
}
