internal import Basics

/// Brings a text into a normal form of Unicode. Bytes that are not UTF-8 stay, and part what is before them from what follows.
///
/// Only the characters around one that is not ``NormalFormTable/isInert(_:)`` are taken apart, reordered and put together (UAX 15); the rest is copied. Reordering is
/// n log n, so that a text of nothing but combining marks takes no long time.
///
/// Pieces of a text may be done apart where they are cut before white space: no white space joins what is before it.
struct NormalizeStep: DocumentStep {
  let name = "normalize"
  private let table: NormalFormTable
  private var parts: [Int32] = []
  private var encoded: [UInt8] = []

  init(_ form: StepOptions.NormalForm) {
    table =
      switch form {
      case .nfc: .nfc
      case .nfkc: .nfkc
      }
  }

  mutating func apply(to text: inout StepText) -> StepOutcome {
    let count = text.bytes.count
    text.spare.removeAll(keepingCapacity: true)
    var copied = 0
    var place = 0
    while let segment = next(text.bytes.span, from: &place) {
      guard !text.bytes[segment].elementsEqual(encoded) else { continue }
      text.spare += text.bytes[copied..<segment.lowerBound]
      text.spare += encoded
      copied = segment.upperBound
    }
    guard copied > 0 else { return .kept }
    text.spare += text.bytes[copied..<count]
    text.replace()
    return .changed
  }

  /// The next characters that have to be looked at; their normal form is in `encoded` then.
  private mutating func next(_ bytes: Span<UInt8>, from place: inout Int) -> Range<Int>? {
    var start = place
    while place < bytes.count {
      // Of a run of ASCII only the last character matters: a mark may follow.
      if bytes[place] < 0x80 {
        place = Self.endOfASCII(bytes, place)
        start = place - 1
        continue
      }
      guard let length = UTF8Check.scalarLength(bytes, at: place) else {
        place += 1
        start = place
        continue
      }
      let character = Self.decode(bytes, place, length)
      if table.isInert(character) {
        start = place
        place += length
        continue
      }
      if table.isBoundary(character) { start = place }
      place = end(bytes, place + length)
      normalize(bytes, start..<place)
      return start..<place
    }
    return nil
  }

  @inline(__always)
  private static func endOfASCII(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var place = start
    while place &+ 32 <= bytes.count {
      var all: UInt8 = 0
      for index in place..<place &+ 32 { all |= bytes[index] }
      if all >= 0x80 { break }
      place &+= 32
    }
    while place < bytes.count, bytes[place] < 0x80 { place &+= 1 }
    return place
  }

  /// The first boundary from `place` on.
  private func end(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var place = start
    while place < bytes.count, let length = UTF8Check.scalarLength(bytes, at: place),
      !table.isBoundary(Self.decode(bytes, place, length))
    {
      place += length
    }
    return place
  }

  private mutating func normalize(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    parts.removeAll(keepingCapacity: true)
    encoded.removeAll(keepingCapacity: true)
    var place = range.lowerBound
    while place < range.upperBound {
      guard let length = UTF8Check.scalarLength(bytes, at: place) else {
        preconditionFailure("a segment is of whole characters")
      }
      let character = Self.decode(bytes, place, length)
      UnicodeCharacters.decompose(character, compatibility: table.isCompatibility, into: &parts)
      place += length
    }
    reorder()
    UnicodeCharacters.compose(&parts)
    for part in parts { Self.encode(UInt32(bitPattern: part), into: &encoded) }
  }

  /// Puts the marks behind each base into the order of their classes; those of one class keep theirs.
  private mutating func reorder() {
    var start = 0
    while start < parts.count {
      var end = start + 1
      if UnicodeCharacters.combiningClass(parts[start]) != 0 {
        while end < parts.count, UnicodeCharacters.combiningClass(parts[end]) != 0 { end += 1 }
        if end - start > 1 {
          let marks = parts[start..<end].map { ($0, UnicodeCharacters.combiningClass($0)) }
          let sorted = marks.enumerated().sorted {
            ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
          }
          for (place, mark) in sorted.enumerated() { parts[start + place] = mark.element.0 }
        }
      }
      start = end
    }
  }

  /// The character of `length` well-formed bytes.
  @inline(__always)
  private static func decode(_ bytes: Span<UInt8>, _ place: Int, _ length: Int) -> UInt32 {
    let first = UInt32(bytes[place])
    switch length {
    case 1: return first
    case 2: return (first & 0x1f) << 6 | UInt32(bytes[place + 1] & 0x3f)
    case 3:
      return (first & 0x0f) << 12 | UInt32(bytes[place + 1] & 0x3f) << 6 | UInt32(bytes[place + 2] & 0x3f)
    default:
      return (first & 0x07) << 18 | UInt32(bytes[place + 1] & 0x3f) << 12
        | UInt32(bytes[place + 2] & 0x3f) << 6 | UInt32(bytes[place + 3] & 0x3f)
    }
  }

  private static func encode(_ character: UInt32, into output: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(character), let bytes = UTF8.encode(scalar) else { return }
    output += bytes
  }
}
