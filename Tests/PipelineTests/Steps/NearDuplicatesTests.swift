import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct NearDuplicatesTests {
  private let vocabulary = words(5_000)

  private func text(_ count: Int, _ random: inout SplitMix64) -> [String] {
    (0..<count).map { _ in vocabulary.randomElement(using: &random)! }
  }

  /// The Jaccard similarity of the sets of five words in a row, counted one by one.
  private func similarity(_ a: [String], _ b: [String]) -> Double {
    func grams(_ words: [String]) -> Set<[String]> {
      Set((0...words.count - 5).map { Array(words[$0..<$0 + 5]) })
    }
    let (a, b) = (grams(a), grams(b))
    return Double(a.intersection(b).count) / Double(a.union(b).count)
  }

  @Test func `planted duplicates are found as often as the formula says`() {
    var random = SplitMix64(seed: 6)
    var minHash = MinHash()
    // Found, expected and counted by tenths of similarity.
    var bins = [(found: Double, expected: Double, count: Int)](repeating: (0, 0, 0), count: 10)
    for _ in 0..<3_000 {
      let original = text(200, &random)
      var copy = original
      for _ in 0..<Int.random(in: 0...16, using: &random) {
        copy[Int.random(in: 0..<200, using: &random)] = vocabulary.randomElement(using: &random)!
      }
      let a = minHash.bands(Array(original.joined(separator: " ").utf8).span)
      let b = minHash.bands(Array(copy.joined(separator: ", ").uppercased().utf8).span)
      let similarity = similarity(original, copy)
      let bin = min(9, Int(similarity * 10))
      bins[bin].found += zip(a, b).contains { $0 == $1 } ? 1 : 0
      bins[bin].expected += probability(similarity)
      bins[bin].count += 1
    }
    for (place, bin) in bins.enumerated() where bin.count > 50 {
      // Four standard deviations of a sum of that many throws.
      let tolerance = 4 * max(1, (bin.expected * (1 - bin.expected / Double(bin.count))).squareRoot())
      #expect(abs(bin.found - bin.expected) < tolerance, "similarity 0.\(place): \(bin)")
    }
    #expect(bins.count { $0.count > 50 } >= 4)
  }

  /// That texts of this similarity agree in all 8 hashes of one of 14 bands.
  private func probability(_ similarity: Double) -> Double {
    func power(_ base: Double, _ count: Int) -> Double {
      (0..<count).reduce(1) { product, _ in product * base }
    }
    return 1 - power(1 - power(similarity, 8), 14)
  }

  @Test func `the rates that the page states`() {
    let rates = [0.5, 0.6, 0.7, 0.8, 0.9].map { Int((probability($0) * 1_000).rounded()) }
    #expect(rates == [53, 211, 565, 924, 1_000])
  }

  @Test func `texts that share nothing are never taken for each other`() {
    var random = SplitMix64(seed: 7)
    var minHash = MinHash()
    var seen: Set<UInt64> = []
    for _ in 0..<2_000 {
      for key in minHash.bands(Array(text(100, &random).joined(separator: " ").utf8).span) {
        #expect(seen.insert(key).inserted)
      }
    }
  }

  @Test func `of nearly equal documents the first stays, and others are linked through others`() throws {
    let folder = try TemporaryFolder()
    let tokenizer = try SmallTokenizer.make(in: folder)
    var random = SplitMix64(seed: 8)
    var texts: [[String]] = []
    var groups: [Int] = []
    for group in 0..<60 {
      var copy = text(400, &random)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        texts.append(copy)
        groups.append(group)
        // The next copy is made of this one, so that the last has little of the first.
        copy[Int.random(in: 0..<400, using: &random)] = "changed"
      }
    }
    let order = texts.indices.shuffled(using: &random)
    try folder.write(
      order.map { jsonLine(texts[$0].joined(separator: " ")) }.joined(separator: "\n"), to: "c.jsonl")
    try folder.write("too short", to: "d.txt")
    var encoder = DatasetEncoder(try Corpus([folder("c.jsonl"), folder("d.txt")]), tokenizer)
    encoder.split.fraction = 0
    encoder.sortingMemory = 1_024
    encoder.text.steps.dropNearDuplicates = true
    let summary = try encoder.run(folder: folder("s"), threads: 2)
    var seen: Set<Int> = []
    let expected = order.filter { seen.insert(groups[$0]).inserted }.map { texts[$0].joined(separator: " ") }
    #expect(try documents(folder("s"), .train).map(\.text) == expected + ["too short"])
    #expect(summary.dataset.rejects == texts.count - 60)
    #expect(
      try rejects(folder("s")).allSatisfy {
        $0.contains("drop-near-duplicates: is nearly the document at byte ")
      })
  }
}
