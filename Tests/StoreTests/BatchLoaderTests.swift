import Basics
import Store
import TestSupport
import Testing

/// What a loader gives at a time.
struct Batch: Equatable {
  var inputs: [UInt32] = []
  var targets: [Int32] = []
}

extension BatchLoader {
  mutating func batch() throws -> Batch {
    var batch = Batch()
    try next(inputs: &batch.inputs, targets: &batch.targets)
    return batch
  }
}

@Suite("Batches")
struct BatchLoaderTests {
  private let folder: TemporaryFolder
  private let dataset: Dataset
  private static let sample = Sample(documents: [60, 25], longest: 90)
  private static let tokens = sample.tokens(.train)
  private static let end: UInt32 = 999

  init() throws {
    folder = try StoreTests.dataset(Self.sample)
    dataset = try Dataset.open(folder.path)
  }

  private func loader(
    _ length: Int, _ rows: Int, seed: UInt64 = 1, _ order: BatchLoader.Order
  ) throws -> BatchLoader {
    try BatchLoader(
      dataset: dataset, split: .train, contextLength: length, batchSize: rows, seed: seed, order: order)
  }

  /// Window `index` as the doc comment of the loader describes it.
  private static func window(_ index: Int, _ length: Int) -> Batch {
    var batch = Batch()
    for place in index * length..<(index + 1) * length {
      let isThere = place < tokens.count
      batch.inputs.append(isThere ? (place == 0 ? end : tokens[place - 1]) : end)
      batch.targets.append(isThere ? Int32(tokens[place]) : -100)
    }
    return batch
  }

  @Test(arguments: [(1, 3), (7, 4), (64, 8), (256, 1), (1_000, 2), (100_000, 2)])
  func `batches are the windows in their order, epoch after epoch`(length: Int, rows: Int) throws {
    let count = (Self.tokens.count + length - 1) / length
    for order in BatchLoader.Order.allCases {
      var loader = try loader(length, rows, order)
      #expect(loader.windowCount == count)
      #expect(loader.tokenCount == Self.tokens.count)
      var expected = Batch()
      for epoch in 0..<3 {
        let sampler = WindowSampler(
          tokenCount: Self.tokens.count, contextLength: length, seed: 1, epoch: epoch,
          rootHash: dataset.rootHash)
        for position in 0..<count {
          let window = Self.window(order == .shuffled ? sampler.window(at: position) : position, length)
          expected.inputs += window.inputs
          expected.targets += window.targets
        }
      }
      var all = Batch()
      while loader.state.epoch < 3 {
        let batch = try loader.batch()
        all.inputs += batch.inputs
        all.targets += batch.targets
      }
      // The last batch of shuffled ones may hold the start of a fourth epoch.
      #expect(Array(all.inputs.prefix(expected.inputs.count)) == expected.inputs)
      #expect(Array(all.targets.prefix(expected.targets.count)) == expected.targets)
      #expect(all.inputs.count - expected.inputs.count <= (order == .shuffled ? (rows - 1) * length : 0))
    }
  }

  @Test(arguments: [1, 5, 64, 999, 5_000])
  func `every token of the split is a target exactly once an epoch, the first too`(length: Int) throws {
    for order in BatchLoader.Order.allCases {
      var loader = try loader(length, 1, order)
      var targets: [UInt32] = []
      var padding = 0
      for _ in 0..<loader.windowCount {
        let batch = try loader.batch()
        #expect(batch.inputs.count == length && batch.targets.count == length)
        for (input, target) in zip(batch.inputs, batch.targets) where target == BatchLoader.padding {
          padding += 1
          #expect(input == Self.end)
        }
        targets += batch.targets.filter { $0 != BatchLoader.padding }.map { UInt32($0) }
      }
      #expect(targets.sorted() == Self.tokens.sorted())
      #expect(padding == loader.windowCount * length - Self.tokens.count)
      if order == .sequential { #expect(targets == Self.tokens) }
      #expect(loader.state.epoch == 1 && loader.state.position == 0)
    }
  }

  @Test func `the sequential order ends an epoch with a smaller batch, the shuffled one fills it up`() throws
  {
    var sequential = try loader(100, 5, .sequential), shuffled = try loader(100, 5, .shuffled)
    let count = sequential.windowCount
    #expect(count % 5 != 0)
    for _ in 0..<count / 5 { #expect(try sequential.batch().inputs.count == 500) }
    #expect(try sequential.batch().inputs.count == 100 * (count % 5))
    for _ in 0..<count { #expect(try shuffled.batch().inputs.count == 500) }
    #expect(shuffled.state.epoch == 5 && shuffled.state.position == 0)
  }

  @Test(arguments: BatchLoader.Order.allCases)
  func `a loader that restores a state goes on as the other did`(order: BatchLoader.Order) throws {
    var original = try loader(50, 3, seed: .max, order)
    var states: [LoaderState] = []
    var batches: [Batch] = []
    while original.state.epoch < 3 {
      states.append(original.state)
      batches.append(try original.batch())
    }
    for start in states.indices.reversed() {
      var other = try loader(50, 3, seed: .max, order)
      try other.restore(LoaderState(json: JSON.parse(states[start].json.text)))
      #expect(other.state == states[start])
      for index in start..<min(start + 4, batches.count) { #expect(try other.batch() == batches[index]) }
    }
  }

  @Test func `a state says nothing of the batch size, which may change`() throws {
    var three = try loader(50, 3, .shuffled), one = try loader(50, 1, .shuffled)
    let batch = try three.batch()
    try one.restore(three.state)
    let next = try three.batch()
    #expect(try one.batch().inputs == Array(next.inputs[..<50]))
    #expect(batch != next)
  }

  @Test func `after an error a loader is where it was`() throws {
    var loader = try loader(10, 2, .shuffled)
    _ = try loader.batch()
    let state = loader.state
    let shards = try ["train-00000.shard", "train-00001.shard"].map { name in
      (name, try File.contents(folder(name)))
    }
    var copy = try self.loader(10, 2, .shuffled)
    try copy.restore(state)
    for (name, _) in shards { try Folder.remove(folder(name)) }
    #expect(throws: StoreError.self) { _ = try copy.batch() }
    #expect(copy.state == state)
    for (name, bytes) in shards { try folder.write(bytes, to: name) }
    #expect(try copy.batch() == loader.batch())
  }

  @Test func `a split without tokens has no batches`() throws {
    #expect(throws: StoreError.emptySplit(.test, folder: folder.path)) {
      _ = try BatchLoader(dataset: dataset, split: .test, contextLength: 8, batchSize: 1, seed: 1).windowCount
    }
  }
}
