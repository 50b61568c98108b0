internal import Glibc
public import Model
public import Store
public import Tokenizer

/// How well a model foretells a split.
///
///     let evaluator = Evaluator(dataset: dataset, split: .val, tokenizer: tokenizer)
///     let result = try evaluator.evaluate(model)!
///     result.loss          // nats a token
///     result.perplexity    // e to that power
///     result.bitsPerByte   // comparable between tokenizers
public struct Evaluation: Sendable, Equatable {
  /// The sum of -ln P over the tokens.
  public var lossSum = 0.0
  /// Tokens that were foretold.
  public var tokens = 0
  /// Bytes of text in them: special tokens such as `<|endoftext|>` have none.
  public var bytes = 0

  /// Nats a token.
  public var loss: Double { lossSum / Double(tokens) }
  /// Between how many tokens, equally likely, the model would be as unsure.
  public var perplexity: Double { exp(loss) }
  /// The tokens' information in bits by the bytes of their text.
  public var bitsPerByte: Double { lossSum / (M_LN2 * Double(bytes)) }
}

/// Evaluates models on the same windows in the same order, each token of them a target once.
///
/// Every window starts with an empty context, so that its first tokens are harder to foretell than its last.
public struct Evaluator: Sendable {
  private let dataset: Dataset
  private let split: Split
  private let batches: Int
  private let byteCounts: [Int]

  /// - Parameter batches: how many batches of the model's rows to use; 0 for the whole split. Fewer than the whole
  ///   are spread over it, and are the same ones every time.
  public init(dataset: Dataset, split: Split, tokenizer: Tokenizer, batches: Int = 0) {
    self.dataset = dataset
    self.split = split
    self.batches = batches
    let special = Set(tokenizer.specialTokens.map(\.id))
    byteCounts = (0..<TokenID(tokenizer.size)).map { id in
      special.contains(id) ? 0 : tokenizer.bytes(of: id)?.count ?? 0
    }
  }

  /// - Parameter isCancelled: asked before each batch; nil comes back once it says true.
  public func evaluate(
    _ model: GPT, progress: (_ tokens: Int) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> Evaluation? {
    try TrainingError.wrapping {
      var loader = try makeLoader(model, order: .sequential)
      var count = (loader.windowCount + model.batch - 1) / model.batch
      if batches > 0, batches < count {
        count = batches
        loader = try makeLoader(model, order: .shuffled)
      }
      var result = Evaluation()
      var inputs: [UInt32] = []
      var targets: [Int32] = []
      for _ in 0..<count {
        if isCancelled() { return nil }
        try loader.next(inputs: &inputs, targets: &targets)
        let loss = try model.evaluate(inputs: inputs, targets: targets)
        result.lossSum += loss.sum
        result.tokens += loss.count
        for target in targets where target >= 0 { result.bytes += byteCounts[Int(target)] }
        progress(loss.count)
      }
      return result
    }
  }

  private func makeLoader(_ model: GPT, order: BatchLoader.Order) throws(StoreError) -> BatchLoader {
    try BatchLoader(
      dataset: dataset, split: split, contextLength: model.configuration.contextLength,
      batchSize: model.batch,
      seed: 0, order: order)
  }
}
