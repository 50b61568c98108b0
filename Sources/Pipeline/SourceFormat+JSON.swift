internal import Basics

extension SourceFormat {
  /// Whether the file at `path` may hold documents. A `.json` file may be anything: its first element tells.
  func isText(at path: String, field: String) throws(PipelineError) -> Bool {
    guard layout == .jsonArray else { return true }
    var start: [UInt8] = []
    let stream = try compression.open(path)
    while start.count < Self.headLength,
      try stream.read(upTo: Self.headLength - start.count, appendingTo: &start) > 0
    {}
    return Self.beginsArray(start, field: field)
  }

  /// How many bytes of a `.json` file are looked at.
  static let headLength = 1 << 16

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
