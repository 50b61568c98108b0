import Basics
import TestSupport
import Testing
import Tokenizer

@Suite("Counts in order") struct SortedCountsTests {
  /// What is left of counts when they are taken out in order.
  private func drain(_ counts: inout PretokenCounts) -> [([UInt8], Int64)] {
    var found: [([UInt8], Int64)] = []
    counts.drainSorted { pretoken, count in found.append((pretoken.indices.map { pretoken[$0] }, count)) }
    return found
  }

  private func expected(_ texts: [[UInt8]]) -> [[UInt8]: Int64] {
    texts.flatMap { Reference.pretokens($0) }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func `come by their bytes, and then are forgotten`(seed: UInt64) {
    var random = RandomText(seed: seed)
    let texts =
      (0..<8).map { _ in random.bytes(pieces: 40) } + [
        Array("a\0 a a\0\0 \(String(repeating: "a", count: 16))".utf8)
      ]
    var counts = PretokenCounts()
    for text in texts { counts.count(text.span) }
    let found = drain(&counts)
    #expect(Dictionary(uniqueKeysWithValues: found) == expected(texts))
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.0.lexicographicallyPrecedes($1.0) })
    #expect(counts.distinctCount == 0)
    #expect(drain(&counts).isEmpty)
    let first = texts[0]
    counts.count(first.span)
    #expect(Dictionary(uniqueKeysWithValues: drain(&counts)) == expected([first]))
  }

  @Test(arguments: 0..<40 as Range<UInt64>) func `a text may be counted in parts`(seed: UInt64) {
    var random = RandomText(seed: seed)
    let text: [UInt8] = (0..<20).flatMap { _ in random.bytes(pieces: 40) }
    var total: [[UInt8]: Int64] = [:]
    var counts = PretokenCounts()
    var place = 0, parts = 0
    while place < text.count {
      let next = counts.count(text.span, from: place, upTo: Int(seed) * 10_000)
      #expect(next > place)
      place = next
      parts += 1
      for (pretoken, count) in drain(&counts) { total[pretoken, default: 0] += count }
    }
    #expect(total == expected([text]))
    #expect(seed > 0 || parts > 20)
  }

  @Test func `memory stays within a bound`() {
    let words = (0..<200_000).map { "word\($0 &* 2_654_435_761)" }.joined(separator: " ")
    let text = Array(words.utf8)
    var counts = PretokenCounts()
    var place = 0, parts = 0
    while place < text.count {
      place = counts.count(text.span, from: place, upTo: 1_000_000)
      #expect(counts.byteCount <= 1_000_000)
      counts.drainSorted { _, _ in }
      parts += 1
    }
    #expect(2..<50 ~= parts)
  }

  private struct Refused: Error {}

  @Test func `are forgotten, too, where whoever takes them gives up`() {
    var counts = PretokenCounts()
    counts.count(Array("some words here".utf8).span)
    #expect(throws: Refused.self) {
      try counts.drainSorted { _, _ throws(Refused) in throw Refused() }
    }
    #expect(counts.distinctCount == 0)
  }
}
