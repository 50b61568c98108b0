internal import Basics
internal import Glibc

/// Text in other encodings, turned into UTF-8 by the C library's iconv. All use of it is in this file.
public enum TextEncoding {
  /// Whether `name` is an encoding that can be read, such as `latin1`, `utf-16` or `shift_jis`: see `iconv --list`.
  public static func isKnown(_ name: String) -> Bool {
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")) else { return false }
    let converter = unsafe iconv_open("UTF-8", name)
    guard unsafe converter != iconv_t(bitPattern: -1) else { return false }
    unsafe iconv_close(converter)
    return true
  }

  /// `stream` as UTF-8, where the options name another encoding.
  static func decoded(
    _ stream: any ByteStream, _ options: TextOptions, file: String
  ) throws(PipelineError) -> any ByteStream {
    guard let encoding = options.encoding else { return stream }
    return try DecodedStream(stream, encoding, options.invalid, file: file)
  }
}

/// A stream of text in another encoding, as UTF-8.
///
/// What is no text in that encoding is an error with its byte, U+FFFD, or passed on as it is. To leave a document out, its place is kept by
/// 0xFF, which is no part of UTF-8: who reads the document sees it.
@safe final class DecodedStream: ByteStream {
  private let stream: any ByteStream
  private let encoding: String
  private let invalid: TextOptions.Invalid
  private let file: String
  private let converter: iconv_t
  private var input: [UInt8] = []
  private var next = 0
  /// Bytes of the stream before `input`.
  private var before = 0
  private var isExhausted = false
  private var isFlushed = false
  private var output: [UInt8] = []
  private var handed = 0
  var position: Int { stream.position }

  init(
    _ stream: any ByteStream, _ encoding: String, _ invalid: TextOptions.Invalid, file: String
  ) throws(PipelineError) {
    self.stream = stream
    self.encoding = encoding
    self.invalid = invalid
    self.file = file
    guard TextEncoding.isKnown(encoding) else { throw .unknownTextEncoding(encoding) }
    unsafe converter = iconv_open("UTF-8", encoding)
  }

  deinit { unsafe iconv_close(converter) }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard count > 0 else { return 0 }
    while handed == output.count, !isFlushed {
      output.removeAll(keepingCapacity: true)
      handed = 0
      try refill()
      try convert()
    }
    let end = min(handed + count, output.count)
    bytes += output[handed..<end]
    defer { handed = end }
    return end - handed
  }

  /// Reads on, keeping the beginning of a character that has not ended.
  private func refill() throws(PipelineError) {
    before += next
    input.removeFirst(next)
    next = 0
    if !isExhausted { isExhausted = try stream.read(upTo: Self.step, appendingTo: &input) == 0 }
  }

  private static let step = 1 << 16

  /// Converts what is in `input` but for a character that may go on.
  private func convert() throws(PipelineError) {
    while next < input.count {
      let code = step(flush: false)
      switch code {
      case 0, E2BIG: continue
      case EINVAL where !isExhausted: return
      default: try passFault(isCut: code == EINVAL)
      }
    }
    if isExhausted {
      _ = step(flush: true)
      isFlushed = true
    }
  }

  /// Converts as much as it can; returns 0, or why it went no further.
  private func step(flush: Bool) -> Int32 {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: Self.step))
    var room = Self.step
    var waiting = input.count - next
    let result = unsafe input.withUnsafeMutableBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        var from = unsafe source.baseAddress.map { unsafe ($0 + next).assumingMemoryBound(to: CChar.self) }
        var to =
          unsafe (target.baseAddress! + start).assumingMemoryBound(to: CChar.self)
          as UnsafeMutablePointer<CChar>?
        return flush
          ? unsafe iconv(converter, nil, nil, &to, &room)
          : unsafe iconv(converter, &from, &waiting, &to, &room)
      }
    }
    let code = errno
    output.removeLast(room)
    next = input.count - waiting
    return result < 0 ? code : 0
  }

  /// Does with what is no character what the policy says.
  private func passFault(isCut: Bool) throws(PipelineError) {
    let end = isCut ? input.count : min(next + unit, input.count)
    switch invalid {
    case .fail: throw .notInEncoding(file: file, offset: before + next, encoding)
    case .replace: output += [0xef, 0xbf, 0xbd]
    case .skip: output.append(0xff)
    case .keep: output += input[next..<end]
    }
    next = end
  }

  /// How many bytes the encoding's smallest character has.
  private var unit: Int {
    let name = encoding.uppercased()
    if ["UTF-32", "UTF32", "UCS-4", "UCS4"].contains(where: name.hasPrefix) { return 4 }
    return ["UTF-16", "UTF16", "UCS-2", "UCS2"].contains(where: name.hasPrefix) ? 2 : 1
  }
}
