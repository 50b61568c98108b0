internal import Basics
internal import Commands
internal import Store

/// Measures opening a dataset of many shards and going on anywhere in it.
struct ManifestBenchmark: Command {
  static let name = "manifest"
  static let summary = "Measure opening a dataset of many shards and going on anywhere in it, one JSON object"
  static let example = "benchmarks manifest --shards 10000"
  static var options: [Option<Self>] {
    [
      .option("--shards", \.shards, "N", "Shards of a dataset made for it: train and val of N / 2 segments"),
      .option("--temporary", \.temporary, "DIR", "Where the dataset is made, and removed again"),
      .option("--repeats", \.repeats, "N", "How often each is measured"),
    ]
  }

  var shards = 10_000
  var temporary = "/tmp"
  var repeats = 50

  func run() throws {
    guard shards >= 2, repeats >= 1 else { throw UsageError("--shards is 2 or more, --repeats 1 or more") }
    let folder = Path.join(temporary, "tessera-manifest-\(UInt64.random(in: 0 ... .max))")
    defer { try? Folder.remove(folder) }
    let making = try Meter.time { try write(to: folder) }
    var opened: Dataset?
    var first = 0.0
    var times: [Double] = []
    for number in 0...repeats {
      let seconds = try Meter.time { opened = try Dataset.open(folder) }
      if number == 0 { first = seconds } else { times.append(seconds) }
    }
    let resuming = try resume(opened!)
    let result: JSON = [
      "shards": .integer(opened!.splits.reduce(0) { $0 + $1.shards }),
      "sources": .integer(opened!.sources.count), "make_s": Meter.rounded(making, 10),
      "open_first_ms": Meter.rounded(1_000 * first, 1_000),
      "open_median_ms": Meter.rounded(1_000 * Meter.median(times), 1_000),
      "open_worst_ms": Meter.rounded(1_000 * times.max()!, 1_000),
      "resume_median_ms": Meter.rounded(1_000 * Meter.median(resuming), 1_000),
      "resume_worst_ms": Meter.rounded(1_000 * resuming.max()!, 1_000),
      "peak_mb": .integer(Meter.peakMegabytes),
    ]
    Console.out(result.text)
  }

  /// A source for each segment, a document for each shard.
  private func write(to folder: String) throws {
    let count = shards / 2
    let plan = DatasetPlan(
      tokenizer: TokenizerRecord(
        name: "none", digest: SHA256.hash([]), vocabularySize: 1_000, endOfText: 999, files: []),
      configuration: ["benchmark": "manifest"],
      sources: (0..<count).map {
        SourceRecord(path: "corpus/part-\($0).txt", byteCount: 4_000, digest: SHA256.hash([UInt8($0 % 256)]))
      }, segments: (0..<count).map { SegmentPlan(ranges: [SourceRange(source: $0)]) })
    let writer = try DatasetWriter(folder: folder, plan: plan)
    let tokens = [UInt32](repeating: 7, count: 499) + [999]
    let progress = Progress("making", total: count, unit: "segments")
    for number in 0..<count {
      var segment = try writer.beginSegment(number)
      for (index, split) in [Split.train, .val].enumerated() {
        let entry = DocumentEntry(source: number, byteOffset: 2_000 * index, byteCount: 2_000, textHash: 1)
        try segment.append(tokens.span, document: entry, split: split)
      }
      try segment.commit()
      progress.advance(by: 1)
    }
    _ = try writer.finish()
    progress.finish()
  }

  /// Seconds to make a loader, bring it to a random place and read the first batch there.
  private func resume(_ dataset: Dataset) throws -> [Double] {
    var random = SplitMix64(seed: 1)
    var batch = TokenBatch()
    let options = LoaderOptions(contextLength: 256, batchSize: 8, seed: 1)
    let mixture = DatasetMixture(dataset)
    return try (0..<repeats).map { _ in
      var state = try BatchLoader(mixture, split: .train, options).state
      state.places[0].epoch = Int.random(in: 0..<1_000_000, using: &random)
      state.places[0].token = 256 * Int.random(in: 0..<dataset.tokenCount(.train) / 256, using: &random)
      return try Meter.time {
        var loader = try BatchLoader(mixture, split: .train, options)
        try loader.restore(state)
        try loader.next(&batch)
      }
    }
  }
}
