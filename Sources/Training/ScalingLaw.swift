internal import Glibc

/// Foretells how well a model will do, well enough to choose between sizes.
///
/// The law is Chinchilla's, L = A / N^0.34 + B / D^0.28 with the published A and B (https://arxiv.org/abs/2203.15556,
/// equation 10), for N parameters outside the embeddings and D tokens. Text seen again is worth less each time: the
/// rule and its constants 15.4 for tokens and 5.3 for parameters are from https://arxiv.org/abs/2305.16264.
enum ScalingLaw {
  /// The part of the loss that depends on the choice.
  ///
  /// - Parameters:
  ///   - parameters: outside the embeddings.
  ///   - tokens: predicted in training, repeated ones counted again.
  ///   - uniqueTokens: in the training split.
  static func loss(parameters: Double, tokens: Double, uniqueTokens: Double) -> Double {
    let unique = min(tokens, uniqueTokens)
    let data = discounted(tokens, unique, halfLife: 15.4)
    // More parameters than the unique tokens can use are worth less in the same way.
    let useful = min(parameters, optimalParameters(for: unique))
    let model = discounted(parameters, useful, halfLife: 5.3)
    return 406.4 / pow(model, 0.34) + 410.7 / pow(data, 0.28)
  }

  private static func discounted(_ amount: Double, _ unique: Double, halfLife: Double) -> Double {
    let repeats = amount / unique - 1
    return unique + unique * halfLife * (1 - exp(-repeats / halfLife))
  }

  /// The parameters that suit so many unique tokens: where, for a fixed product of the two, the law is lowest, that is
  /// 0.34 A / N^0.34 = 0.28 B / D^0.28.
  private static func optimalParameters(for tokens: Double) -> Double {
    pow(0.34 * 406.4 / (0.28 * 410.7) * pow(tokens, 0.28), 1 / 0.34)
  }
}
