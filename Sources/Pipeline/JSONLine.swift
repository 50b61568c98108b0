internal import Basics

/// Takes the text out of one line of JSON, or out of one element of an array.
struct JSONLine {
  /// The field that holds the text.
  let field: String
  private let wanted: [UInt8]
  private let acceptsInvalid: Bool
  private var name: [UInt8] = []

  /// - Parameter acceptsInvalid: whether bytes in strings that are not UTF-8 are taken as they are
  init(field: String, acceptsInvalid: Bool = false) {
    self.field = field
    self.acceptsInvalid = acceptsInvalid
    wanted = Array(field.utf8)
  }

  /// Replaces `text` by the text of `line`. Of several fields of the name, the last one counts, as in other readers.
  mutating func text(of line: Span<UInt8>, into text: inout [UInt8], at place: Place) throws(PipelineError) {
    var parser = JSONParser(acceptsInvalid: acceptsInvalid)
    var isFound = false
    var otherKind: String?
    do {
      try parser.beginObject(line)
      while try parser.nextMember(line, name: &name) {
        guard name == wanted else {
          try parser.skip(line)
          continue
        }
        isFound = true
        otherKind = Self.kind(try parser.peek(line))
        if otherKind == nil { try parser.string(line, into: &text) } else { try parser.skip(line) }
      }
      try parser.end(line)
    } catch {
      throw .json(
        file: place.file, line: place.line, byte: error.offset, offset: place.offset + error.offset,
        reason: error.reason)
    }
    if let otherKind { throw .fieldNotText(field, file: place.file, line: place.line, kind: otherKind) }
    if !isFound {
      throw .noField(field, file: place.file, line: place.line, found: fields(of: line))
    }
  }

  /// Replaces `text` by that of an element: its own where it is a text, else that of its field.
  mutating func text(
    ofElement element: Span<UInt8>, into text: inout [UInt8], at place: Place
  ) throws(PipelineError) {
    let isText = element[0] == UInt8(ascii: "\"")
    guard isText || element[0] == UInt8(ascii: "{") else {
      throw .records(file: place.file, offset: place.offset, reason: "expected an object or a text")
    }
    do throws(PipelineError) {
      if !isText { return try self.text(of: element, into: &text, at: place) }
      var parser = JSONParser(acceptsInvalid: acceptsInvalid)
      do throws(JSONError) {
        try parser.string(element, into: &text)
        try parser.end(element)
      } catch {
        throw PipelineError.records(
          file: place.file, offset: place.offset + error.offset, reason: error.reason)
      }
    } catch .json(let file, _, _, let offset, let reason) {
      throw .records(file: file, offset: offset, reason: reason)
    }
  }

  /// Where a line is.
  struct Place {
    let file: String
    let line: Int
    let offset: Int
  }

  /// What a value is that begins with `byte`; nil for text.
  private static func kind(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "\""): nil
    case UInt8(ascii: "{"): "an object"
    case UInt8(ascii: "["): "an array"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "true or false"
    case UInt8(ascii: "n"): "null"
    default: "a number"
    }
  }

  private func fields(of line: Span<UInt8>) -> [String] {
    var parser = JSONParser(acceptsInvalid: acceptsInvalid)
    var names: [String] = []
    var name: [UInt8] = []
    do {
      try parser.beginObject(line)
      while try parser.nextMember(line, name: &name) {
        names.append(String(decoding: name, as: UTF8.self))
        try parser.skip(line)
      }
    } catch { preconditionFailure("the line was read before: \(error)") }
    return names
  }
}
