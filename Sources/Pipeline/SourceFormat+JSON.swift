internal import Basics

extension SourceFormat {
  /// Whether the file at `path` may hold documents. A `.json` file may be anything: its first element tells.
  func isText(at path: String, _ options: TextOptions) throws(PipelineError) -> Bool {
    guard layout == .jsonArray else { return true }
    return try Self.judgingArray(compression.open(path), options, file: path).isArray
  }

  /// How many bytes of a `.json` file are looked at.
  static let headLength = 1 << 16

  /// Whether `stream` begins like an array of documents once it is turned into UTF-8; and all of it, as it was.
  static func judgingArray(
    _ stream: any ByteStream, _ options: TextOptions, file: String
  ) throws(PipelineError) -> (isArray: Bool, stream: any ByteStream) {
    var start: [UInt8] = []
    while start.count < headLength,
      try stream.read(upTo: headLength - start.count, appendingTo: &start) > 0
    {}
    // A file that is passed over need not be in the encoding of the others, and a character may go on behind the head.
    var judging = options
    judging.invalid = .replace
    let head = try TextEncoding.decoded(
      ResumedStream(start, LimitedStream(stream, 0)), judging, file: file)
    var text: [UInt8] = []
    while try head.read(upTo: headLength, appendingTo: &text) > 0 {}
    return (beginsArray(text, field: options.textField), ResumedStream(start, stream))
  }

  /// Whether `start` is the beginning of an array of texts, or of objects with `field`. Where that cannot be seen, it is.
  static func beginsArray(_ start: [UInt8], field: String) -> Bool {
    var scanner = ElementScanner(isStart: true)
    var elements: [Range<Int>] = []
    guard (try? scanner.scan(start.span, from: 0, into: &elements)) != nil else {
      // A mistake behind the first element is one of a file of texts.
      return elements.first.map { isDocument(start, $0, field) } ?? false
    }
    if let first = elements.first { return isDocument(start, first, field) }
    // The first element may be longer than what was read; a file that has no bytes has none.
    return start.contains { !ASCII.isSpace($0) }
  }

  private static func isDocument(_ bytes: [UInt8], _ element: Range<Int>, _ field: String) -> Bool {
    let element = bytes.span.extracting(element)
    guard element[0] != UInt8(ascii: "\"") else { return true }
    var parser = JSONParser(acceptsInvalid: true)
    var name: [UInt8] = []
    do throws(JSONError) {
      try parser.beginObject(element)
      while try parser.nextMember(element, name: &name) {
        if name.elementsEqual(field.utf8) { return true }
        try parser.skip(element)
      }
    } catch {}
    return false
  }
}
