internal import Basics
internal import Commands
internal import Pipeline
internal import Store
internal import Tokenizer

extension Shuffle: OptionValue {}

/// A row of an epoch: `0:17`.
struct SamplePlace: OptionValue {
  let epoch: Int
  let position: Int

  init?(optionText: String) {
    let words = optionText.split(separator: ":", omittingEmptySubsequences: false)
    let parts = words.compactMap { Int($0) }
    guard words.count == 2, parts.count == 2, 0..<1 << 40 ~= parts[0], parts[1] >= 0
    else { return nil }
    (epoch, position) = (parts[0], parts[1])
  }

  var optionText: String { "\(epoch):\(position)" }
  static var optionWants: String { "EPOCH:POSITION, two numbers from 0" }
}

extension Inspect {
  /// Shows the row that training sees at that place.
  func show(_ place: SamplePlace) throws {
    guard 1...1 << 20 ~= context else {
      throw UsageError("--context wants a number from 1 to \(1 << 20), not \(context)")
    }
    guard seed >= 0 else { throw UsageError("--seed wants 0 or more, not \(seed)") }
    let dataset = try Dataset.open(shards)
    var options = LoaderOptions(contextLength: context, batchSize: 1, seed: UInt64(seed))
    options.shuffle = shuffle
    let (sample, tokenizer) = try running { () throws(PipelineError) in
      let sample = try TrainingSample(
        dataset, split, epoch: place.epoch, position: place.position, options)
      return (sample, try Tokenizer(dataset.tokenizer))
    }
    let page = SamplePage(sample, place, split, tokenizer)
    if json { Console.out(page.json.text) } else { page.show() }
  }
}

/// A row for people and for programs.
private struct SamplePage {
  let sample: TrainingSample
  let place: SamplePlace
  let split: Split
  let tokenizer: Tokenizer

  init(_ sample: TrainingSample, _ place: SamplePlace, _ split: Split, _ tokenizer: Tokenizer) {
    self.sample = sample
    self.place = place
    self.split = split
    self.tokenizer = tokenizer
  }

  private func text(_ ids: some Sequence<TokenID>) -> String {
    String(decoding: ids.flatMap { tokenizer.bytes(of: $0) ?? [] }, as: UTF8.self)
  }

  /// The targets that are tokens.
  private var targets: [TokenID] {
    sample.targets.lazy.filter { $0 != TokenBatch.padding }.map { TokenID(bitPattern: $0) }
  }

  func show() {
    let padding = sample.targets.count - targets.count
    Console.out(
      """
      sample     \(place.position) of \(sample.rowCount) in epoch \(place.epoch) of \(split): tokens \
      \(sample.tokens.lowerBound)..<\(sample.tokens.upperBound)\(padding > 0 ? ", \(padding) of padding" : "")
      """)
    for document in sample.documents {
      let entry = document.entry
      Console.out(
        """
        document   bytes \(entry.byteOffset)..<\(entry.byteOffset + entry.byteCount) of '\(document.source)', tokens \
        \(document.tokens.lowerBound)..<\(document.tokens.upperBound), in '\(document.shard)'
        """)
    }
    Console.out("inputs     \(sample.inputs.map { "\($0)" }.joined(separator: " "))")
    Console.out("           \(JSON.string(text(sample.inputs)).text)")
    Console.out("targets    \(sample.targets.map { "\($0)" }.joined(separator: " "))")
    Console.out("           \(JSON.string(text(targets)).text)")
  }

  var json: JSON {
    [
      "split": .string(split.rawValue), "epoch": .integer(place.epoch),
      "position": .integer(place.position), "samples": .integer(sample.rowCount),
      "tokens": [.integer(sample.tokens.lowerBound), .integer(sample.tokens.upperBound)],
      "inputs": .array(sample.inputs.map { .integer(Int($0)) }),
      "targets": .array(sample.targets.map { .integer(Int($0)) }),
      "input-text": .string(text(sample.inputs)), "target-text": .string(text(targets)),
      "documents": .array(
        sample.documents.map {
          [
            "shard": .string($0.shard), "source": .string($0.source),
            "offset": .integer($0.entry.byteOffset), "bytes": .integer($0.entry.byteCount),
            "tokens": [.integer($0.tokens.lowerBound), .integer($0.tokens.upperBound)],
          ]
        }),
    ]
  }
}
