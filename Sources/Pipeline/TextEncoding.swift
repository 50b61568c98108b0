internal import Basics
internal import Glibc

/// Text in other encodings, turned into UTF-8 by the C library's iconv. All use of it is in this file.
public enum TextEncoding {
  /// Whether `name` is an encoding that can be read, such as `latin1`, `utf-16` or `shift_jis`: see `iconv --list`.
  public static func isKnown(_ name: String) -> Bool { Converter(from: name, to: "UTF-8") != nil }

  /// Whether `name` is UTF-8, which needs no turning.
  static func isUTF8(_ name: String) -> Bool { ["utf-8", "utf8"].contains(name.lowercased()) }

  /// `stream` as UTF-8, where the options name another encoding.
  static func decoded(
    _ stream: any ByteStream, _ options: TextOptions, file: String
  ) throws(PipelineError) -> any ByteStream {
    guard let encoding = options.encoding else { return stream }
    return try DecodedStream(stream, encoding, options.invalid, file: file)
  }

  /// How many bytes the letter "a" has in an encoding; 1 where it has none.
  fileprivate static func unit(of name: String) -> Int {
    func count(_ text: String) -> Int? {
      guard let converter = Converter(from: "UTF-8", to: name) else { return nil }
      var input = Array(text.utf8)
      var output = [UInt8](repeating: 0, count: 64)
      var (next, filled) = (0, 0)
      let code = converter.step(&input, &next, &output, &filled)
      return code == 0 && next == input.count ? filled : nil
    }
    // A second letter tells: before the first one there may be a byte order mark.
    guard let one = count("a"), let two = count("aa") else { return 1 }
    return max(1, two - one)
  }
}

/// What iconv calls a conversion descriptor.
@safe private final class Converter {
  private let descriptor: iconv_t

  /// Nil where there is no such encoding.
  init?(from source: String, to target: String) {
    // What follows a slash are wishes, such as `//IGNORE`.
    guard ![source, target].contains(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: "/")) }) else {
      return nil
    }
    unsafe descriptor = iconv_open(target, source)
    guard unsafe descriptor != iconv_t(bitPattern: -1) else { return nil }
  }

  deinit {
    if unsafe descriptor != iconv_t(bitPattern: -1) { unsafe iconv_close(descriptor) }
  }

  /// Converts `input` from `next` on into `output` from `filled` on, as much as it can, and moves both; returns 0, or why it
  /// went no further.
  func step(_ input: inout [UInt8], _ next: inout Int, _ output: inout [UInt8], _ filled: inout Int) -> Int32
  {
    var waiting = input.count - next
    var room = output.count - filled
    let result = unsafe input.withUnsafeMutableBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        var from = unsafe source.baseAddress.map { unsafe ($0 + next).assumingMemoryBound(to: CChar.self) }
        var to = unsafe target.baseAddress.map { unsafe ($0 + filled).assumingMemoryBound(to: CChar.self) }
        return unsafe iconv(descriptor, &from, &waiting, &to, &room)
      }
    }
    let code = errno
    next = input.count - waiting
    filled = output.count - room
    return result < 0 ? code : 0
  }

  /// Adds what was held back at the end of the text; returns 0, or that there is no room.
  func finish(_ output: inout [UInt8], _ filled: inout Int) -> Int32 {
    var room = output.count - filled
    let result = unsafe output.withUnsafeMutableBytes { target in
      var to = unsafe target.baseAddress.map { unsafe ($0 + filled).assumingMemoryBound(to: CChar.self) }
      return unsafe iconv(descriptor, nil, nil, &to, &room)
    }
    let code = errno
    filled = output.count - room
    return result < 0 ? code : 0
  }
}

/// A stream of text in another encoding, as UTF-8.
///
/// What is no text in that encoding is an error with its byte, U+FFFD, or passed on as it is. To leave a document out, its place is kept by
/// 0xFF, which is no part of UTF-8: who reads the document sees it.
final class DecodedStream: ByteStream {
  private let stream: any ByteStream
  private let encoding: String
  private let invalid: TextOptions.Invalid
  private let file: String
  private let converter: Converter
  private var input: [UInt8] = []
  private var next = 0
  /// Bytes of the stream before `input`.
  private var before = 0
  private var isExhausted = false
  private var isFlushed = false
  /// Room for what was converted, of which the first `filled` bytes are, and the first `handed` given out.
  private var output = [UInt8](repeating: 0, count: DecodedStream.step)
  private var filled = 0
  private var handed = 0
  /// How many bytes the encoding's smallest character has.
  private lazy var unit = TextEncoding.unit(of: encoding)
  var position: Int { stream.position }

  init(
    _ stream: any ByteStream, _ encoding: String, _ invalid: TextOptions.Invalid, file: String
  ) throws(PipelineError) {
    self.stream = stream
    self.encoding = encoding
    self.invalid = invalid
    self.file = file
    guard let converter = Converter(from: encoding, to: "UTF-8") else { throw .unknownTextEncoding(encoding) }
    self.converter = converter
  }

  private static let step = 1 << 16
  /// So much room there is before anything is converted: more than a character or a fault takes.
  private static let leastRoom = 64
  /// More bytes than any encoding's character has.
  private static let longestFault = 16

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard count > 0 else { return 0 }
    while handed == filled, !isFlushed {
      (handed, filled) = (0, 0)
      try convert()
    }
    let end = min(handed + count, filled)
    bytes += output[handed..<end]
    defer { handed = end }
    return end - handed
  }

  /// Fills the output, as far as there is something to convert.
  private func convert() throws(PipelineError) {
    while output.count - filled >= Self.leastRoom {
      if next == input.count {
        guard isExhausted else {
          try refill()
          continue
        }
        isFlushed = converter.finish(&output, &filled) != E2BIG
        return
      }
      switch converter.step(&input, &next, &output, &filled) {
      case 0: continue
      case E2BIG: return
      case EINVAL where !isExhausted: try refill()
      case let code: try passFault(isCut: code == EINVAL)
      }
    }
  }

  /// Reads on, keeping the beginning of a character that has not ended.
  private func refill() throws(PipelineError) {
    before += next
    input.removeFirst(next)
    next = 0
    isExhausted = try stream.read(upTo: Self.step, appendingTo: &input) == 0
  }

  /// Does with what is no character what the policy says.
  private func passFault(isCut: Bool) throws(PipelineError) {
    let end = min(next + (isCut ? Self.longestFault : unit), input.count)
    switch invalid {
    case .fail: throw .notInEncoding(file: file, offset: before + next, encoding)
    case .replace: put([0xef, 0xbf, 0xbd])
    case .skip: put([0xff])
    case .keep: put(input[next..<end])
    }
    next = end
  }

  private func put(_ bytes: some Collection<UInt8>) {
    for byte in bytes {
      output[filled] = byte
      filled += 1
    }
  }
}
