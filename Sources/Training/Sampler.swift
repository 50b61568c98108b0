public import Tokenizer
internal import Basics
internal import Glibc

/// Chooses the next token from a model's prediction.
///
///     var sampler = Sampler(temperature: 0.8, topK: 40, seed: 1)
///     let token = try sampler.choose(logits)
///
/// The same seed chooses the same tokens. A temperature of 0 takes the likeliest token, of several the lowest id.
public struct Sampler: Sendable {
  /// What the logits are divided by: below 1 the likely tokens become likelier still.
  public let temperature: Double
  /// How many of the likeliest tokens are left to choose from; nil for all.
  public let topK: Int?
  private var random: SplitMix64

  /// - Throws: ``TrainingError/setting(_:)`` where the temperature is negative or `topK` below 1.
  public init(temperature: Double, topK: Int? = nil, seed: UInt64) throws(TrainingError) {
    guard temperature >= 0, temperature.isFinite else {
      throw .setting("a temperature is 0 or more, not \(temperature)")
    }
    if let topK, topK < 1 { throw .setting("top-k leaves at least 1 token to choose from, not \(topK)") }
    self.temperature = temperature
    self.topK = topK
    // Seeds that people use lie close together; mixed, their streams have nothing in common.
    random = SplitMix64(seed: SplitMix64.mix(seed &+ 0x5a3d_11e9))
  }

  /// The chosen token; nil where the logits are not numbers.
  public mutating func choose(_ logits: [Float]) -> TokenID? {
    guard let best = Self.likeliest(logits) else { return nil }
    if temperature == 0 { return TokenID(best) }
    let candidates = topK.map { Self.top($0, of: logits) } ?? Array(logits.indices)
    let weights = candidates.map { exp(Double(logits[$0] - logits[best]) / temperature) }
    var rest = random.unit() * weights.reduce(0, +)
    for (candidate, weight) in zip(candidates, weights) {
      rest -= weight
      if rest < 0 { return TokenID(candidate) }
    }
    // Rounding can leave a crumb after the last of them.
    return TokenID(best)
  }

  /// The place of the largest number, the first of equals; nil where one is not a number or none is finite.
  private static func likeliest(_ logits: [Float]) -> Int? {
    var best = 0
    for index in logits.indices {
      if logits[index].isNaN { return nil }
      if logits[index] > logits[best] { best = index }
    }
    return !logits.isEmpty && logits[best].isFinite ? best : nil
  }

  /// The places of the `count` largest numbers, largest first, of equals the earlier one.
  static func top(_ count: Int, of logits: [Float]) -> [Int] {
    if count > 512 {
      return Array(logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(count))
    }
    var best: [Int] = []
    for index in logits.indices {
      if best.count == count, logits[index] <= logits[best[count - 1]] { continue }
      var place = best.count
      while place > 0, logits[best[place - 1]] < logits[index] { place -= 1 }
      best.insert(index, at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
