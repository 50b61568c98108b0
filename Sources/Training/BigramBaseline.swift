internal import Glibc

/// What a model must beat: the chance of a token given only the one before it, smoothed by Witten and Bell's rule.
///
///     var baseline = BigramBaseline(vocabularySize: 4, endOfText: 3)
///     baseline.learn([0, 1, 0, 1, 2, 3].span)
///     baseline.probability(of: 1, after: 0)   // near 1: both times that 0 was seen, 1 followed
///     var score = BigramBaseline.Score()
///     baseline.evaluate([0, 1].span, into: &score)
///     score.average                           // nats a token
///
/// P(w | v) = (c(vw) + n(v) P(w)) / (c(v) + n(v)), where c counts, and n(v) is the number of different tokens seen
/// after v: a context that many things follow trusts its own counts less. P(w) mixes the counts of single tokens with
/// the uniform distribution over the vocabulary by the same rule, so that every token has a chance. The text is taken
/// to begin after `<|endoftext|>`, in learning and in evaluating. Source: I. H. Witten and T. C. Bell, IEEE
/// Transactions on Information Theory 37(4), 1991, as interpolated in S. F. Chen and J. Goodman, 1998.
///
/// Memory grows with the different pairs of tokens only: 16 bytes for each, half of the table or more in use.
public struct BigramBaseline: Sendable {
  /// How well a stream was foretold, and where it stopped.
  public struct Score: Sendable, Equatable {
    /// The sum of -ln P over the tokens.
    public internal(set) var sum = 0.0
    /// The tokens.
    public internal(set) var count = 0
    var context: UInt32?

    /// A stream of which nothing was read yet.
    public init() {}

    /// Nats a token; not a number for no tokens.
    public var average: Double { sum / Double(count) }
  }

  /// The number of tokens there are, seen or not.
  public let vocabularySize: Int
  private let endOfText: UInt32
  private var pairs = PairCounts()
  private var tokens: [Int64]
  private var contexts: [Int64]
  private var successors: [Int32]
  private var tokenCount: Int64 = 0
  private var distinctCount = 0
  private var context: UInt32

  /// - Precondition: `endOfText` is one of the `vocabularySize` tokens.
  public init(vocabularySize: Int, endOfText: UInt32) {
    precondition(Int(endOfText) < vocabularySize, "<|endoftext|> must be a token of the vocabulary")
    self.vocabularySize = vocabularySize
    self.endOfText = endOfText
    context = endOfText
    tokens = Array(repeating: 0, count: vocabularySize)
    contexts = Array(repeating: 0, count: vocabularySize)
    successors = Array(repeating: 0, count: vocabularySize)
  }

  /// Counts the next tokens of the training stream.
  ///
  /// - Precondition: they are in the vocabulary.
  public mutating func learn(_ stream: Span<UInt32>) {
    for index in stream.indices {
      let token = stream[index]
      if tokens[Int(token)] == 0 { distinctCount += 1 }
      tokens[Int(token)] += 1
      contexts[Int(context)] += 1
      if pairs.increment(context, token) { successors[Int(context)] += 1 }
      context = token
    }
    tokenCount += Int64(stream.count)
  }

  /// The chance that `token` follows `context`; the chances of all tokens sum to one.
  public func probability(of token: UInt32, after context: UInt32) -> Double {
    let seen = Double(contexts[Int(context)])
    guard seen > 0 else { return probability(of: token) }
    let weight = Double(successors[Int(context)])
    return (Double(pairs.count(context, token)) + weight * probability(of: token)) / (seen + weight)
  }

  /// The chance of `token` wherever it stands.
  public func probability(of token: UInt32) -> Double {
    let uniform = 1 / Double(vocabularySize)
    guard tokenCount > 0 else { return uniform }
    let weight = Double(distinctCount)
    return (Double(tokens[Int(token)]) + weight * uniform) / (Double(tokenCount) + weight)
  }

  /// Adds the next tokens of a validation stream to its score. A new score starts at the stream's first token.
  public func evaluate(_ stream: Span<UInt32>, into score: inout Score) {
    var context = score.context ?? endOfText
    var sum = 0.0
    for index in stream.indices {
      sum -= log(probability(of: stream[index], after: context))
      context = stream[index]
    }
    score.sum += sum
    score.count += stream.count
    score.context = context
  }
}

/// Counts of pairs of tokens: open addressing with linear probing.
private struct PairCounts: Sendable {
  private struct Slot: Sendable {
    var key: UInt64
    var count: Int64
  }

  private static let smallest = 1 << 12
  private var slots = [Slot](repeating: Slot(key: 0, count: 0), count: smallest)
  private var used = 0

  /// Counts the pair once more; true where it is new.
  mutating func increment(_ first: UInt32, _ second: UInt32) -> Bool {
    let key = Self.key(first, second)
    let place = place(of: key)
    slots[place].count += 1
    guard slots[place].count == 1 else { return false }
    slots[place].key = key
    used += 1
    // Up to three quarters full: a probe looks at two or three neighbours, in one cache line as a rule.
    if used > slots.count / 4 * 3 { grow() }
    return true
  }

  func count(_ first: UInt32, _ second: UInt32) -> Int64 { slots[place(of: Self.key(first, second))].count }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// Where the pair is, or where it would go.
  private func place(of key: UInt64) -> Int {
    let mask = slots.count - 1
    // Fibonacci hashing: the product's high bits depend on every bit of the key.
    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 24) & mask
    while slots[place].count != 0, slots[place].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(key: 0, count: 0), count: old.count * 2)
    for slot in old where slot.count != 0 { slots[place(of: slot.key)] = slot }
  }
}
