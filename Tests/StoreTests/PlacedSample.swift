import Basics
import Store
import TestSupport
import Testing

/// A dataset whose tokens are their places: a target says where in the split it comes from.
struct PlacedSample {
  static let end: UInt32 = 199_999
  let folder: TemporaryFolder
  let dataset: Dataset
  let sample: Sample
  /// Tokens in the split train.
  let count: Int

  /// - Parameter documents: how many each segment has.
  init(documents: [Int], longest: Int, seed: UInt64 = 1) throws {
    var sample = Sample(documents: documents, longest: longest, vocabularySize: 200_000, seed: seed)
    var count = 0
    for segment in sample.segments.indices {
      for index in sample.segments[segment].indices {
        sample.segments[segment][index].split = .train
        let length = sample.segments[segment][index].tokens.count
        sample.segments[segment][index].tokens = (count..<count + length).map { UInt32($0) }
        count += length
      }
    }
    self.sample = sample
    self.count = count
    folder = try StoreTests.dataset(sample)
    dataset = try Dataset.open(folder.path)
  }

  /// The place of each document's first token.
  var documentStarts: [Int] { sample.documents(.train).map { Int($0.tokens[0]) } }
}

/// One stretch of training: how the rows are shared out, and how many batches are taken.
struct Session {
  var contextLength: Int
  var batchSize: Int
  var worldSize: Int
  var batches: Int

  func options(rank: Int, seed: UInt64, _ shuffle: Shuffle) -> LoaderOptions {
    var options = LoaderOptions(contextLength: contextLength, batchSize: batchSize, seed: seed)
    options.shuffle = shuffle
    options.worldSize = worldSize
    options.rank = rank
    return options
  }

  /// Runs every rank from `state`, each with a loader of its own, and puts the rows together in the order of the whole.
  ///
  /// - Returns: each row's targets, and the state, on which all ranks must agree.
  func run(
    _ mixture: DatasetMixture, from state: LoaderState?, seed: UInt64, _ shuffle: Shuffle
  ) throws -> (rows: [Row], state: LoaderState) {
    var rows = [Row](repeating: Row(), count: batches * batchSize * worldSize)
    var states: [LoaderState] = []
    for rank in 0..<worldSize {
      var loader = try BatchLoader(mixture, split: .train, options(rank: rank, seed: seed, shuffle))
      if let state { try loader.restore(LoaderState(json: JSON.parse(state.json.text))) }
      var batch = TokenBatch()
      for number in 0..<batches {
        try loader.next(&batch)
        #expect(batch.rows == batchSize)
        for row in 0..<batchSize {
          let place = (number * batchSize + row) * worldSize + rank
          let part = row * contextLength..<(row + 1) * contextLength
          rows[place] = Row(inputs: Array(batch.inputs[part]), targets: Array(batch.targets[part]))
        }
      }
      states.append(loader.state)
    }
    #expect(states.allSatisfy { $0 == states[0] })
    return (rows, states[0])
  }
}

struct Row: Equatable {
  var inputs: [UInt32] = []
  var targets: [Int32] = []

  /// The places that this row has as targets.
  var places: [Int] { targets.filter { $0 != TokenBatch.padding }.map { Int($0) } }

  /// Whether inputs are what precedes the targets, and padding is behind all that is there.
  func isSound(end: UInt32) -> Bool {
    zip(inputs, targets).enumerated().allSatisfy { index, pair in
      let (input, target) = pair
      return if index >= places.count { target == TokenBatch.padding && input == end } else {
        input == (target == 0 ? end : UInt32(target) - 1)
      }
    }
  }
}
