/// Text in rows of fields, set apart by a comma or a tab, read as pandas reads it.
///
/// RFC 4180's quoting: a field that begins with a quotation mark goes on to the next one, over delimiters and
/// line ends; two of them mean one. What follows a closing mark before the delimiter belongs to the field.
/// Marks inside other fields are ordinary. Rows end with LF, CRLF or CR; empty rows are passed over, and so
/// is a byte order mark. Unlike pandas by default, a text such as `NA` is no missing value.
///
///     var reader = DelimitedText(bytes, delimiter: UInt8(ascii: "\t"), file: "SMSSpamCollection")
///     while let row = try reader.nextRow() { row.fields[1].text }
package struct DelimitedText {
  package struct Field: Equatable {
    package var text: [UInt8] = []
    /// Where it is in the file, its quotation marks included.
    package var place = 0..<0
  }

  package struct Row: Equatable {
    package var fields: [Field] = []
    /// The line that it begins in.
    package var line = 1
  }

  private let bytes: [UInt8]
  private let delimiter: UInt8
  private let file: String
  private var offset: Int
  private var line: Int

  /// - Parameters:
  ///   - isStart: whether a byte order mark may stand first
  ///   - line: the number of the first line
  package init(_ bytes: [UInt8], delimiter: UInt8, file: String, isStart: Bool = true, line: Int = 1) {
    self.line = line
    self.bytes = bytes
    self.delimiter = delimiter
    self.file = file
    offset = isStart && bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The next row that has something in it, or nil at the end.
  package mutating func nextRow() throws(DatasetsError) -> Row? {
    while offset < bytes.count {
      var row = Row(line: line)
      let start = offset
      repeat { row.fields.append(try field()) } while take(delimiter)
      takeLineEnd()
      let isBlank =
        row.fields.count == 1 && bytes[start..<row.fields[0].place.upperBound].allSatisfy(Self.isBlank)
      if !isBlank { return row }
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func takeLineEnd() {
    guard offset < bytes.count else { return }
    if take(Self.carriageReturn) { _ = take(Self.newline) } else { _ = take(Self.newline) }
    line += 1
  }

  private mutating func field() throws(DatasetsError) -> Field {
    let start = offset
    var text: [UInt8] = []
    if take(Self.quote) { try quoted(into: &text) }
    let plain = offset
    while offset < bytes.count, !isEnd(bytes[offset]) { offset += 1 }
    text += bytes[plain..<offset]
    return Field(text: text, place: start..<offset)
  }

  /// What is inside quotation marks, of which the first one was taken.
  private mutating func quoted(into text: inout [UInt8]) throws(DatasetsError) {
    let start = line
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == Self.quote, !take(Self.quote) { return }
      if byte == Self.newline || byte == Self.carriageReturn && !isNewline(offset) { line += 1 }
      text.append(byte)
    }
    throw .line(start, file: file, reason: "a quotation mark opens a field that no other one closes")
  }

  private func isNewline(_ place: Int) -> Bool { place < bytes.count && bytes[place] == Self.newline }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == Self.newline || byte == Self.carriageReturn
  }

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}

extension DelimitedText {
  /// Appends a field as Python's csv module writes it: in quotation marks only where it must be.
  package static func append(_ field: some Collection<UInt8>, delimiter: UInt8, to output: inout [UInt8]) {
    let needsQuotes = field.contains {
      $0 == quote || $0 == newline || $0 == carriageReturn || $0 == delimiter
    }
    guard needsQuotes else {
      output += field
      return
    }
    output.append(quote)
    for byte in field {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }
}
