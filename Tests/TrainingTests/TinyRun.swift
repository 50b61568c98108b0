import Basics
import Model
import Store
import TestSupport
import Testing
import Tokenizer
import Training

/// A dataset and a model so small that a step takes less than a millisecond.
final class TinyRun {
  let folder: TemporaryFolder
  let dataset: Dataset
  let tokenizer: Tokenizer

  /// - Parameter seed: decides the text, and with it the root hash.
  init(seed: UInt64 = 1, in parent: TemporaryFolder? = nil) throws {
    folder = try parent ?? TemporaryFolder()
    tokenizer = try Self.byteTokenizer()
    dataset = try Self.write(tokenizer, to: folder("shards-\(seed)"), seed: seed)
  }

  /// 20 steps of a model with two layers, with dropout, accumulation and a padded last window.
  var configuration: TrainingConfiguration {
    let model = GPTConfiguration(
      vocabularySize: tokenizer.size, contextLength: 8, layers: 2, heads: 2, width: 16, dropout: 0.1)
    let recipe = TrainingRecipe(
      model: model, steps: 20, batchSize: 3, accumulate: 2, learningRate: 0.01, warmupSteps: 5)
    var cadence = TrainingCadence(evaluationInterval: 5, checkpointInterval: 5, sampleInterval: 10)
    cadence.sampleTokens = 12
    return TrainingConfiguration(recipe: recipe, cadence: cadence, shards: dataset.folder)
  }

  func run(_ name: String) -> RunFolder { RunFolder(folder(name)) }

  func begin(_ configuration: TrainingConfiguration? = nil, in name: String, threads: Int = 1) throws
    -> Trainer
  {
    try Trainer(
      beginning: configuration ?? self.configuration, in: run(name), data: DatasetMixture(dataset),
      threads: threads)
  }

  func resume(_ name: String, _ request: TrainingRequest = TrainingRequest(), threads: Int = 1) throws
    -> Trainer
  {
    let folder = run(name)
    return try Trainer(
      resuming: Trainer.continuation(of: folder, request), in: folder, data: DatasetMixture(dataset),
      threads: threads)
  }

  /// The 256 bytes in GPT-2's order and `<|endoftext|>`.
  static func byteTokenizer() throws -> Tokenizer {
    try BytePairTrainer(vocabularySize: 257).train(PretokenCounts())
  }

  /// 40 documents of a few words that repeat; every fifth is for validation.
  private static func write(_ tokenizer: Tokenizer, to path: String, seed: UInt64) throws -> Dataset {
    let record = TokenizerRecord(
      name: "bytes", digest: tokenizer.digest, vocabularySize: tokenizer.size,
      endOfText: try #require(tokenizer.endOfText),
      files: [
        StoredFile(name: "vocab.json", bytes: tokenizer.vocabularyFile()),
        StoredFile(name: "merges.txt", bytes: tokenizer.mergesFile()),
      ])
    let texts = documents(seed)
    let size = texts.reduce(0) { $0 + $1.count }
    let plan = DatasetPlan(
      tokenizer: record, configuration: .object([]),
      sources: [SourceRecord(path: "text", byteCount: size, digest: SHA256.hash(texts.flatMap { $0 }))],
      segments: [SegmentPlan(ranges: [SourceRange(source: 0)])])
    let writer = try DatasetWriter(folder: path, plan: plan)
    var segment = try writer.beginSegment(0)
    var encoder = Encoder(tokenizer)
    var offset = 0
    for (index, text) in texts.enumerated() {
      var tokens: [TokenID] = []
      try encoder.encode(text.span, into: &tokens)
      tokens.append(record.endOfText)
      let entry = DocumentEntry(
        source: 0, byteOffset: offset, byteCount: text.count, textHash: XXH64.hash(text.span))
      try segment.append(tokens.span, document: entry, split: index % 5 == 4 ? .val : .train)
      offset += text.count
    }
    try segment.commit()
    _ = try writer.finish()
    return try Dataset.open(path)
  }

  private static func documents(_ seed: UInt64) -> [[UInt8]] {
    var random = SplitMix64(seed: seed)
    let words = ["the", "cat", "sat", "on", "a", "mat", "é"]
    return (0..<40).map { _ in
      let count = Int.random(in: 0...6, using: &random)
      return Array((0..<count).map { _ in words.randomElement(using: &random)! }.joined(separator: " ").utf8)
    }
  }
}

extension RunFolder {
  /// The bytes of every weight and moment of a checkpoint.
  func weights(_ step: Int) throws -> [[UInt8]] {
    try ["model.safetensors", "optimizer.safetensors"].map {
      try File.contents(Path.join(checkpoint(step).path, $0))
    }
  }

  /// The curve without what depends on the machine.
  func curve() throws -> [StepRecord] {
    try MetricsLog.records(metricsFile).map { record in
      var record = record
      record.seconds = 0
      record.tokensPerSecond = nil
      return record
    }
  }
}

extension TinyRun {
  /// Runs until a step's line is written, then asks to stop.
  func interrupt(_ trainer: Trainer, after step: Int) throws -> TrainingOutcome {
    var done = trainer.step
    return try trainer.run(
      report: { if case .step(let record) = $0 { done = record.step } }, isCancelled: { done >= step })
  }

  /// Asks to stop at the second batch of the validation after `step`.
  func interruptWithin(_ trainer: Trainer, validationAfter step: Int) throws -> TrainingOutcome {
    var done = -1
    var batches = 0
    return try trainer.run(
      report: { event in
        if case .step(let record) = event { done = record.step }
        if case .validating = event, done == step - 1 { batches += 1 }
      }, isCancelled: { batches >= 1 })
  }
}
