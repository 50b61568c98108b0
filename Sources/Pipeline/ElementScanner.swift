/// Finds the elements of a JSON array without reading them: where strings end, and which brackets belong together.
///
/// What is inside an element is not looked at closer; who reads it finds what is wrong there. A record is an element.
struct ElementScanner: RecordScanner {
  private enum State {
    /// Bytes of a byte order mark seen so far.
    case mark(Int)
    case beforeArray, beforeFirst, beforeElement, afterElement, afterArray
    case scalar
    /// In a string or in brackets.
    case string(depth: Int), escape(depth: Int), nested(depth: Int)
  }

  private var state: State
  /// Where the element begins that has not ended yet; -1 between elements.
  private var element = -1
  private(set) var cut = 0

  /// - Parameter isStart: whether the text begins the file; if not, an element is next
  init(isStart: Bool) { state = isStart ? .mark(0) : .beforeElement }

  mutating func scan(
    _ text: Span<UInt8>, from place: Int, into records: inout [Range<Int>]
  ) throws(RecordFault) {
    var index = place
    while index < text.count {
      let byte = text[index]
      switch state {
      case .string(let depth): index = Self.endOfRun(text, from: index, &state, depth)
      case .nested(let depth): step(byte, depth)
      case .escape(let depth): state = .string(depth: depth)
      case .scalar where Self.endsScalar(byte):
        state = .afterElement
        // The byte belongs to the array.
        index -= 1
      case .scalar: break
      default: try between(byte, at: index)
      }
      index += 1
      if case .afterElement = state, element >= 0 {
        records.append(element..<index)
        element = -1
      }
      if element < 0 { cut = index }
    }
  }

  /// Passes over bytes of a string that mean nothing, and takes the next one that does; returns where that is.
  private static func endOfRun(_ text: Span<UInt8>, from start: Int, _ state: inout State, _ depth: Int)
    -> Int
  {
    var index = start
    while index < text.count, text[index] != quote, text[index] != backslash { index += 1 }
    guard index < text.count else { return index - 1 }
    if text[index] == backslash {
      state = .escape(depth: depth)
    } else {
      state = depth == 0 ? .afterElement : .nested(depth: depth)
    }
    return index
  }

  /// A byte inside brackets.
  private mutating func step(_ byte: UInt8, _ depth: Int) {
    switch byte {
    case Self.quote: state = .string(depth: depth)
    case UInt8(ascii: "["), UInt8(ascii: "{"): state = .nested(depth: depth + 1)
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      state = depth == 1 ? .afterElement : .nested(depth: depth - 1)
    default: break
    }
  }

  /// A byte between elements, or the first of one.
  private mutating func between(_ byte: UInt8, at index: Int) throws(RecordFault) {
    if case .mark(let count) = state {
      if byte == Self.mark[count] {
        state = count == 2 ? .beforeArray : .mark(count + 1)
        return
      }
      guard count == 0 else { throw RecordFault(place: index, reason: "expected an array") }
      state = .beforeArray
    }
    switch byte {
    case 0x20, 0x09, 0x0a, 0x0d: break
    default: try meaning(byte, at: index)
    }
  }

  private mutating func meaning(_ byte: UInt8, at index: Int) throws(RecordFault) {
    switch (state, byte) {
    case (.beforeArray, UInt8(ascii: "[")): state = .beforeFirst
    case (.beforeArray, _): throw RecordFault(place: index, reason: "expected an array of objects or texts")
    case (.beforeFirst, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): state = .afterArray
    case (.afterElement, UInt8(ascii: ",")): state = .beforeElement
    case (.afterElement, _): throw RecordFault(place: index, reason: "expected ',' or ']'")
    case (.afterArray, _): throw RecordFault(place: index, reason: "there is more after the end of the array")
    default:
      element = index
      switch byte {
      case Self.quote: state = .string(depth: 0)
      case UInt8(ascii: "["), UInt8(ascii: "{"): state = .nested(depth: 1)
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"):
        throw RecordFault(place: index, reason: "expected a value")
      default: state = .scalar
      }
    }
  }

  mutating func finish(
    _ count: Int, endsFile: Bool, into records: inout [Range<Int>]
  ) throws(RecordFault) {
    switch state {
    case .afterArray: break
    case .mark where !endsFile, .beforeArray where !endsFile: break
    case .beforeFirst where !endsFile, .beforeElement where !endsFile: break
    default: throw RecordFault(place: count, reason: "the text ends before the array does")
    }
    cut = count
  }

  mutating func drop(_ count: Int) {
    cut -= count
    if element >= 0 { element -= count }
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: false
    }
  }

  private static let mark: InlineArray<3, UInt8> = [0xef, 0xbb, 0xbf]
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
}
