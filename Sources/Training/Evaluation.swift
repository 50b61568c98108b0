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

/// What several evaluations say of a mixture of their texts.
struct MixedEvaluation {
  /// Nats a token: the mean over the mixture.
  let loss: Double
  let bitsPerByte: Double

  /// - Parameter results: with the share of each in the mixture's tokens.
  init(_ results: [(evaluation: Evaluation, weight: Int)]) {
    // One alone is taken as it is: no rounding may tell it from an evaluation.
    if results.count == 1 {
      loss = results[0].evaluation.loss
      bitsPerByte = results[0].evaluation.bitsPerByte
      return
    }
    let weights = results.reduce(0.0) { $0 + Double($1.weight) }
    let nats = results.reduce(0.0) { $0 + Double($1.weight) * $1.evaluation.loss }
    let bytes = results.reduce(0.0) {
      $0 + Double($1.weight) * Double($1.evaluation.bytes) / Double($1.evaluation.tokens)
    }
    loss = nats / weights
    bitsPerByte = nats / (M_LN2 * bytes)
  }
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
      let window = model.configuration.contextLength
      let rows = (dataset.tokenCount(split) + window - 1) / window
      var count = (rows + model.batch - 1) / model.batch
      let isPart = batches > 0 && batches < count
      if isPart { count = batches }
      let queue = try queue(model, isPart ? .full : .none)
      var result = Evaluation()
      var batch = TokenBatch()
      for _ in 0..<count {
        if isCancelled() { return nil }
        try queue.next(&batch)
        let loss = try model.evaluate(inputs: batch.inputs, targets: batch.targets)
        result.lossSum += loss.sum
        result.tokens += loss.count
        for target in batch.targets where target >= 0 { result.bytes += byteCounts[Int(target)] }
        progress(loss.count)
      }
      return result
    }
  }

  private func queue(_ model: GPT, _ shuffle: Shuffle) throws(StoreError) -> BatchQueue {
    var options = LoaderOptions(
      contextLength: model.configuration.contextLength, batchSize: model.batch, seed: 0)
    options.shuffle = shuffle
    options.endsWithEpoch = shuffle == .none
    return BatchQueue(try BatchLoader(DatasetMixture(dataset), split: split, options))
  }
}
