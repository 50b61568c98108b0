/// Which of two pairs seen equally often is merged first: the one with the lower left token, then the lower right one.
/// The orders differ in how single bytes are numbered; tokens made by merges come after them, the older first.
public enum TieOrder: String, CaseIterable, Sendable {
  /// As in GPT-2's vocabulary, "!" first and the blank after all that can be seen: Hugging Face's order.
  case gpt2
  /// By value: rustbpe's order.
  case bytes

  /// The bytes in this order.
  var order: [UInt8] { self == .gpt2 ? ByteAlphabet.order : Array(0...255) }
}

/// Learns a vocabulary by merging, again and again, the pair of neighbouring tokens seen most often.
///
///     var counts = PretokenCounts()
///     counts.count(document)
///     let tokenizer = try BytePairTrainer(vocabularySize: 1_000).train(counts)
///
/// The result depends on the counts alone: the same pretokens in any order give the same tokenizer.
///
/// Pairs of more than 65,535 bytes are not merged, for no vocabulary holds longer tokens.
///
/// No two merges make the same token. A token's inner merges depend on its own bytes only, as all places where a pair
/// occurs are merged at once, the leftmost first; so when a pair has become a token, no other pair with the same
/// bytes is left.
public struct BytePairTrainer: Sendable {
  /// How far learning is.
  public struct Progress: Sendable {
    public let merges: Int
    public let goal: Int
    /// How often the last merged pair occurred.
    public let count: Int
  }

  private let merges: Int
  private let minimumCount: Int
  private let start: KnownTokens
  /// Places that merging leaves unused before it tidies up; tests make it do so all the time.
  package var sparePlaces = 1 << 18

  /// - Parameters:
  ///   - vocabularySize: the 256 bytes, the merges and `<|endoftext|>`, which gets the last id
  ///   - pattern: what cuts texts into pretokens
  ///   - minimumCount: pairs seen less often are not merged
  /// - Throws: ``TokenizerError/vocabularyTooSmall(_:)`` below 257, ``TokenizerError/tooManyTokens(_:limit:)``.
  public init(
    vocabularySize: Int, pattern: Pretokenizer.Pattern = .gpt2, ties: TieOrder = .gpt2, minimumCount: Int = 1
  ) throws(TokenizerError) {
    guard vocabularySize >= 257 else { throw .vocabularyTooSmall(vocabularySize) }
    try self.init(KnownTokens(ties, pattern), merges: vocabularySize - 257, vocabularySize, minimumCount)
  }

  /// Goes on learning from where a tokenizer ends. Its ids stay what they are; new tokens come after them, and their merges
  /// after its merges. A text then has the tokens that it had, merged further.
  ///
  /// Words are first encoded with the tokenizer. Of pairs seen equally often the order is that of a new vocabulary, whatever the ids are: bytes
  /// as `ties` says, then tokens in the order in which merges first make them, the tokenizer's before the new
  /// ones. So a vocabulary learned in two steps from one text equals that learned at once, `<|endoftext|>`'s id aside.
  ///
  /// A pair whose bytes are a token already, an ordinary or a special one, is not merged: no token can be there twice, and were the
  /// old one made in a new way, old merges could apply to it, and a text's old tokens would change.
  ///
  /// - Parameter vocabularySize: all tokens, the old ones included
  /// - Throws: ``TokenizerError/vocabularyShrinks(_:from:)``, ``TokenizerError/tooManyTokens(_:limit:)``,
  ///   ``TokenizerError/cannotExtend(wholeTokens:)``.
  public init(
    extending tokenizer: Tokenizer, vocabularySize: Int, ties: TieOrder = .gpt2, minimumCount: Int = 1
  ) throws(TokenizerError) {
    guard vocabularySize >= tokenizer.size else {
      throw .vocabularyShrinks(vocabularySize, from: tokenizer.size)
    }
    let wholeTokens = tokenizer.storage.wholeTokens.ids.count
    guard wholeTokens == 0 else { throw .cannotExtend(wholeTokens: wholeTokens) }
    let merges = vocabularySize - tokenizer.size
    try self.init(KnownTokens(tokenizer, ties), merges: merges, vocabularySize, minimumCount)
  }

  private init(_ start: KnownTokens, merges: Int, _ size: Int, _ minimumCount: Int) throws(TokenizerError) {
    guard size <= Vocabulary.limit else { throw .tooManyTokens(size, limit: Vocabulary.limit) }
    self.start = start
    self.merges = merges
    self.minimumCount = minimumCount
  }

  /// Learns. The vocabulary is smaller than asked for when no pair is left that occurs often enough.
  ///
  /// - Parameters:
  ///   - report: called every hundred merges
  ///   - isCancelled: asked as often
  /// - Precondition: the pretokens were cut by the trainer's pattern.
  /// - Throws: ``TokenizerError/cancelled`` when `isCancelled` said so.
  public func train(
    _ counts: consuming PretokenCounts, report: (Progress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws(TokenizerError) -> Tokenizer {
    precondition(counts.pattern == start.pattern, "pretokens are learned from that the pattern cut")
    var layout = WordLayout()
    counts.forEach { layout.add(length: $0.count, weight: $1) }
    var words = try words(layout)
    counts.forEach { words.add($0, weight: $1) }
    _ = consume counts
    return try train(words, report: report, isCancelled: isCancelled)
  }

  /// Room for the words that a layout was made of, which are added next.
  ///
  /// - Throws: ``TokenizerError/corpusTooLarge(bytes:)``
  package func words(_ layout: consuming WordLayout) throws(TokenizerError) -> TrainingWords {
    try TrainingWords(layout, start)
  }

  /// Learns from words that were made by ``words(_:)`` and all added.
  package func train(
    _ words: consuming TrainingWords, report: (Progress) -> Void, isCancelled: () -> Bool
  ) throws(TokenizerError) -> Tokenizer {
    var learner = PairLearner(words.takeCorpus(), minimumCount: minimumCount, spare: sparePlaces)
    var tokens = start
    while tokens.learned.count < merges,
      let next = learner.next(isTaken: { tokens.isTaken($0, $1) })
    {
      tokens.add(next.left, next.right)
      guard tokens.learned.count % 100 == 0 else { continue }
      report(Progress(merges: tokens.learned.count, goal: merges, count: Int(next.count)))
      if isCancelled() { throw .cancelled }
    }
    report(Progress(merges: tokens.learned.count, goal: merges, count: 0))
    // Its memory is as much as the vocabulary's.
    _ = consume learner
    return try tokens.tokenizer()
  }
}
