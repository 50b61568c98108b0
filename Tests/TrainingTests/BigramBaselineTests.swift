import Basics
import Glibc
import Store
import TestSupport
import Testing
import Training

@Suite("Bigram baseline")
struct BigramBaselineTests {
  /// Written by hand for the stream 0 1 0 1 2 after an <|endoftext|> (3): c(01) = 2, c(0) = 2, n(0) = 1,
  /// P(1) = (2 + 3 / 4) / (5 + 3).
  @Test func `mixes the counts of pairs, of tokens and the uniform distribution`() {
    var baseline = BigramBaseline(vocabularySize: 4, endOfText: 3)
    baseline.learn([0, 1, 0, 1, 2].span)
    let single = (2 + 3.0 / 4) / (5 + 3)
    #expect(baseline.probability(of: 1) == single)
    #expect(baseline.probability(of: 1, after: 0) == (2 + 1 * single) / (2 + 1))
    #expect(baseline.probability(of: 0, after: 3) == (1 + 1 * baseline.probability(of: 0)) / (1 + 1))
    #expect(baseline.probability(of: 0, after: 2) == baseline.probability(of: 0))
  }

  @Test func `with nothing learned, every token is as likely`() {
    let baseline = BigramBaseline(vocabularySize: 8, endOfText: 7)
    var score = BigramBaseline.Score()
    baseline.evaluate([1, 2, 3].span, into: &score)
    #expect(score.count == 3)
    #expect(abs(score.average - log(8.0)) < 1e-15)
  }

  @Test(arguments: 0..<20)
  func `agrees with the definition, however the streams are cut`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let size = Int.random(in: 1...60, using: &random)
    let train = stream(of: size, upTo: 3_000, &random)
    let validation = stream(of: size, upTo: 500, &random)
    var baseline = BigramBaseline(vocabularySize: size, endOfText: UInt32(size - 1))
    for piece in cut(train, &random) { baseline.learn(piece.span) }
    var score = BigramBaseline.Score()
    for piece in cut(validation, &random) { baseline.evaluate(piece.span, into: &score) }
    let naive = NaiveBigram(train, size)
    var sum = 0.0
    for (index, token) in validation.enumerated() {
      sum -= log(naive.probability(token, after: index == 0 ? UInt32(size - 1) : validation[index - 1]))
    }
    #expect(score.count == validation.count)
    #expect(abs(score.sum - sum) <= 1e-9 * max(1, sum))
    for context in 0..<UInt32(size) {
      let total = (0..<UInt32(size)).reduce(0) { $0 + baseline.probability(of: $1, after: context) }
      #expect(abs(total - 1) < 1e-12)
    }
  }

  @Test func `counts pairs beyond the first table's size`() {
    var random = SplitMix64(seed: 7)
    let train = (0..<200_000).map { _ in UInt32.random(in: 0..<50_257, using: &random) }
    var baseline = BigramBaseline(vocabularySize: 50_257, endOfText: 50_256)
    baseline.learn(train.span)
    let naive = NaiveBigram(train, 50_257)
    for index in stride(from: 1, to: train.count, by: 997) {
      let (token, context) = (train[index], train[index - 1])
      let difference =
        baseline.probability(of: token, after: context) - naive.probability(token, after: context)
      #expect(abs(difference) < 1e-15)
    }
  }

  @Test func `a dataset's score is that of its two streams`() throws {
    let folder = try TemporaryFolder()
    let train: [[UInt32]] = [[0, 1, 0, 1, 3], [2, 2, 3]]
    let validation: [[UInt32]] = [[0, 1, 3], [2, 3]]
    let dataset = try dataset(folder("shards"), train, validation)
    var baseline = BigramBaseline(vocabularySize: 4, endOfText: 3)
    baseline.learn(Array(train.joined()).span)
    var expected = BigramBaseline.Score()
    baseline.evaluate(Array(validation.joined()).span, into: &expected)
    #expect(try BigramBaseline.score(of: dataset) == expected)
    #expect(try BigramBaseline.score(of: dataset, isCancelled: { true }) == nil)
  }

  @Test func `a dataset without validation has no score`() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(folder("shards"), [[0, 1, 3]], [])
    #expect(throws: StoreError.emptySplit(.val, folder: folder("shards"))) {
      try BigramBaseline.score(of: dataset)
    }
  }

  private func dataset(_ folder: String, _ train: [[UInt32]], _ validation: [[UInt32]]) throws -> Dataset {
    let digest = SHA256.hash([])
    let plan = DatasetPlan(
      tokenizer: TokenizerRecord(
        name: "four", digest: digest, vocabularySize: 4, endOfText: 3,
        files: [StoredFile(name: "vocab.json", bytes: [])]),
      configuration: [:], sources: [SourceRecord(path: "text", byteCount: 100, digest: digest)],
      segments: [SegmentPlan(ranges: [SourceRange(source: 0)])])
    let writer = try DatasetWriter(folder: folder, plan: plan)
    var segment = try writer.beginSegment(0)
    for (split, documents) in [(Split.train, train), (.val, validation)] {
      for tokens in documents {
        let entry = DocumentEntry(source: 0, byteOffset: 0, byteCount: 1, textHash: 0)
        try segment.append(tokens.span, document: entry, split: split)
      }
    }
    try segment.commit()
    _ = try writer.finish()
    return try Dataset.open(folder)
  }

  /// Skewed, so that some tokens never come and some pairs come often.
  private func stream(of size: Int, upTo count: Int, _ random: inout SplitMix64) -> [UInt32] {
    (0..<Int.random(in: 0...count, using: &random)).map { _ in
      let unit = random.unit()
      return UInt32(Double(size) * unit * unit)
    }
  }

  private func cut(_ stream: [UInt32], _ random: inout SplitMix64) -> [[UInt32]] {
    var pieces: [[UInt32]] = [[]]
    for token in stream {
      if random.next() % 100 == 0 { pieces.append([]) }
      pieces[pieces.count - 1].append(token)
    }
    return pieces
  }
}

/// The definition, word for word.
private struct NaiveBigram {
  var pairs: [UInt32: [UInt32: Double]] = [:]
  var tokens: [UInt32: Double] = [:]
  let stream: [UInt32]
  let size: Int

  init(_ stream: [UInt32], _ size: Int) {
    (self.stream, self.size) = (stream, size)
    for (context, token) in zip([UInt32(size - 1)] + stream, stream) {
      pairs[context, default: [:]][token, default: 0] += 1
      tokens[token, default: 0] += 1
    }
  }

  func probability(_ token: UInt32, after context: UInt32) -> Double {
    let kinds = Double(tokens.count)
    let single =
      stream.isEmpty
      ? 1 / Double(size)
      : (tokens[token, default: 0] + kinds / Double(size)) / (Double(stream.count) + kinds)
    guard let following = pairs[context] else { return single }
    let seen = following.values.reduce(0, +)
    return (following[token, default: 0] + Double(following.count) * single)
      / (seen + Double(following.count))
  }
}
