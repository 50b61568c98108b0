extension JSON {
  /// The value as compact JSON, one line. Numbers that JSON cannot write (infinities, not-a-number) become null.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public var bytes: [UInt8] {
    var output: [UInt8] = []
    write(to: &output, indent: nil)
    return output
  }

  /// The value over several lines, two spaces a level, with a newline at the end.
  public var indented: String {
    var output: [UInt8] = []
    write(to: &output, indent: 0)
    output.append(UInt8(ascii: "\n"))
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8], indent: Int?) {
    switch self {
    case .null: output += Array("null".utf8)
    case .bool(let bool): output += Array((bool ? "true" : "false").utf8)
    case .integer(let integer): output += Array("\(integer)".utf8)
    case .number(let number): output += Array((number.isFinite ? "\(number)" : "null").utf8)
    case .string(let string): Self.write(string.utf8, to: &output)
    case .array(let elements):
      Self.writeList("[", elements, "]", to: &output, indent: indent) { element, output, indent in
        element.write(to: &output, indent: indent)
      }
    case .object(let members):
      Self.writeList("{", members, "}", to: &output, indent: indent) { member, output, indent in
        Self.write(member.name.utf8, to: &output)
        output += Array((indent == nil ? ":" : ": ").utf8)
        member.value.write(to: &output, indent: indent)
      }
    }
  }

  private static func writeList<Item>(
    _ open: Unicode.Scalar, _ items: [Item], _ close: Unicode.Scalar, to output: inout [UInt8], indent: Int?,
    _ writeItem: (Item, inout [UInt8], Int?) -> Void
  ) {
    func newline(_ level: Int?) {
      guard let level else { return }
      output.append(UInt8(ascii: "\n"))
      output += [UInt8](repeating: UInt8(ascii: " "), count: 2 * level)
    }
    let inner = indent.map { $0 + 1 }
    output.append(UInt8(ascii: open))
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      newline(inner)
      writeItem(item, &output, inner)
    }
    if !items.isEmpty { newline(indent) }
    output.append(UInt8(ascii: close))
  }

  /// Writes UTF-8 text as a JSON string: quotes, backslashes and control characters escaped, the rest as it is.
  package static func write(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    output.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): output += Array("\\n".utf8)
      case UInt8(ascii: "\r"): output += Array("\\r".utf8)
      case UInt8(ascii: "\t"): output += Array("\\t".utf8)
      case 0..<32: output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
