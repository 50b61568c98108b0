internal import Basics

/// A vocabulary as tiktoken keeps it: a line for each ordinary token, its bytes in base 64, a blank and its id, which is
/// also the rank of its merge.
struct TiktokenFile {
  /// By id; empty where an id is not used. Special tokens have the bytes of their names.
  let vocabulary: Vocabulary
  /// By id: the line of the file, 0 where there is none.
  private let lines: [Int]

  private struct Entry {
    var place: Range<Int>
    var id: Int
    var line: Int
  }

  init(_ text: Span<UInt8>, specialTokens: [SpecialToken]) throws(TokenizerError) {
    var bytes: [UInt8] = [], entries: [Entry] = []
    bytes.reserveCapacity(text.count)
    var start = 0, line = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
      line += 1
      var last = end
      if last > start, text[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      if start < last { try Self.read(text, start..<last, line: line, &bytes, &entries) }
      start = end + 1
    }
    for token in specialTokens {
      guard !token.name.isEmpty else { throw .unknownSpecialToken(token.name) }
      let start = bytes.count
      bytes += Array(token.name.utf8)
      entries.append(Entry(place: start..<bytes.count, id: Int(token.id), line: 0))
    }
    let size = (entries.map(\.id).max() ?? -1) + 1
    guard size <= Vocabulary.limit else { throw .tooManyTokens(size, limit: Vocabulary.limit) }
    var places = [Range<Int>](repeating: 0..<0, count: size)
    var lines = [Int](repeating: 0, count: size)
    for entry in entries {
      guard places[entry.id].isEmpty else { throw .duplicateID(TokenID(entry.id)) }
      places[entry.id] = entry.place
      lines[entry.id] = entry.line
    }
    vocabulary = Vocabulary(bytes.span, places: places)
    self.lines = lines
  }

  func fault(_ reason: String, at id: Int) -> TokenizerError { .badRank(reason: reason, line: lines[id]) }

  private static func read(
    _ text: Span<UInt8>, _ range: Range<Int>, line: Int, _ bytes: inout [UInt8],
    _ entries: inout [Entry]
  ) throws(TokenizerError) {
    guard let blank = range.first(where: { text[$0] == UInt8(ascii: " ") }) else {
      throw .badRank(reason: "there is no token with its rank after a blank", line: line)
    }
    let start = bytes.count
    guard blank > range.lowerBound, Base64.decode(text, range.lowerBound..<blank, into: &bytes) else {
      throw .badRank(reason: "the token is not spelled in base 64", line: line)
    }
    guard bytes.count - start <= Vocabulary.longestToken else {
      throw .tokenTooLong(bytes: bytes.count - start, limit: Vocabulary.longestToken)
    }
    var id = 0
    for place in blank + 1..<range.upperBound {
      guard text[place] >= 0x30, text[place] <= 0x39, id <= Vocabulary.limit else { id = -1; break }
      id = id * 10 + Int(text[place] - 0x30)
    }
    guard blank + 1 < range.upperBound, 0..<Vocabulary.limit ~= id else {
      throw .badRank(
        reason: "the rank is no whole number from 0 to \(Vocabulary.limit - 1)", line: line)
    }
    entries.append(Entry(place: start..<bytes.count, id: id, line: line))
  }
}
