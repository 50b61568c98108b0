internal import Basics
internal import CLzma

/// What an xz file unpacks to: one stream or several, with or without padding. All use of liblzma is in this file.
///
/// Memory is bounded whatever the file says: those that need more than ``memoryLimit`` to unpack are refused. `xz -9` needs 65 MiB.
@safe final class XzStream: ByteStream {
  /// In bytes: a dictionary of 128 MiB, and what liblzma needs beside it.
  static let memoryLimit: UInt64 = 132 << 20

  private var input: PackedInput
  /// On the heap, as liblzma may keep its address.
  private let stream: UnsafeMutablePointer<lzma_stream>
  private var isAtEnd = false

  var position: Int { input.offset }

  init(_ path: String) throws(PipelineError) {
    input = try PackedInput(path)
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    let code = unsafe clzma_decoder(stream, Self.memoryLimit)
    guard code == LZMA_OK else { throw .file(.noMemory("unpack", path)) }
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard count > 0, !isAtEnd else { return 0 }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var filled = start
    defer { bytes.removeLast(bytes.count - filled) }
    while filled == start, !isAtEnd {
      let hasInput = try input.refill()
      filled += try unpack(into: &bytes, at: filled, isLast: !hasInput)
    }
    return filled - start
  }

  /// Unpacks what fits into `bytes` from `place` on; returns how many bytes came.
  private func unpack(into bytes: inout [UInt8], at place: Int, isLast: Bool) throws(PipelineError) -> Int {
    let room = bytes.count - place
    let (first, waiting) = (input.next, input.bytes.count - input.next)
    let code = unsafe input.bytes.withUnsafeBufferPointer { source in
      unsafe bytes.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + first }
        unsafe stream.pointee.avail_in = waiting
        unsafe stream.pointee.next_out = target.baseAddress! + place
        unsafe stream.pointee.avail_out = room
        return unsafe lzma_code(stream, isLast ? LZMA_FINISH : LZMA_RUN)
      }
    }
    input.next = unsafe input.bytes.count - stream.pointee.avail_in
    let got = unsafe room - stream.pointee.avail_out
    switch code {
    case LZMA_OK: break
    case LZMA_STREAM_END: isAtEnd = true
    case LZMA_MEM_ERROR: throw .file(.noMemory("unpack", input.path))
    default: throw input.damaged(reason(code))
    }
    return got
  }

  private func reason(_ code: lzma_ret) -> String {
    switch code {
    // With the end of the file told, no progress can only mean that more should have come.
    case LZMA_BUF_ERROR: input.offset == 0 ? "the file is empty" : "the file is cut off"
    case LZMA_FORMAT_ERROR: "not xz's format"
    case LZMA_DATA_ERROR: "the packed data is damaged"
    case LZMA_OPTIONS_ERROR: "packed in a way that this liblzma does not know"
    case LZMA_MEMLIMIT_ERROR:
      "needs \(unsafe lzma_memusage(stream) >> 20) MiB to unpack, more than \(Self.memoryLimit >> 20)"
    default: "liblzma gives up with code \(code.rawValue)"
    }
  }
}
