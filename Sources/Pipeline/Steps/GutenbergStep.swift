/// Takes away what Project Gutenberg puts before and behind a book.
///
/// The book is what lies between the lines that begin like `*** START OF THE PROJECT GUTENBERG EBOOK` and `*** END OF THE PROJECT GUTENBERG EBOOK`
/// (also THIS for THE, ETEXT for EBOOK, no space behind the stars, small letters), without empty lines at its ends. Texts without such lines stay as they are; of one line alone, what lies on its
/// other side is taken away.
struct GutenbergStep: DocumentStep {
  let name = "strip-gutenberg"

  func apply(to text: inout StepText) -> StepOutcome {
    guard let book = Self.book(text.bytes.span) else { return .kept }
    text.spare.removeAll(keepingCapacity: true)
    text.spare += text.bytes[book]
    text.replace()
    return .changed
  }

  /// Where the book is; nil where there is no marker.
  private static func book(_ bytes: Span<UInt8>) -> Range<Int>? {
    let start = marker("START", in: bytes, 0..<bytes.count)
    let from = start?.upperBound ?? 0
    let end = marker("END", in: bytes, from..<bytes.count)
    guard start != nil || end != nil else { return nil }
    return trimmed(bytes, from..<(end?.lowerBound ?? bytes.count))
  }

  /// The first line in `range` that is a marker, its end included. A marker goes on to the stars that end it, at most a line further.
  private static func marker(_ word: String, in bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = lineEnd(bytes, start, range.upperBound)
      if bytes[start] == UInt8(ascii: "*"), isMarker(word, bytes, start..<end) {
        if !hasStars(bytes, start + 3..<end), end < range.upperBound {
          let next = lineEnd(bytes, end, range.upperBound)
          if hasStars(bytes, end..<next) { return start..<next }
        }
        return start..<end
      }
      start = end
    }
    return nil
  }

  /// Behind the line end that follows `place`.
  private static func lineEnd(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Int {
    ByteSearch.first(ASCII.newline, in: bytes, place..<end).map { $0 + 1 } ?? end
  }

  private static func isMarker(_ word: String, _ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    var place = line.lowerBound
    func take(_ text: String) -> Bool {
      var next = place
      for letter in text.utf8 {
        guard next < line.upperBound, capital(bytes[next]) == letter else { return false }
        next += 1
      }
      place = next
      return true
    }
    guard take("***") else { return false }
    while take(" ") {}
    return take(word) && take(" OF ") && (take("THE ") || take("THIS ")) && take("PROJECT GUTENBERG E")
      && (take("BOOK") || take("TEXT") || take("-BOOK") || take("-TEXT"))
  }

  private static func capital(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte
  }

  private static func hasStars(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    var stars = 0
    for place in line {
      stars = bytes[place] == UInt8(ascii: "*") ? stars + 1 : 0
      if stars == 3 { return true }
    }
    return false
  }

  /// Without the empty lines at both ends; the last line keeps its end.
  private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var place = start
    while place < range.upperBound, ASCII.isSpace(bytes[place]) {
      if bytes[place] == ASCII.newline { start = place + 1 }
      place += 1
    }
    var end = range.upperBound
    while end > start, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
    return start..<(end < range.upperBound && end > start ? lineEnd(bytes, end, range.upperBound) : end)
  }
}
