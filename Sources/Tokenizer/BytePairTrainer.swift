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
  private let ties: TieOrder
  private let minimumCount: Int

  /// - Parameters:
  ///   - vocabularySize: the 256 bytes, the merges and `<|endoftext|>`, which gets the last id
  ///   - minimumCount: pairs seen less often are not merged
  /// - Throws: ``TokenizerError/vocabularyTooSmall(_:)`` below 257, ``TokenizerError/tooManyTokens(_:limit:)``.
  public init(vocabularySize: Int, ties: TieOrder = .gpt2, minimumCount: Int = 1) throws(TokenizerError) {
    guard vocabularySize >= 257 else { throw .vocabularyTooSmall(vocabularySize) }
    guard vocabularySize <= Vocabulary.limit else {
      throw .tooManyTokens(vocabularySize, limit: Vocabulary.limit)
    }
    merges = vocabularySize - 257
    self.ties = ties
    self.minimumCount = minimumCount
  }

  /// Learns. The vocabulary is smaller than asked for when no pair is left that occurs often enough.
  ///
  /// - Parameters:
  ///   - report: called every hundred merges
  ///   - isCancelled: asked as often
  /// - Throws: ``TokenizerError/cancelled`` when `isCancelled` said so.
  public func train(
    _ counts: consuming PretokenCounts, report: (Progress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws(TokenizerError) -> Tokenizer {
    let bytes = ties.order, pattern = counts.pattern
    var ids = [UInt32](repeating: 0, count: 256)
    for (id, byte) in bytes.enumerated() { ids[Int(byte)] = UInt32(id) }
    var learner = PairLearner(try Corpus(counts, ids: ids), minimumCount: minimumCount)
    var learned: [(left: UInt32, right: UInt32)] = []
    while learned.count < merges, let next = learner.next() {
      learned.append((next.left, next.right))
      guard learned.count % 100 == 0 else { continue }
      report(Progress(merges: learned.count, goal: merges, count: Int(next.count)))
      if isCancelled() { throw .cancelled }
    }
    report(Progress(merges: learned.count, goal: merges, count: 0))
    return try Tokenizer(Tokenizer.Storage(merges: learned, bytes: bytes, pattern: pattern))
  }
}

extension Tokenizer.Storage {
  /// A new vocabulary: the bytes in GPT-2's order, what the merges make, `<|endoftext|>`.
  ///
  /// - Parameter bytes: the byte of each of the first 256 tokens, as `merges` number them
  convenience init(
    merges: [(left: UInt32, right: UInt32)], bytes: [UInt8], pattern: Pretokenizer.Pattern
  ) throws(TokenizerError) {
    var texts: [UInt8] = ByteAlphabet.order
    var places = (0..<256).map { $0..<$0 + 1 }
    var ids = [TokenID](repeating: 0, count: 256)
    for (id, byte) in ByteAlphabet.order.enumerated() { ids[Int(byte)] = TokenID(id) }
    func renumber(_ token: UInt32) -> TokenID { token < 256 ? ids[Int(bytes[Int(token)])] : token }
    var list: [Merge] = []
    for merge in merges {
      let left = renumber(merge.left), right = renumber(merge.right)
      list.append(Merge(left: left, right: right, result: TokenID(places.count)))
      let start = texts.count
      for part in [places[Int(left)], places[Int(right)]] { texts += Array(texts[part]) }
      places.append(start..<texts.count)
    }
    let endOfText = SpecialToken(name: SpecialToken.endOfText, id: TokenID(places.count))
    places.append(texts.count..<texts.count + endOfText.name.utf8.count)
    texts += Array(endOfText.name.utf8)
    try self.init(
      Vocabulary(texts.span, places: places), bytes: ids, merges: list, specialTokens: [endOfText],
      pattern: pattern)
  }
}
