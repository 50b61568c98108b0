import Basics
import Pipeline
import TestSupport
import Testing

@Suite("Stories")
struct StoriesTests {
  private func stories(seed: UInt64, count: Int) -> [String] {
    var texts: [String] = []
    Stories(seed: seed).forEach(0..<count) { story in
      var bytes: [UInt8] = []
      for index in story.indices { bytes.append(story[index]) }
      texts.append(String(decoding: bytes, as: UTF8.self))
      return true
    }
    return texts
  }

  private func written(_ seed: UInt64, _ byteCount: Int, _ format: StoryFormat) -> [UInt8] {
    var bytes: [UInt8] = []
    Stories(seed: seed).write(upTo: byteCount, as: format) { piece in
      for index in piece.indices { bytes.append(piece[index]) }
    }
    return bytes
  }

  @Test func `the stories of seed 1 are the same on every machine and in every version`() {
    let texts = stories(seed: 1, count: 2_000)
    #expect(texts[0].hasPrefix("Greta lived with her family in a yellow house at the end of the lane."))
    let digest = SHA256.hash(Array(texts.joined().utf8)).description
    #expect(digest == "73d6204615289f7cbf2e0f9a95b9aba3f7eb99c26454056f1bd73124ec5a27ee")
  }

  @Test func `corpora/stories.jsonl is what the generator writes`() throws {
    let file = try File.contents("\(Shared.package)/corpora/stories.jsonl")
    #expect(file == written(1, 1_000_000, .jsonl))
  }

  @Test func `a longer corpus begins with the same stories`() {
    let short = written(3, 100_000, .jsonl)
    let long = written(3, 2_500_000, .jsonl)
    #expect(short.count <= 100_000 && short.count > 98_000)
    #expect(long.count <= 2_500_000 && long.count > 2_498_000)
    #expect(long.starts(with: short))
    #expect(!written(4, 100_000, .jsonl).starts(with: short.prefix(2_000)))
  }

  @Test func `even one byte gets a whole story`() {
    #expect(written(9, 1, .txt) == Array(stories(seed: 9, count: 1)[0].utf8) + [UInt8(ascii: "\n")])
  }

  @Test func `both formats hold the same stories`() throws {
    let lines = written(5, 300_000, .jsonl).split(separator: UInt8(ascii: "\n"))
    let texts = try lines.map { try #require(JSON.parse(Array($0).span)["text"]?.string) }
    #expect(texts == stories(seed: 5, count: texts.count))
    let plain = String(decoding: written(5, 200_000, .txt), as: UTF8.self)
    #expect((texts.joined(separator: "\n\n") + "\n").hasPrefix(plain.dropLast()))
    #expect(!texts.contains { $0.contains("\n\n") })
  }

  @Test func `stories differ, and are 600 to 1,200 bytes long on the average`() {
    let texts = stories(seed: 1, count: 3_000)
    #expect(Set(texts).count == texts.count)
    let average = texts.reduce(0) { $0 + $1.utf8.count } / texts.count
    #expect((600...1_200).contains(average))
    #expect(texts.allSatisfy { (300...2_000).contains($0.utf8.count) })
    let words = Set(texts.joined(separator: " ").split { !$0.isLetter }.map { $0.lowercased() })
    #expect((500...2_000).contains(words.count))
  }

  /// What a person would correct: read by rules, story by story.
  @Test func `spelling and punctuation are in order`() {
    for story in stories(seed: 2, count: 1_500) {
      for paragraph in story.split(separator: "\n", omittingEmptySubsequences: false) {
        #expect(Mistake.all(in: String(paragraph)) == [], "\(paragraph)")
      }
    }
  }

  @Test func `a name is always a girl's or always a boy's`() {
    var genders: [Substring: Set<Substring>] = [:]
    for story in stories(seed: 6, count: 3_000) {
      let words = story.split { !$0.isLetter }
      for index in words.indices.dropLast(2) where words[index + 1] == "named" {
        genders[words[index + 2], default: []].insert(words[index])
      }
    }
    #expect(genders.count(where: { $0.value == ["girl"] }) == 24)
    #expect(genders.count(where: { $0.value == ["boy"] }) == 24)
  }
}

/// A mistake in a paragraph, by a rule.
private enum Mistake {
  static func all(in paragraph: String) -> [String] {
    let quotes = paragraph.utf8.count { $0 == UInt8(ascii: "\"") }
    let words = paragraph.split(separator: " ", omittingEmptySubsequences: false)
    let rules: [(String, Bool)] = [
      ("a quotation mark is not closed", quotes % 2 != 0),
      ("the end is no end of a sentence", !words[words.count - 1].endsSentence),
      ("it begins with a small letter", paragraph.first?.isLowercase ?? true),
      ("two spaces, or one at an end", words.contains("")),
      ("a leftover of the grammar", paragraph.contains { "{}[]<>|/@%~\\_".contains($0) }),
      ("a space before a full stop", words.contains { $0.first.map { ".,!?;".contains($0) } ?? false }),
    ]
    return rules.filter(\.1).map(\.0) + zip(words, words.dropFirst()).compactMap { between($0, $1) }
  }

  private static func between(_ word: Substring, _ next: Substring) -> String? {
    let startsWithVowel = "aeiou".contains(next.first ?? " ")
    switch word.lowercased() {
    case "a" where startsWithVowel: return "a \(next)"
    case "an" where !startsWithVowel: return "an \(next)"
    case next.lowercased() where !word.hasSuffix(","): return "\(word) \(next)"
    case "mr.", "mrs.": return nil
    default: break
    }
    // "What is it?" asked Mia.
    let isQuestion = word.hasSuffix("?\"") || word.hasSuffix("!\"")
    return word.endsSentence && !isQuestion && next.first!.isLowercase ? "\(word) \(next)" : nil
  }
}

extension Substring {
  fileprivate var endsSentence: Bool {
    let end = last == "\"" ? dropLast() : self
    return end.last.map { ".!?".contains($0) } ?? false
  }
}
