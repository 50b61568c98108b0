import Basics
import Pipeline
import TestSupport
import Testing

/// Gopher's rules as the paper and datatrove have them, with strings and dictionaries: the judge of the fast ones.
enum PlainQuality {
  private typealias Text = [Unicode.Scalar]

  static func isGood(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    let words = scalars.split { $0.properties.isWhitespace }.map(Array.init)
    guard (50...100_000).contains(words.count) else { return false }
    let count = Double(words.count)
    guard (3...10).contains(Double(words.reduce(0) { $0 + $1.count }) / count) else { return false }
    guard Double(scalars.count { $0 == "#" }) <= 0.1 * count else { return false }
    guard Double(occurrences(of: "...", in: scalars) + scalars.count { $0 == "…" }) <= 0.1 * count else {
      return false
    }
    guard Double(words.count { $0.contains { $0.properties.isAlphabetic } }) >= 0.8 * count else {
      return false
    }
    return hasGoodLines(scalars) && hasStopWords(words) && !repeatsParts(scalars)
      && !repeatsGrams(words, scalars.count)
  }

  private static func occurrences(of part: String, in text: Text) -> Int {
    let part = Array(part.unicodeScalars)
    var (count, place) = (0, 0)
    while place + part.count <= text.count {
      let isHit = Array(text[place..<place + part.count]) == part
      count += isHit ? 1 : 0
      place += isHit ? part.count : 1
    }
    return count
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    (9...13).contains(scalar.value) || scalar == " "
  }

  private static func hasGoodLines(_ text: Text) -> Bool {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let bullets = lines.count { line in line.first { !isSpace($0) }.map { $0 == "-" || $0 == "•" } ?? false }
    let ellipses = lines.count { line in
      var line = Array(line)
      while let last = line.last, isSpace(last) { line.removeLast() }
      return line.last == "…" || line.suffix(3) == ["." as Unicode.Scalar, ".", "."]
    }
    return Double(bullets) <= 0.9 * Double(lines.count) && Double(ellipses) <= 0.3 * Double(lines.count)
  }

  private static func hasStopWords(_ words: [Text]) -> Bool {
    let wanted: Set<String> = ["the", "be", "to", "of", "and", "that", "have", "with"]
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      !scalar.isASCII || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar)
    }
    let plain = words.map { word -> String in
      var word = word
      while let first = word.first, !isLetter(first) { word.removeFirst() }
      while let last = word.last, !isLetter(last) { word.removeLast() }
      return String(String.UnicodeScalarView(word)).lowercased()
    }
    return wanted.intersection(plain).count >= 2
  }

  private static func repeatsParts(_ text: Text) -> Bool {
    var stripped = text
    while let first = stripped.first, isSpace(first) { stripped.removeFirst() }
    while let last = stripped.last, isSpace(last) { stripped.removeLast() }
    for newlines in [2, 1] {
      var parts: [Text] = [[]]
      var place = 0
      while place < stripped.count {
        let run = stripped[place...].prefix { $0 == "\n" }.count
        if run >= newlines {
          parts.append([])
        } else {
          parts[parts.count - 1] += stripped[place..<place + max(1, run)]
        }
        place += max(1, run)
      }
      var seen: Set<Text> = []
      let repeated = parts.filter { !seen.insert($0).inserted }
      if Double(repeated.count) / Double(parts.count) > 0.3 { return true }
      if Double(repeated.reduce(0) { $0 + $1.count }) / Double(text.count) > 0.2 { return true }
    }
    return false
  }

  private static func repeatsGrams(_ words: [Text], _ characters: Int) -> Bool {
    func gram(_ place: Int, _ length: Int) -> [Text] { Array(words[place..<place + length]) }
    func size(_ gram: [Text]) -> Int { gram.reduce(0) { $0 + $1.count } }
    for (length, most) in [(2, 0.2), (3, 0.18), (4, 0.16)] {
      var counts: [[Text]: Int] = [:]
      for place in 0...words.count - length { counts[gram(place, length), default: 0] += 1 }
      let top = counts.values.max()!
      let first = (0...words.count - length).first { counts[gram($0, length)] == top }!
      if Double(top * (size(gram(first, length)) + length - 1)) / Double(characters) > most { return true }
    }
    for (length, most) in [(5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.1)] {
      var seen: Set<[Text]> = []
      var (repeated, place) = (0, 0)
      while place + length <= words.count {
        let isNew = seen.insert(gram(place, length)).inserted
        repeated += isNew ? 0 : size(gram(place, length))
        place += isNew ? 1 : length
      }
      if Double(repeated) / Double(characters) > most { return true }
    }
    return false
  }
}

