/// Gopher's rules for text worth learning from: Rae et al., "Scaling Language Models" (2021), appendix A.1, with its rules against repetition
/// (``RepetitionRules``).
///
/// Words are what lies between white space. `docs/steps.md` has the rules, and where datatrove's filters differ.
struct QualityStep: DocumentStep {
  let name = "quality"

  static let wordCount = 50...100_000
  static let wordLength = 3.0...10.0
  /// Of `#`, and of `...` or `…`, to words.
  static let symbolShare = 0.1
  static let bulletShare = 0.9
  static let ellipsisShare = 0.3
  static let alphabeticShare = 0.8
  static let stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"]
  static let stopWordCount = 2

  private var words = TextWords()
  private var repetition = RepetitionRules()

  mutating func apply(to text: inout StepText) -> StepOutcome {
    if let reason = broken(text.bytes.span) { .dropped(reason) } else { .kept }
  }

  /// The first rule that the text breaks.
  private mutating func broken(_ text: Span<UInt8>) -> String? {
    guard words.find(in: text, most: Self.wordCount.upperBound) else {
      return "quality: more than \(Self.wordCount.upperBound) words"
    }
    let count = words.words.count
    guard count >= Self.wordCount.lowerBound else {
      return "quality: \(count) words, fewer than \(Self.wordCount.lowerBound)"
    }
    return wordRules(text, Double(count)) ?? Self.lineRules(text) ?? stopWordRule(text)
      ?? repetition.broken(text, words)
  }

  private func wordRules(_ text: Span<UInt8>, _ count: Double) -> String? {
    let length = Double(words.wordCharacterCount) / count
    guard Self.wordLength.contains(length) else {
      let (word, bound) =
        length < Self.wordLength.lowerBound
        ? ("fewer", Self.wordLength.lowerBound) : ("more", Self.wordLength.upperBound)
      return "quality: \((length * 100).rounded() / 100) characters a word, \(word) than \(Int(bound))"
    }
    let symbols = Self.symbols(text)
    for (name, found) in [("#", symbols.hashes), ("ellipses", symbols.ellipses)]
    where Double(found) / count > Self.symbolShare {
      return
        "quality: \(found) \(name) to \(Int(count)) words, more than \(RepetitionRules.percent(Self.symbolShare))"
    }
    let alphabetic = Double(words.alphabeticCount) / count
    guard alphabetic >= Self.alphabeticShare else {
      return
        "quality: \(RepetitionRules.percent(alphabetic)) of words have a letter, fewer than \(RepetitionRules.percent(Self.alphabeticShare))"
    }
    return nil
  }

  private static func symbols(_ text: Span<UInt8>) -> (hashes: Int, ellipses: Int) {
    var (hashes, ellipses, dots) = (0, 0, 0)
    for place in text.indices {
      switch text[place] {
      case UInt8(ascii: "#"):
        hashes += 1
        dots = 0
      case UInt8(ascii: "."):
        dots += 1
        if dots == 3 { (ellipses, dots) = (ellipses + 1, 0) }
      case 0xe2:
        dots = 0
        if isEllipsis(text, place) { ellipses += 1 }
      default: dots = 0
      }
    }
    return (hashes, ellipses)
  }

  /// Whether U+2026 begins at `place`.
  private static func isEllipsis(_ text: Span<UInt8>, _ place: Int) -> Bool {
    place >= 0 && place + 3 <= text.count && text[place] == 0xe2 && text[place + 1] == 0x80
      && text[place + 2] == 0xa6
  }

  private static func lineRules(_ text: Span<UInt8>) -> String? {
    var (lines, bullets, ellipses, start) = (0, 0, 0, 0)
    while start < text.count {
      let end = ByteSearch.first(ASCII.newline, in: text, start..<text.count) ?? text.count
      lines += 1
      if beginsWithBullet(text, start..<end) { bullets += 1 }
      if endsInEllipsis(text, start..<end) { ellipses += 1 }
      start = end + 1
    }
    for (what, found, most) in [
      ("begin with a bullet", bullets, bulletShare), ("end in an ellipsis", ellipses, ellipsisShare),
    ] where Double(found) > most * Double(lines) {
      return
        "quality: \(RepetitionRules.percent(Double(found) / Double(lines))) of lines \(what), more than \(RepetitionRules.percent(most))"
    }
    return nil
  }

  private static func beginsWithBullet(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
    var place = line.lowerBound
    while place < line.upperBound, ASCII.isSpace(text[place]) { place += 1 }
    guard place < line.upperBound else { return false }
    if text[place] == UInt8(ascii: "-") { return true }
    return place + 3 <= line.upperBound && text[place] == 0xe2 && text[place + 1] == 0x80
      && text[place + 2] == 0xa2
  }

  private static func endsInEllipsis(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
    var end = line.upperBound
    while end > line.lowerBound, ASCII.isSpace(text[end - 1]) { end -= 1 }
    guard end - line.lowerBound >= 3 else { return false }
    return isEllipsis(text, end - 3) || (end - 3..<end).allSatisfy { text[$0] == UInt8(ascii: ".") }
  }

  /// Words count without the punctuation around them, capitals like small letters.
  private func stopWordRule(_ text: Span<UInt8>) -> String? {
    var found = 0
    for word in words.words where word.byteCount < 16 {
      let range = Int(word.start)..<Int(word.start + word.byteCount)
      if let place = Self.stopWord(text, range) { found |= 1 << place }
      if found.nonzeroBitCount >= Self.stopWordCount { return nil }
    }
    return
      "quality: \(found.nonzeroBitCount) of the words \(Self.stopWords.joined(separator: ", ")), fewer than \(Self.stopWordCount)"
  }

  private static let stopWordBytes = stopWords.map { Array($0.utf8) }

  private static func stopWord(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    func isLetter(_ byte: UInt8) -> Bool {
      byte >= 0x80 || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, !isLetter(text[start]) { start += 1 }
    while start < end, !isLetter(text[end - 1]) { end -= 1 }
    return stopWordBytes.firstIndex { word in
      word.count == end - start && word.indices.allSatisfy { text[start + $0] | 0x20 == word[$0] }
    }
  }
}
