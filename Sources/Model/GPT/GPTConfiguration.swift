/// The numbers that make a GPT-2.
///
///     let small = GPTConfiguration(vocabularySize: 4096, contextLength: 256, layers: 6, heads: 6, width: 384)
///     small.parameterCount   // 12318720
///
/// The network is the one of https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf
/// as Hugging Face's `GPT2LMHeadModel` computes it: LayerNorm before each part of a block, learned positions, GELU
/// (tanh), biases everywhere but in the head.
public struct GPTConfiguration: Sendable, Equatable {
  /// Tokens that the model knows: ids are below this number.
  public var vocabularySize: Int
  /// Positions that the model has learned: no row may be longer.
  public var contextLength: Int
  /// Blocks of attention and feed-forward.
  public var layers: Int
  /// Heads of each attention; they divide the width.
  public var heads: Int
  /// Channels of the residual stream.
  public var width: Int
  /// Share of the embedding's values that training drops.
  public var embeddingDropout: Double
  /// Share of the attention weights that training drops.
  public var attentionDropout: Double
  /// Share of what attention and feed-forward add to the residual stream that training drops.
  public var residualDropout: Double
  /// Whether the head's matrix is the token embedding.
  public var isTied: Bool
  /// What LayerNorm adds to the variance.
  public var normEpsilon: Double

  /// A configuration with one rate for all three dropouts. It is checked where a model is made of it.
  public init(
    vocabularySize: Int, contextLength: Int, layers: Int, heads: Int, width: Int, dropout: Double = 0,
    isTied: Bool = true
  ) {
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.layers = layers
    self.heads = heads
    self.width = width
    embeddingDropout = dropout
    attentionDropout = dropout
    residualDropout = dropout
    self.isTied = isTied
    normEpsilon = 1e-5
  }

  /// The rate of all three dropouts, where they are the same; the largest, where they are not.
  public var dropout: Double {
    get { max(embeddingDropout, attentionDropout, residualDropout) }
    set {
      embeddingDropout = newValue
      attentionDropout = newValue
      residualDropout = newValue
    }
  }

  /// Trained numbers. The head counts only where it is not tied.
  public var parameterCount: Int {
    let block = 12 * width * width + 13 * width
    let embeddings = (vocabularySize + contextLength) * width
    return embeddings + layers * block + 2 * width + (isTied ? 0 : vocabularySize * width)
  }
}

extension GPTConfiguration {
  /// OpenAI's sizes by name: `gpt2-124m`, `gpt2-355m`, `gpt2-774m`, `gpt2-1558m`.
  public static let presets: [(name: String, configuration: GPTConfiguration)] = [
    ("gpt2-124m", gpt2(layers: 12, heads: 12, width: 768)),
    ("gpt2-355m", gpt2(layers: 24, heads: 16, width: 1024)),
    ("gpt2-774m", gpt2(layers: 36, heads: 20, width: 1280)),
    ("gpt2-1558m", gpt2(layers: 48, heads: 25, width: 1600)),
  ]

  private static func gpt2(layers: Int, heads: Int, width: Int) -> GPTConfiguration {
    GPTConfiguration(
      vocabularySize: 50_257, contextLength: 1024, layers: layers, heads: heads, width: width, dropout: 0.1)
  }

  /// - Throws: ``ModelError/configuration(_:)`` naming the member that makes no sense.
  package func validate() throws(ModelError) {
    for (name, value, limit) in [
      ("vocabulary size", vocabularySize, 1 << 24), ("context length", contextLength, 1 << 20),
      ("number of layers", layers, 1 << 10), ("number of heads", heads, 1 << 10), ("width", width, 1 << 16),
    ] where value < 1 || value > limit {
      throw .configuration("the \(name) is \(value) instead of 1 to \(limit)")
    }
    guard width % heads == 0 else { throw .configuration("\(heads) heads do not divide a width of \(width)") }
    for (name, rate) in [
      ("embedding", embeddingDropout), ("attention", attentionDropout), ("residual", residualDropout),
    ] where !(rate >= 0 && rate < 1) {
      throw .configuration("the \(name) dropout is \(rate) instead of 0 up to, but not including, 1")
    }
    guard normEpsilon > 0, normEpsilon < 1 else {
      throw .configuration("LayerNorm's epsilon is \(normEpsilon) instead of a small positive number")
    }
  }
}
