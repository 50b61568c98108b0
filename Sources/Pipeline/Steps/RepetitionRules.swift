internal import Basics

/// Gopher's rules against texts that repeat themselves (Rae et al. 2021, table A1).
///
/// A share of characters is of all characters of the text, white space too. As in datatrove's GopherRepetitionFilter, the characters of the most frequent words in a row are counted
/// with one space between them, those of repeated ones without, and of repeated ones none is counted twice.
struct RepetitionRules {
  private static let lineShare = 0.3
  private static let paragraphShare = 0.3
  private static let lineCharacterShare = 0.2
  private static let paragraphCharacterShare = 0.2
  /// Of the most frequent two, three and four words in a row.
  private static let topShares = [2: 0.2, 3: 0.18, 4: 0.16]
  /// Of all repeated five to ten words in a row.
  private static let repeatedShares = [5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.1]

  private var table = GramTable()
  private var grams: [UInt64] = []

  /// The first rule that the text breaks.
  mutating func broken(_ text: Span<UInt8>, _ words: TextWords) -> String? {
    let count = words.characterCount
    guard count > 0 else { return nil }
    return parts("paragraphs", text, newlines: 2, count, Self.paragraphShare, Self.paragraphCharacterShare)
      ?? parts("lines", text, newlines: 1, count, Self.lineShare, Self.lineCharacterShare)
      ?? gramRules(words, count)
  }

  /// Parts are set apart by so many line ends or more.
  private mutating func parts(
    _ name: String, _ text: Span<UInt8>, newlines: Int, _ characters: Int, _ share: Double,
    _ characterShare: Double
  ) -> String? {
    let ranges = Self.split(text, newlines: newlines)
    table.clear(ranges.count)
    var (repeated, repeatedCharacters) = (0, 0)
    for range in ranges {
      let part = text.extracting(range)
      if table.add(Self.hash(part)) > 0 {
        repeated += 1
        repeatedCharacters += Self.characterCount(part)
      }
    }
    return Self.check(
      "repeated \(name)", "of \(name)", Double(repeated) / Double(max(1, ranges.count)), share)
      ?? Self.check(
        "repeated \(name)", "of characters", Double(repeatedCharacters) / Double(characters), characterShare)
  }

  private static func check(_ what: String, _ of: String, _ found: Double, _ most: Double) -> String? {
    found > most ? "quality: \(what) are \(percent(found)) \(of), more than \(percent(most))" : nil
  }

  static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// The text without white space at its ends, split where there are at least so many line ends.
  private static func split(_ text: Span<UInt8>, newlines: Int) -> [Range<Int>] {
    var (start, end) = (0, text.count)
    while start < end, ASCII.isSpace(text[start]) { start += 1 }
    while start < end, ASCII.isSpace(text[end - 1]) { end -= 1 }
    var ranges: [Range<Int>] = []
    var place = start
    while let hit = ByteSearch.first(ASCII.newline, in: text, place..<end) {
      var next = hit
      while next < end, text[next] == ASCII.newline { next += 1 }
      if next - hit >= newlines {
        ranges.append(start..<hit)
        start = next
      }
      place = next
    }
    ranges.append(start..<end)
    return ranges
  }

  private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = UInt64(bytes.count)
    var word: UInt64 = 0
    for index in bytes.indices {
      word = word << 8 | UInt64(bytes[index])
      if index & 7 == 7 {
        hash = TextHash.fold(hash ^ word, 0xe703_7ed1_a0b4_28db)
        word = 0
      }
    }
    return TextHash.fold(hash ^ word, 0x8ebc_6af0_9c88_c6e3)
  }

  private static func characterCount(_ bytes: Span<UInt8>) -> Int {
    var (count, place) = (0, 0)
    while place < bytes.count {
      place += bytes[place] < 0x80 ? 1 : UTF8Check.scalarLength(bytes, at: place) ?? 1
      count += 1
    }
    return count
  }

  private mutating func gramRules(_ text: TextWords, _ characters: Int) -> String? {
    let words = text.words
    let longest = words.reduce(0) { max($0, Int($1.characterCount)) }
    var mostFrequent = words.count
    grams.removeAll(keepingCapacity: true)
    // Not the hash itself, so that the order of two words counts, and a word twice is not nothing.
    for word in words { grams.append(TextHash.fold(word.hash, 0xe703_7ed1_a0b4_28db)) }
    for length in 2...10 where words.count >= length {
      for place in 0...(words.count - length) {
        grams[place] = TextHash.fold(grams[place] ^ words[place + length - 1].hash, 0x8ebc_6af0_9c88_c6e3)
      }
      let share = Double(characters)
      if let most = Self.topShares[length] {
        // Longer ones are not more frequent than shorter ones: most texts are far from the bound.
        if Double(mostFrequent * (length * longest + length - 1)) <= most * share { continue }
        let top = top(words, length)
        mostFrequent = min(mostFrequent, top.count)
        if let reason = Self.check(
          "the most frequent \(length) words in a row", "of characters", Double(top.characters) / share, most)
        {
          return reason
        }
      } else if let most = Self.repeatedShares[length] {
        let repeated = repeated(words, length)
        // Where none is repeated, no longer ones are.
        if repeated == 0 { return nil }
        if let reason = Self.check(
          "repeated \(length) words in a row", "of characters", Double(repeated) / share, most)
        {
          return reason
        }
      }
    }
    return nil
  }

  /// How often the most frequent words in a row occur, and all their characters; of several that are equally frequent, of those that come first.
  private mutating func top(_ words: [TextWords.Word], _ length: Int) -> (count: Int, characters: Int) {
    let count = words.count - length + 1
    table.clear(count)
    var most: UInt32 = 0
    for place in 0..<count { most = max(most, table.add(grams[place]) + 1) }
    let first = (0..<count).first { table.count(of: grams[$0]) == most } ?? 0
    let characters = words[first..<first + length].reduce(length - 1) { $0 + Int($1.characterCount) }
    return (Int(most), Int(most) * characters)
  }

  /// The characters of words in a row that occurred before.
  private mutating func repeated(_ words: [TextWords.Word], _ length: Int) -> Int {
    let count = words.count - length + 1
    table.clear(count)
    var characters = 0
    var place = 0
    while place < count {
      if table.add(grams[place]) > 0 {
        for word in words[place..<place + length] { characters += Int(word.characterCount) }
        place += length
      } else {
        place += 1
      }
    }
    return characters
  }
}