@Suite struct QualityTests {
  private let options = StepOptions.with { $0.quality = true }

  private func check(_ text: String) -> Bool {
    let isGood = options.reason(text) == nil
    #expect(isGood == PlainQuality.isGood(text), "\(options.reason(text) ?? "kept"): \(text.prefix(300))")
    return isGood
  }

  @Test func `texts near every bound are judged as the plain rules judge them`() {
    var random = SplitMix64(seed: 21)
    let vocabulary = words(120) + ["the", "The,", "of", "\"and\"", "to"]
    var good = 0
    for _ in 0..<1_500 {
      // A good text, spoiled a little in one or two ways.
      let size = Int.random(in: 45...140, using: &random)
      var parts = (0..<size).map { _ in vocabulary.randomElement(using: &random)! }
      let share = Double.random(in: 0...0.4, using: &random)
      let spoilers: [[String]] = [
        ["#", "a#"], ["...", "wait...", "…"], ["12", "3.4", "-"], ["a", "of"],
        ["internationalisation-of-everything"],
        ["\n-", "\n•"], ["...\n", "…\n"], ["\n", "\n\n"], ["the end of the line\n"],
        ["日本語", "été", "\u{a0}", "\u{3000}"],
        ["one two three four five six seven eight nine ten\n\n"],
      ]
      for spoiler in spoilers.shuffled(using: &random).prefix(2) {
        for place in parts.indices where random.unit() < share {
          parts[place] = spoiler.randomElement(using: &random)!
        }
      }
      if random.unit() < 0.3 {
        let start = Int.random(in: 0..<parts.count, using: &random)
        parts += parts[start..<min(parts.count, start + Int.random(in: 1...30, using: &random))]
      }
      if check(parts.joined(separator: " ")) { good += 1 }
    }
    #expect((100...1_400).contains(good))
  }

