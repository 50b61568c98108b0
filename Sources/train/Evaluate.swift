internal import Basics
internal import Commands
internal import Model
internal import Store
internal import Training

/// `train evaluate MODEL`.
struct Evaluate: Command {
  static let name = "evaluate"
  static let summary = "Measure how well a trained model foretells a whole split"
  static let example = """
    train evaluate runs/small
    train evaluate runs/small --shards other/ --split test --json
    """
  static var options: [Option<Self>] {
    [
      .argument("MODEL", \.model, "Run, checkpoint, or folder with a GPT-2 as Hugging Face has it"),
      .option("--shards", \.shards, "SHARDS", "Folder that `prep encode` made; without it, the run's own"),
      .option("--split", \.split, "NAME", "Part of the dataset"),
      .flag(
        "--bigram", \.hasBigram, "Compare with an interpolated Witten-Bell bigram model of the train split"),
      .flag("--json", \.isJSON, "Print one JSON object"),
      .option("--batch-size", \.batchSize, "N", "Rows that are computed at once"),
      .option("--checkpoint", \.checkpoint, "WHICH", "Of a run: best, latest or a step's number"),
      .option("--threads", \.threads, "N", "Threads to compute on"),
    ]
  }

  var model = ""
  var shards: String?
  var split = Split.val
  var hasBigram = false
  var isJSON = false
  var batchSize = 8
  var checkpoint = "best"
  var threads = ThreadPool.availableCores

  mutating func run() throws {
    guard batchSize >= 1 else { throw UsageError("--batch-size is 1 or more, not \(batchSize)") }
    guard 1...1_024 ~= threads else { throw UsageError("--threads is from 1 to 1024, not \(threads)") }
    if hasBigram, split != .val { throw UsageError("--bigram compares on the val split; leave --split out") }
    Interrupt.install()
    let trained = try TrainedModel(model, try CheckpointChoice.named(checkpoint))
    guard let shards = shards ?? trained.state?.description.configuration.shards else {
      throw UsageError("--shards is missing: '\(model)' does not say what it was trained on")
    }
    guard try self.shards != nil || MixtureText(shards).folders.count == 1 else {
      throw UsageError("'\(model)' learned from several datasets; name one of them with --shards")
    }
    let dataset = try Dataset.open(shards)
    try trained.check(dataset)
    let result = try evaluate(trained, dataset)
    let bigram = hasBigram ? try self.bigram(dataset) : nil
    if isJSON {
      Console.out(json(trained, dataset, result, bigram).text)
    } else {
      show(trained, result, bigram)
    }
  }

  private func evaluate(_ trained: TrainedModel, _ dataset: Dataset) throws -> Evaluation {
    let gpt = try trained.load(
      batch: batchSize, time: trained.configuration.contextLength, threads: threads)
    let tokens = dataset.splits.first { $0.split == split }?.tokens
    let progress = Progress("evaluating", total: tokens, unit: "tokens")
    let evaluator = Evaluator(dataset: dataset, split: split, tokenizer: trained.tokenizer)
    let result = try evaluator.evaluate(
      gpt, progress: { progress.advance(by: $0) }, isCancelled: { Interrupt.isRequested })
    progress.finish()
    guard let result else { throw Stopped() }
    return result
  }

  /// The bigram model's loss on the validation split, in nats a token.
  private func bigram(_ dataset: Dataset) throws -> Double {
    guard let score = try BigramBaseline.score(of: dataset, isCancelled: { Interrupt.isRequested }) else {
      throw Stopped()
    }
    return score.average
  }

  private func show(_ trained: TrainedModel, _ result: Evaluation, _ bigram: Double?) {
    Console.out("\(trained.path), \(split.rawValue): \(Wording.grouped(result.tokens)) tokens")
    Console.out("loss           \(Quantity.fixed(result.loss, 4)) nats a token")
    Console.out("perplexity     \(Quantity.fixed(result.perplexity, 4))")
    Console.out("bits per byte  \(Quantity.fixed(result.bitsPerByte, 4))")
    guard let bigram else { return }
    Console.out(
      "validation loss \(Quantity.fixed(result.loss, 4)), bigram \(Quantity.fixed(bigram, 4)) nats a token")
  }

  private func json(
    _ trained: TrainedModel, _ dataset: Dataset, _ result: Evaluation, _ bigram: Double?
  ) -> JSON {
    var members: [JSON.Member] = [
      .init("checkpoint", .string(trained.path)), .init("root_hash", .string("\(dataset.rootHash)")),
      .init("split", .string(split.rawValue)), .init("tokens", .integer(result.tokens)),
      .init("bytes", .integer(result.bytes)), .init("loss", .number(result.loss)),
      .init("perplexity", .number(result.perplexity)), .init("bits_per_byte", .number(result.bitsPerByte)),
    ]
    if let bigram { members.append(.init("bigram_loss", .number(bigram))) }
    return .object(members)
  }
}

extension Split: OptionValue {}

/// Work that was asked to stop before it had a result.
struct Stopped: Error, CustomStringConvertible {
  var description: String { "stopped before the end; nothing was written" }
}
