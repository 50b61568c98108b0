internal import Basics
internal import Commands
internal import Store

/// Measures reading a dataset, every check made: from its start to its end, or windows anywhere.
struct DecodeBenchmark: Command {
  static let name = "decode"
  static let summary = "Measure reading of shards, one JSON object a run"
  static let example = "benchmarks decode shards/ --random"
  static var options: [Option<Self>] {
    [
      .argument("SHARDS", \.shards, "Folder of a dataset"),
      .option("--split", \.split, "S", "Split to read"),
      .option("--passes", \.passes, "N", "Times it is read; the first one is cold"),
      .flag("--random", \.random, "Read windows anywhere instead of all tokens in order"),
      .option("--window", \.window, "N", "Tokens of a window"),
      .option("--reads", \.reads, "N", "Windows that a pass reads"),
      .option("--seed", \.seed, "N", "Where the windows are"),
    ]
  }

  var shards = ""
  var split = Split.train
  var passes = 5
  var random = false
  var window = 1_025
  var reads = 10_000
  var seed = 1

  func run() throws {
    for (name, value, least) in [
      ("--passes", passes, 2), ("--window", window, 1), ("--reads", reads, 1), ("--seed", seed, 0),
    ] where value < least {
      throw UsageError("\(name) is \(least) or more, not \(value)")
    }
    let dataset = try Dataset.open(shards)
    var reader = try dataset.reader(split)
    guard !random || window <= reader.tokenCount else {
      throw UsageError("--window \(window) is longer than the split, which has \(reader.tokenCount) tokens")
    }
    var seconds: [Double] = []
    var tokens: [UInt32] = []
    var count = 0
    var sum: UInt32 = 0
    for _ in 0..<passes {
      (count, sum) = (0, 0)
      let places = random ? windows(in: reader.tokenCount) : blocks(of: reader.tokenCount)
      seconds.append(
        try Meter.time {
          for place in places {
            try reader.read(place, into: &tokens)
            count += place.count
            sum = sum &+ tokens[0] &+ tokens[tokens.count - 1]
          }
        })
    }
    report(seconds, tokens: count, sum: sum)
  }

  /// The whole split, a megabyte of ids at a time.
  private func blocks(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 1 << 18).map { $0..<min($0 + 1 << 18, count) }
  }

  private func windows(in count: Int) -> [Range<Int>] {
    var generator = SplitMix64(seed: UInt64(seed))
    return (0..<reads).map { _ in
      let start = Int.random(in: 0...count - window, using: &generator)
      return start..<start + window
    }
  }

  private func report(_ seconds: [Double], tokens: Int, sum: UInt32) {
    let speed = seconds.map { Double(tokens) / $0 / 1e6 }
    let result: JSON = [
      "peer": "tessera", "mode": .string(random ? "random" : "sequential"),
      "window": .integer(random ? window : 0), "tokens": .integer(tokens),
      "cold_mtok_s": Meter.rounded(speed[0], 10), "warm_mtok_s": Meter.rounded(speed.dropFirst().max()!, 10),
      "warm_median_mtok_s": Meter.rounded(Meter.median(Array(speed.dropFirst())), 10),
      "us_per_read": .number(random ? seconds.dropFirst().min()! / Double(reads) * 1e6 : 0),
      "sum": .integer(Int(sum)), "peak_mb": .integer(Meter.peakMegabytes),
    ]
    Console.out(result.text)
  }
}

extension Split: OptionValue {}
