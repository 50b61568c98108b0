internal import Basics
internal import Glibc
internal import Testing
internal import Tokenizer

/// What takes too long for every change: `make test-long`.
@Suite(
  .enabled(
    if: unsafe getenv("TESSERA_LONG") != nil, "takes minutes; TESSERA_LONG=1 or `make test-long` runs it"))
struct `At length` {
  private static let strings = 1_000_000
  private static let chunk = 1_000

  /// Half of the strings with the published vocabularies that are here, the others with a new one for every thousand.
  @Test func `a million random strings have the tokens of the definition and come back`() async throws {
    var published: [SlowTokenizer] = []
    if GPT2.isHere { published.append(SlowTokenizer(try GPT2.tokenizer.get())) }
    if Published.isHere {
      for name in ["cl100k_base", "o200k_base"] {
        published.append(SlowTokenizer(ranks: try Published.tokenizer(name)))
      }
    }
    let known = published, workers = ThreadPool.availableCores
    let failures = try await withThrowingTaskGroup(of: [String].self) { group in
      for worker in 0..<workers {
        group.addTask {
          try stride(from: worker, to: Self.strings / Self.chunk, by: workers).flatMap { number in
            let pattern = Pretokenizer.Pattern.allCases[number / 2 % 3]
            let isKnown = number % 2 == 0 && !known.isEmpty
            return try Self.failures(
              isKnown
                ? known[number / 2 % known.count] : SlowTokenizer(learned: pattern, seed: UInt64(number)),
              seed: UInt64(number))
          }
        }
      }
      return try await group.reduce(into: [], +=)
    }
    #expect(failures.isEmpty, "\(failures.count), the first: \(failures.prefix(5).joined(separator: "\n"))")
  }

  private static func failures(_ slow: SlowTokenizer, seed: UInt64) throws -> [String] {
    var random = SplitMix64(seed: seed)
    var texts = RandomText(seed: seed)
    var encoder = Encoder(slow.tokenizer, cacheBytes: seed % 3 == 0 ? 0 : 1 << 20)
    let decoder = Decoder(slow.tokenizer)
    var failures: [String] = []
    for number in 0..<chunk {
      let text: [UInt8] =
        switch number % 4 {
        case 0: Array(texts.text(pieces: 8).utf8)
        case 1: (0..<Int.random(in: 0...30, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        default: texts.bytes(pieces: 8)
        }
      var tokens: [TokenID] = [], bytes: [UInt8] = []
      try encoder.encode(text.span, into: &tokens)
      try decoder.decode(tokens.span, into: &bytes)
      if tokens != slow.encode(text) { failures.append("\(slow.name), seed \(seed): \(text) gave \(tokens)") }
      if bytes != text { failures.append("\(slow.name), seed \(seed): \(text) came back as \(bytes)") }
    }
    return failures
  }
}

/// A tokenizer with the definition of what it must give.
struct SlowTokenizer: Sendable {
  let tokenizer: Tokenizer
  let name: String
  /// By merges, as GPT-2's files have them; else by ranks, as tiktoken does it.
  private var merges: [Reference.Pair: (rank: Int, result: TokenID)]?
  private var ranks: [[UInt8]: TokenID] = [:]

  init(_ tokenizer: Tokenizer, name: String = "GPT-2") {
    self.tokenizer = tokenizer
    self.name = name
    let vocabulary = TestVocabulary(tokenizer)
    var merges: [Reference.Pair: (rank: Int, result: TokenID)] = [:]
    for (rank, merge) in vocabulary.merges.enumerated() {
      merges[Reference.Pair(TokenID(merge.left), TokenID(merge.right))] = (rank, TokenID(merge.result))
    }
    self.merges = merges
    for (id, token) in vocabulary.tokens.enumerated() { ranks[token] = TokenID(id) }
  }

  init(ranks tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    name = tokenizer.pattern.name
    let special = Set(tokenizer.specialTokens.map(\.id))
    for id in 0..<TokenID(tokenizer.size) where !special.contains(id) {
      if let bytes = tokenizer.bytes(of: id) { ranks[bytes] = id }
    }
  }

  init(learned pattern: Pretokenizer.Pattern, seed: UInt64) throws {
    var texts = RandomText(seed: ~seed)
    var counts = PretokenCounts(pattern: pattern)
    for _ in 0..<20 { counts.count(texts.bytes(pieces: 60).span) }
    let size = 257 + Int(seed % 400)
    self.init(
      try BytePairTrainer(vocabularySize: size, pattern: pattern).train(counts),
      name: "\(pattern) learned, \(size) tokens")
  }

  func encode(_ text: [UInt8]) -> [TokenID] {
    Reference.pretokens(text, pattern: tokenizer.pattern).flatMap { pretoken in
      merges.map { Reference.merge(pretoken.map { ranks[[$0]]! }, $0) } ?? encode(pretoken: pretoken)
    }
  }

  /// Any two neighbours whose bytes together are a token may be merged.
  private func encode(pretoken: [UInt8]) -> [TokenID] {
    if let whole = ranks[pretoken] { return [whole] }
    var parts = pretoken.map { [$0] }
    while true {
      let joined = parts.indices.dropLast().map { ranks[parts[$0] + parts[$0 + 1]] ?? .max }
      guard let best = joined.indices.min(by: { joined[$0] < joined[$1] }), joined[best] < .max else {
        return parts.map { ranks[$0]! }
      }
      parts.replaceSubrange(best...best + 1, with: [parts[best] + parts[best + 1]])
    }
  }
}
