internal import CZstd

// All use of the C library is in this file: whole frames in memory first, files as a stream after them.

/// Turns bytes into zstd frames that state their size and end with a checksum.
@safe struct ZstdCompressor: ~Copyable {
  private let context: OpaquePointer

  /// - Parameter leastMatch: bytes that are repeated before that is made use of; 0 for what the level has.
  init(level: Int, leastMatch: Int = 0) {
    guard let context = unsafe ZSTD_createCCtx() else { fatalError("no memory for a zstd compressor") }
    unsafe self.context = unsafe context
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, Int32(leastMatch))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// Appends one frame that holds `content`; returns its size.
  @discardableResult
  mutating func compress(_ content: Span<UInt8>, appendingTo output: inout [UInt8]) -> Int {
    let start = output.count
    let bound = ZSTD_compressBound(content.count)
    output.append(contentsOf: repeatElement(0, count: bound))
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe content.withUnsafeBytes { source in
        unsafe ZSTD_compress2(context, target.baseAddress! + start, bound, source.baseAddress, source.count)
      }
    }
    // Where the output has room for the bound, nothing but memory can be lacking.
    if ZSTD_isError(size) != 0 {
      fatalError("zstd cannot compress: \(unsafe String(cString: ZSTD_getErrorName(size)))")
    }
    output.removeLast(bound - size)
    return size
  }
}

/// Turns whole zstd frames back into bytes.
@safe struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer

  /// - Parameter verifiesChecksums: else they must be there and may say anything, where this version of the library can
  ///   pass over them.
  init(verifiesChecksums: Bool = true) {
    guard let context = unsafe ZSTD_createDCtx() else { fatalError("no memory for a zstd decompressor") }
    unsafe self.context = unsafe context
    // ZSTD_d_forceIgnoreChecksum, whose name is in the library's experimental part only. Whoever refuses it goes on verifying.
    if !verifiesChecksums { unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_experimentalParam3, 1) }
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// How many bytes the frame says it holds; nil where it is no frame or does not say.
  static func contentSize(_ frame: Span<UInt8>) -> Int? {
    let size = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
    // The library's two ways to say no are the two largest numbers.
    return size > UInt64(Int.max) ? nil : Int(size)
  }

  /// Replaces `content` by the `count` bytes that the one frame in `frame` holds, and `padding` bytes of anything.
  ///
  /// - Returns: what is wrong, or nil.
  mutating func decompress(
    _ frame: [UInt8], count: Int, padding: Int = 0, into content: inout [UInt8]
  ) -> String? {
    if let problem = Self.problem(frame.span, count: count) { return problem }
    content.resize(to: count + padding)
    let size = unsafe content.withUnsafeMutableBytes { target in
      unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompressDCtx(context, target.baseAddress, count, source.baseAddress, source.count)
      }
    }
    if ZSTD_isError(size) != 0 { return "zstd: \(unsafe String(cString: ZSTD_getErrorName(size)))" }
    return size == count ? nil : "it holds \(size) bytes, not \(count)"
  }

  /// Whatever can be known before decompressing: one ordinary frame, of the right size, with a checksum.
  private static func problem(_ frame: Span<UInt8>, count: Int) -> String? {
    guard frame.count > 5, frame.littleEndian(at: 0) as UInt32 == ZSTD_MAGICNUMBER else {
      return "there is no zstd frame"
    }
    // Bit 2 says that a checksum follows; bits 3 and 4 have no meaning yet and must be 0.
    guard frame[4] & 0b1_1100 == 0b0_0100 else { return "the zstd frame has no checksum" }
    guard let size = contentSize(frame), size == count else { return "the zstd frame has another size" }
    let length = unsafe frame.withUnsafeBytes {
      unsafe ZSTD_findFrameCompressedSize($0.baseAddress, $0.count)
    }
    return length == frame.count ? nil : "the zstd frame is cut off or followed by something else"
  }
}

/// Decompresses a stream that arrives in pieces.
@safe struct ZstdStream: ~Copyable {
  private let context: OpaquePointer
  /// Whether the last frame is at its end, so that the input may end.
  private(set) var isAtEndOfFrame = false

  enum Failure: Error { case notZstd, windowTooLarge, noMemory, other(String) }

  /// - Parameter windowLog: a frame that needs 2 to this many bytes or more to look back is refused.
  init(windowLog: Int) {
    guard let context = unsafe ZSTD_createDCtx() else { fatalError("no memory for a zstd decompressor") }
    unsafe self.context = unsafe context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// Reads from `input`, moving `place`, and fills `output` from `start`; returns how many bytes came.
  mutating func step(
    _ input: [UInt8], _ place: inout Int, into output: inout [UInt8], from start: Int
  ) throws(Failure) -> Int {
    var result = 0
    var produced = 0
    unsafe output.withUnsafeMutableBytes { target in
      unsafe input.withUnsafeBytes { source in
        var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: place)
        var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: start)
        result = unsafe ZSTD_decompressStream(context, &to, &from)
        place = unsafe from.pos
        produced = unsafe to.pos - start
      }
    }
    if ZSTD_isError(result) != 0 { throw Self.failure(result) }
    isAtEndOfFrame = result == 0
    return produced
  }

  private static func failure(_ result: Int) -> Failure {
    switch ZSTD_getErrorCode(result) {
    case ZSTD_error_prefix_unknown: .notZstd
    case ZSTD_error_frameParameter_windowTooLarge: .windowTooLarge
    case ZSTD_error_memory_allocation: .noMemory
    default: .other(unsafe String(cString: ZSTD_getErrorName(result)))
    }
  }
}
