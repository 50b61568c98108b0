extension JSON {
  /// - Throws: ``JSONError`` with the byte where the text stops being JSON.
  public static func parse(_ text: String) throws(JSONError) -> JSON { try parse(Array(text.utf8).span) }

  public static func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    var parser = JSONParser()
    let value = try parser.value(bytes)
    try parser.end(bytes)
    return value
  }
}

/// Walks through JSON text value by value, so that a reader takes what it wants and skips the rest.
///
///     var parser = JSONParser()
///     try parser.beginObject(line)
///     while try parser.nextMember(line, name: &name) {
///       if name == wanted { try parser.string(line, into: &text) } else { try parser.skip(line) }
///     }
///     try parser.end(line)
///
/// The text is passed to every call, as a span cannot be kept. The grammar is checked as strictly in what is skipped as in
/// what is read: UTF-8, escapes, control characters, nesting of at most 512. Numbers too large for a `Double` and halves of
/// surrogate pairs are grammatical, so that only what is read may not have them.
package struct JSONParser {
  package internal(set) var offset = 0
  private var depth = 0
  private var isFirstMember = false
  let acceptsInvalid: Bool

  /// - Parameter acceptsInvalid: whether bytes in strings that are not UTF-8 are taken as they are
  package init(acceptsInvalid: Bool = false) { self.acceptsInvalid = acceptsInvalid }

  func fail(_ reason: String, at place: Int? = nil) -> JSONError {
    JSONError(reason: reason, offset: place ?? offset)
  }

  private mutating func skipSpace(_ text: Span<UInt8>) {
    while offset < text.count {
      switch text[offset] {
      case 0x20, 0x09, 0x0a, 0x0d: offset += 1
      default: return
      }
    }
  }

  /// The next byte that is not white space, not consumed.
  package mutating func peek(_ text: Span<UInt8>) throws(JSONError) -> UInt8 {
    skipSpace(text)
    guard offset < text.count else { throw fail("the text ends in the middle of a value") }
    return text[offset]
  }

  mutating func expect(_ byte: Unicode.Scalar, _ text: Span<UInt8>) throws(JSONError) {
    guard try peek(text) == UInt8(ascii: byte) else { throw fail("expected '\(byte)'") }
    offset += 1
  }

  /// Nothing but white space may be left.
  package mutating func end(_ text: Span<UInt8>) throws(JSONError) {
    skipSpace(text)
    guard offset == text.count else { throw fail("there is more after the end of the value") }
  }

  // MARK: Objects

  package mutating func beginObject(_ text: Span<UInt8>) throws(JSONError) {
    guard try peek(text) == UInt8(ascii: "{") else { throw fail("expected an object") }
    try descend()
    isFirstMember = true
  }

  /// Reads the next member's name, so that its value is next; false at the end of the object.
  package mutating func nextMember(_ text: Span<UInt8>, name: inout [UInt8]) throws(JSONError) -> Bool {
    guard try hasMember(text) else { return false }
    try string(text, into: &name)
    try expect(":", text)
    return true
  }

  /// Whether a member's name is next; if not, the object has ended.
  mutating func hasMember(_ text: Span<UInt8>) throws(JSONError) -> Bool {
    let byte = try peek(text)
    if byte == UInt8(ascii: "}") {
      offset += 1
      depth -= 1
      isFirstMember = false
      return false
    }
    if !isFirstMember { try expect(",", text) }
    isFirstMember = false
    guard try peek(text) == UInt8(ascii: "\"") else { throw fail("expected a member's name") }
    return true
  }

  private mutating func descend() throws(JSONError) {
    depth += 1
    guard depth <= 512 else { throw fail("values are nested more than 512 deep") }
    offset += 1
  }

  // MARK: Values

  package mutating func value(_ text: Span<UInt8>) throws(JSONError) -> JSON {
    switch try peek(text) {
    case UInt8(ascii: "{"): return try object(text)
    case UInt8(ascii: "["): return try array(text)
    case UInt8(ascii: "\""):
      var bytes: [UInt8] = []
      try string(text, into: &bytes)
      return .string(String(decoding: bytes, as: UTF8.self))
    case UInt8(ascii: "t"):
      try word("true", text)
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false", text)
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null", text)
      return .null
    default: return try number(text)
    }
  }

  private mutating func object(_ text: Span<UInt8>) throws(JSONError) -> JSON {
    try beginObject(text)
    var members: [JSON.Member] = []
    var name: [UInt8] = []
    while try nextMember(text, name: &name) {
      let memberName = String(decoding: name, as: UTF8.self)
      members.append(JSON.Member(memberName, try value(text)))
    }
    return .object(members)
  }

  private mutating func array(_ text: Span<UInt8>) throws(JSONError) -> JSON {
    var elements: [JSON] = []
    try forEachElement(text) { parser throws(JSONError) in elements.append(try parser.value(text)) }
    return .array(elements)
  }

  /// Walks through an array; `element` reads or skips one.
  mutating func forEachElement(
    _ text: Span<UInt8>, _ element: (inout JSONParser) throws(JSONError) -> Void
  ) throws(JSONError) {
    try descend()
    if try peek(text) != UInt8(ascii: "]") {
      try element(&self)
      while try peek(text) != UInt8(ascii: "]") {
        try expect(",", text)
        try element(&self)
      }
    }
    offset += 1
    depth -= 1
  }

  mutating func word(_ word: StaticString, _ text: Span<UInt8>) throws(JSONError) {
    let start = offset
    for expected in "\(word)".utf8 {
      guard offset < text.count, text[offset] == expected else { throw fail("expected a value", at: start) }
      offset += 1
    }
  }

  /// Reads a whole number, without the detour of a value: files of numbers are read many times faster.
  package mutating func integer(_ text: Span<UInt8>) throws(JSONError) -> Int {
    let first = try peek(text)
    let isNegative = first == UInt8(ascii: "-")
    var place = isNegative ? offset + 1 : offset
    let start = place
    var value = 0
    while place < text.count, text[place] >= 0x30, text[place] <= 0x39, place - start < 18 {
      value = value * 10 + Int(text[place] - 0x30)
      place += 1
    }
    guard place > start, place == start + 1 || text[start] != UInt8(ascii: "0"),
      place == text.count || !Self.goesOnInNumber(text[place])
    else { throw fail("expected a whole number") }
    offset = place
    return isNegative ? -value : value
  }

  private static func goesOnInNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
    default: false
    }
  }

  private mutating func number(_ text: Span<UInt8>) throws(JSONError) -> JSON {
    let start = offset
    let isWhole = try passNumber(text)
    var digits: [UInt8] = []
    for index in start..<offset { digits.append(text[index]) }
    let spelled = String(decoding: digits, as: UTF8.self)
    if isWhole, let integer = Int(spelled) { return .integer(integer) }
    guard let number = Double(spelled), number.isFinite else {
      throw fail("the number is too large", at: start)
    }
    return .number(number)
  }

  /// Passes over a number of any size; whether it has neither fraction nor exponent.
  mutating func passNumber(_ text: Span<UInt8>) throws(JSONError) -> Bool {
    let start = offset
    func digit(_ at: Int) -> Bool { at < text.count && text[at] >= 0x30 && text[at] <= 0x39 }
    if text[offset] == UInt8(ascii: "-") { offset += 1 }
    guard digit(offset) else { throw fail("expected a value", at: start) }
    if text[offset] == UInt8(ascii: "0") { offset += 1 } else { while digit(offset) { offset += 1 } }
    var isWhole = true
    if offset < text.count, text[offset] == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      guard digit(offset) else { throw fail("expected a digit") }
      while digit(offset) { offset += 1 }
    }
    if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if offset < text.count, text[offset] == UInt8(ascii: "+") || text[offset] == UInt8(ascii: "-") {
        offset += 1
      }
      guard digit(offset) else { throw fail("expected a digit") }
      while digit(offset) { offset += 1 }
    }
    return isWhole
  }
}
