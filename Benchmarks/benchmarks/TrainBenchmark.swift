internal import Basics
internal import Commands
internal import Model

/// Measures training steps on random tokens: forward, backward, clipping and update.
struct TrainBenchmark: Command {
  enum Preset: String, CaseIterable, OptionValue {
    case large = "gpt2-124m"
    case short = "124m"
    case small
  }

  static let name = "train"
  static let summary = "Measure training steps, one JSON object a run"
  static let example = "benchmarks train --preset gpt2-124m --batch 4 --context 256 --seconds 15"
  static var options: [Option<Self>] {
    [
      .option("--preset", \.preset, "NAME", "GPT-2 124M, or 6 layers and heads of width 384 (small)"),
      .option("--batch", \.batch, "N", "Rows of a batch"),
      .option("--context", \.context, "N", "Tokens of a row"),
      .option("--layers", \.layers, "N", "Blocks, instead of the preset's"),
      .option("--heads", \.heads, "N", "Heads, instead of the preset's"),
      .option("--width", \.width, "N", "Channels, instead of the preset's"),
      .option("--vocab", \.vocabulary, "N", "Vocabulary, instead of the preset's"),
      .option("--dropout", \.dropout, "P", "Share of the values that is dropped"),
      .option("--threads", \.threads, "N", "Threads that compute"),
      .option("--seconds", \.seconds, "S", "How long to measure"),
      .flag("--profile", \.profile, "Say where the time of the last step went"),
    ]
  }

  var preset = Preset.large
  var batch = 4
  var context = 256
  var layers: Int?
  var heads: Int?
  var width: Int?
  var vocabulary: Int?
  var dropout = 0.0
  var threads = 2
  var seconds = 15.0
  var profile = false

  private var configuration: GPTConfiguration {
    let small = preset == .small
    return GPTConfiguration(
      vocabularySize: vocabulary ?? (small ? 4096 : 50_257), contextLength: max(1024, context),
      layers: layers ?? (small ? 6 : 12), heads: heads ?? (small ? 6 : 12),
      width: width ?? (small ? 384 : 768),
      dropout: dropout)
  }

  func run() throws {
    let model = try GPT(configuration, batch: batch, time: context, threads: threads)
    model.initialize(seed: 1)
    let optimizer = try AdamW(model)
    var random = SplitMix64(seed: 1)
    for _ in 0..<2 { _ = try measure(model, optimizer, &random) }
    var steps: [Timing] = []
    let start = Meter.now()
    while steps.count < 3 || Meter.now() - start < seconds {
      steps.append(try measure(model, optimizer, &random))
    }
    report(steps)
    if profile { report(model.profile) }
  }

  private func measure(_ model: GPT, _ optimizer: AdamW, _ random: inout SplitMix64) throws -> Timing {
    let size = UInt32(model.configuration.vocabularySize)
    let tokens = (0..<batch * context).map { _ in UInt32.random(in: 0..<size, using: &random) }
    let targets = tokens.dropFirst().map { Int32($0) } + [0]
    let start = Meter.now()
    model.zeroGradients()
    _ = try model.accumulateGradients(
      inputs: tokens, targets: targets, dropoutSeed: random.next(), lossScale: 1 / Float(tokens.count))
    let middle = Meter.now()
    optimizer.step(learningRate: 6e-4, gradientScale: min(1, 1 / (model.gradientNorm() + 1e-6)))
    let forward = model.profile.reduce(0) { $0 + $1.forward }
    return Timing(forward: forward, backward: middle - start - forward, update: Meter.now() - middle)
  }

  private func report(_ steps: [Timing]) {
    let sorted = steps.sorted { $0.total < $1.total }
    let (best, median) = (sorted[0], sorted[sorted.count / 2])
    let tokens = Double(batch * context)
    let result: JSON = [
      "peer": "tessera", "preset": .string(preset.rawValue), "batch": .integer(batch),
      "time": .integer(context),
      "dtype": "fp32", "threads": .integer(threads),
      "tokens_per_s_best": Meter.rounded(tokens / best.total, 10),
      "tokens_per_s_median": Meter.rounded(tokens / median.total, 10),
      "forward_s": Meter.rounded(best.forward, 10_000),
      "backward_s": Meter.rounded(best.backward, 10_000), "update_s": Meter.rounded(best.update, 10_000),
      "steps": .integer(steps.count), "peak_mb": .integer(Meter.peakMegabytes),
    ]
    Console.out(result.text)
  }

  private func report(_ parts: [StepProfile]) {
    for part in parts {
      Console.note(
        "\(part.operation): forward \(Int(part.forward * 1e6)) us, backward \(Int(part.backward * 1e6)) us")
    }
  }
}

/// The seconds of one step.
private struct Timing {
  let forward, backward, update: Double
  var total: Double { forward + backward + update }
}
