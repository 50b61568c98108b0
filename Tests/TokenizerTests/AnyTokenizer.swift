internal import Basics
internal import Tokenizer

/// Small tokenizers of all patterns, with special tokens that begin as others do, overlap and hold white space; and texts that are
/// full of their names.
struct AnyTokenizer {
  let tokenizer: Tokenizer
  private var random: SplitMix64
  private var texts: RandomText

  static let names = ["<|endoftext|>", "<|endoftext|><x>", "<s>", "<<s>>", "< s >", "ab"]
  static let policies: [SpecialTokenPolicy] = [
    .ordinary, .allow(Set(names)), .allow(["<s>", "< s >"]), .allow(["<|endoftext|>", "ab"]), .error,
  ]

  /// - Parameter seed: decides on the merges, and later on the texts
  init(_ pattern: Pretokenizer.Pattern, seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    texts = RandomText(seed: seed)
    var counts = PretokenCounts(pattern: pattern)
    for _ in 0..<10 { counts.count(texts.bytes(pieces: 60).span) }
    let learned = try BytePairTrainer(vocabularySize: 257 + 150, pattern: pattern).train(counts)
    // The names take ids after all others.
    let special = Self.names.enumerated().map { SpecialToken(name: $1, id: TokenID(learned.size + 1 + $0)) }
    var ranks: [UInt8] = []
    for id in 0..<TokenID(learned.size - 1) {
      // "ab" is a special token here.
      guard let bytes = learned.bytes(of: id), bytes != Array("ab".utf8) else { continue }
      Base64.encode(bytes, into: &ranks)
      ranks += Array(" \(id)\n".utf8)
    }
    tokenizer = try Tokenizer(tiktokenFile: ranks, pattern: pattern, specialTokens: special)
  }

  /// The tokens of a text, by an encoder that remembers nothing: one that may remember takes its time to begin.
  func encode(_ text: [UInt8], special: SpecialTokenPolicy = .ordinary) throws(TokenizerError) -> [TokenID] {
    var encoder = Encoder(tokenizer, cacheBytes: 0)
    var tokens: [TokenID] = []
    try encoder.encode(text.span, special: special, into: &tokens)
    return tokens
  }

  /// Some bytes, now and then with names and parts of names.
  mutating func text(pieces: Int = 12) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      text += texts.bytes(pieces: pieces)
      guard Bool.random(using: &random) else { continue }
      let name = Array(Self.names.randomElement(using: &random)!.utf8)
      text += name.prefix(
        Bool.random(using: &random) ? name.count : Int.random(in: 0...name.count, using: &random))
    }
    return text
  }

  /// The text in chunks of random sizes, some of them empty.
  mutating func chunks(_ text: [UInt8]) -> [[UInt8]] {
    let longest = [1, 2, 5, 40, 300].randomElement(using: &random)!
    var chunks: [[UInt8]] = [], place = 0
    while place < text.count {
      let end = min(text.count, place + Int.random(in: longest == 1 ? 1...1 : 0...longest, using: &random))
      chunks.append(Array(text[place..<end]))
      place = end
    }
    return chunks
  }
}