  @Test func `each rule has its reason`() {
    let base = (0..<60).map { "word\(Character(Unicode.Scalar(97 + UInt8($0 % 26))))\($0 / 26) the and" }
    func reason(_ words: [String], _ separator: String = " ") -> String? {
      options.reason(words.joined(separator: separator))
    }
    #expect(reason(["one"]) == "quality: 1 words, fewer than 50")
    #expect(reason(Array(repeating: "a", count: 100_001)) == "quality: more than 100000 words")
    #expect(reason(Array(repeating: "ab", count: 50)) == "quality: 2.0 characters a word, fewer than 3")
    #expect(
      reason(Array(repeating: "abcdefghijkl", count: 50)) == "quality: 12.0 characters a word, more than 10")
    #expect(
      reason(base + Array(repeating: "####", count: 20))?.hasPrefix("quality: 80 # to 200 words") == true)
    #expect(
      reason(base + Array(repeating: "x...", count: 40))?.hasPrefix("quality: 40 ellipses to 220 words")
        == true)
    #expect(
      reason(base + Array(repeating: "1234", count: 60))
        == "quality: 75 % of words have a letter, fewer than 80 %")
    #expect(
      reason(base.map { "-\($0)" }, "\n") == "quality: 100 % of lines begin with a bullet, more than 90 %")
    let lines = (0..<20).map {
      names(10 * $0, 10).joined(separator: " ") + ($0 % 2 == 0 ? " the and…" : " the and")
    }
    #expect(
      reason(lines, "\n")
        == "quality: 50 % of lines end in an ellipsis, more than 30 %")
    #expect(
      reason(words(60)) == "quality: 0 of the words the, be, to, of, and, that, have, with, fewer than 2")
  }

  /// `count` words that occur nowhere else, of eight letters.
  private func names(_ start: Int, _ count: Int) -> [String] {
    (start..<start + count).map { number in
      "name" + String([17_576, 676, 26, 1].map { Character(Unicode.Scalar(UInt8(97 + number / $0 % 26))) })
    }
  }

  /// The reason for which a text is dropped: one that breaks one bound and no earlier one.
  private func reason(_ parts: [String], _ separator: String = " ") -> String? {
    let text = parts.joined(separator: separator)
    _ = check(text)
    return options.reason(text)
  }

  @Test(arguments: [("paragraphs", "\n\n", "24"), ("lines", "\n", "24.5")])
  func `repeated parts have their reason`(name: String, separator: String, characters: String) {
    func rest(_ count: Int) -> [String] { ["the and " + names(500, count).joined(separator: " ")] }
    let short = names(0, 8)
    let long = [names(0, 14).joined(separator: " ")]
    #expect(
      reason(short + short + rest(300), separator)
        == "quality: repeated \(name) are 47.1 % of \(name), more than 30 %")
    #expect(
      reason(long + short + long + rest(20), separator)
        == "quality: repeated \(name) are \(characters) % of characters, more than 20 %")
    #expect(reason(long + short + rest(300), separator) == nil)
  }

  /// The same words in a row so often, each time before another word.
  @Test(arguments: [(2, 10, "20.8 %", "20 %"), (3, 6, "20.4 %", "18 %"), (4, 4, "19.3 %", "16 %")])
  func `frequent words in a row have their reason`(length: Int, times: Int, share: String, most: String) {
    func words(_ times: Int) -> [String] {
      ["the", "and"] + (0..<times).flatMap { names(0, length) + names(100 + $0, 1) } + names(300, 60)
    }
    #expect(
      reason(words(times))
        == "quality: the most frequent \(length) words in a row are \(share) of characters, more than \(most)"
    )
    #expect(reason(words(times - 1)) == nil)
  }

  /// Eight rows of just so many words, each twice and each time before another word, and so many others.
  @Test(arguments: [
    (5, 132, "15.5 %", "15 %"), (6, 182, "14.5 %", "14 %"), (7, 241, "13.5 %", "13 %"),
    (8, 312, "12.5 %", "12 %"), (9, 399, "11.4 %", "11 %"), (10, 505, "10.4 %", "10 %"),
  ])
  func `repeated words in a row have their reason`(length: Int, others: Int, share: String, most: String) {
    let rows = (0..<8).map { names(20 * $0, length) }
    let words = ["the", "and"] + (rows + rows).enumerated().flatMap { $1 + names(300 + $0, 1) }
    #expect(
      reason(words + names(400, others))
        == "quality: repeated \(length) words in a row are \(share) of characters, more than \(most)")
    #expect(reason(words + names(400, others + others / 8)) == nil)
  }

  @Test(arguments: [
    "c4_bpeasy.jsonl", "dolma/multiple_files/cc_en_head-0091.jsonl",
  ])
  func `texts from the web are judged as the plain rules judge them`(name: String) throws {
    guard let path = Shared.path("data/jsonl/\(name)") else {
      print("skipped: no data/jsonl/\(name) beside the checkout")
      return
    }
    var judged = 0
    for line in try File.contents(path).prefix(500_000).split(separator: 10).dropLast() {
      guard let text = try JSON.parse(String(decoding: line, as: UTF8.self))["text"]?.string else { continue }
      _ = check(text)
      judged += 1
    }
    #expect(judged >= 9)
  }
}
