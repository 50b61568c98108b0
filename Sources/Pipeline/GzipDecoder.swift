internal import Basics
internal import CZlib

/// Unpacks a gzip file: one member or several, then at most zero bytes. All use of zlib is in this file.
///
/// Memory is bounded whatever the file says: a window of 32 KiB and the bytes asked for.
@safe struct GzipDecoder: ~Copyable {
  private let file: File
  /// On the heap, as zlib keeps the address of its own stream.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Packed bytes, of which those from `next` on are to come.
  private var input: [UInt8] = []
  private var next = 0
  /// Packed bytes of the file before `input`.
  private var before = 0
  private var isInMember = false
  private var hasMember = false

  init(_ file: consuming File) {
    self.file = file
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe czlib_inflate_gzip(stream)
    guard code == Z_OK else { fatalError("no memory for zlib's 32 KiB") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Where in the packed file the next byte to unpack is.
  var offset: Int { before + next }

  private func damaged(_ reason: String) -> PipelineError {
    .damaged(file: file.path, offset: offset, reason: reason)
  }

  /// Appends up to `count` unpacked bytes; returns how many came, 0 at the end of the file.
  mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var filled = start
    defer { bytes.removeLast(bytes.count - filled) }
    while filled == start {
      if next == input.count, try !refill() {
        if isInMember { throw damaged("the file is cut off") }
        if !hasMember { throw damaged("the file is empty") }
        return 0
      }
      if !isInMember, try !enterMember() { continue }
      filled += try inflate(into: &bytes, at: filled)
    }
    return filled - start
  }

  private mutating func refill() throws(PipelineError) -> Bool {
    before += input.count
    next = 0
    input.removeAll(keepingCapacity: true)
    do {
      return try file.read(upTo: 1 << 17, appendingTo: &input) > 0
    } catch {
      throw .file(error)
    }
  }

  /// Begins the next member. Zero bytes between and after members are padding, as gzip itself has it.
  private mutating func enterMember() throws(PipelineError) -> Bool {
    if hasMember {
      while next < input.count, input[next] == 0 { next += 1 }
      if next == input.count { return false }
    }
    guard input[next] == 0x1f else {
      throw damaged(hasMember ? "there is something else after the packed data" : "not gzip's format")
    }
    unsafe inflateReset(stream)
    isInMember = true
    hasMember = true
    return true
  }

  /// Unpacks what fits into `bytes` from `place` on; returns how many bytes came.
  private mutating func inflate(into bytes: inout [UInt8], at place: Int) throws(PipelineError) -> Int {
    let room = min(bytes.count - place, 1 << 30)
    let waiting = input.count - next
    let code = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe bytes.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress! + next
        unsafe stream.pointee.avail_in = UInt32(waiting)
        unsafe stream.pointee.next_out = target.baseAddress! + place
        unsafe stream.pointee.avail_out = UInt32(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    next = unsafe input.count - Int(stream.pointee.avail_in)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInMember = false
    case Z_MEM_ERROR: throw .file(.noMemory("unpack", file.path))
    default:
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw damaged(reason ?? "zlib gives up with code \(code)")
    }
    return unsafe room - Int(stream.pointee.avail_out)
  }
}
