import Basics
import Store
import TestSupport
import Testing

extension BatchLoader {
  mutating func batch() throws -> TokenBatch {
    var batch = TokenBatch()
    try next(&batch)
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
    _ length: Int, _ rows: Int, seed: UInt64 = 1, _ shuffle: Shuffle, endsWithEpoch: Bool = false
  ) throws -> BatchLoader {
    var options = LoaderOptions(contextLength: length, batchSize: rows, seed: seed)
    options.shuffle = shuffle
    options.endsWithEpoch = endsWithEpoch
    return try BatchLoader(DatasetMixture(dataset), split: .train, options)
  }

  /// Window `index` as the doc comment of the loader describes it.
  private static func window(_ index: Int, _ length: Int) -> Row {
    var batch = Row()
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
    for order in Shuffle.allCases {
      var loader = try loader(length, rows, order)
      #expect(loader.windowCount == count)
      #expect(loader.tokenCount == Self.tokens.count)
      var expected = Row()
      for epoch in 0..<3 {
        let sampler = WindowSampler(
          tokenCount: Self.tokens.count, contextLength: length, shuffle: order, seed: 1, epoch: epoch,
          rootHash: dataset.rootHash)
        for position in 0..<count {
          let window = Self.window(sampler.window(at: position), length)
          expected.inputs += window.inputs
          expected.targets += window.targets
        }
      }
      var all = Row()
      while loader.state.places[0].epoch < 3 {
        let batch = try loader.batch()
        all.inputs += batch.inputs
        all.targets += batch.targets
      }
      // The last batch may hold the start of a fourth epoch.
      #expect(Array(all.inputs.prefix(expected.inputs.count)) == expected.inputs)
      #expect(Array(all.targets.prefix(expected.targets.count)) == expected.targets)
      #expect(all.inputs.count - expected.inputs.count <= (rows - 1) * length)
    }
  }

  @Test(arguments: [1, 5, 64, 999, 5_000])
  func `every token of the split is a target exactly once an epoch, the first too`(length: Int) throws {
    for order in Shuffle.allCases {
      var loader = try loader(length, 1, order)
      var targets: [UInt32] = []
      var padding = 0
      for _ in 0..<loader.windowCount {
        let batch = try loader.batch()
        #expect(batch.inputs.count == length && batch.targets.count == length)
        for (input, target) in zip(batch.inputs, batch.targets) where target == TokenBatch.padding {
          padding += 1
          #expect(input == Self.end)
        }
        targets += batch.targets.filter { $0 != TokenBatch.padding }.map { UInt32($0) }
      }
      #expect(targets.sorted() == Self.tokens.sorted())
      #expect(padding == loader.windowCount * length - Self.tokens.count)
      if order == .none { #expect(targets == Self.tokens) }
      #expect(loader.state.places == [.init(epoch: 1, token: 0, contextLength: length)])
    }
  }

  @Test(arguments: Shuffle.allCases)
  func `where batches end with the epoch the last has fewer rows, else it is filled up`(shuffle: Shuffle)
    throws
  {
    var ending = try loader(100, 5, shuffle, endsWithEpoch: true), full = try loader(100, 5, shuffle)
    let count = ending.windowCount
    #expect(count % 5 != 0)
    for _ in 0..<2 {
      for _ in 0..<count / 5 { #expect(try ending.batch().rows == 5) }
      #expect(try ending.batch().inputs.count == 100 * (count % 5))
    }
    for _ in 0..<count { #expect(try full.batch().inputs.count == 500) }
    #expect(full.state.places == [.init(epoch: 5, token: 0, contextLength: 100)])
    #expect(full.passes == 5)
  }

  @Test(arguments: Shuffle.allCases)
  func `a loader that restores a state goes on as the other did`(order: Shuffle) throws {
    var original = try loader(50, 3, seed: .max, order)
    var states: [LoaderState] = []
    var batches: [TokenBatch] = []
    while original.state.places[0].epoch < 3 {
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
    var three = try loader(50, 3, .full), one = try loader(50, 1, .full)
    let batch = try three.batch()
    try one.restore(three.state)
    let next = try three.batch()
    #expect(try one.batch().inputs == Array(next.inputs[..<50]))
    #expect(batch != next)
  }

  @Test func `after an error a loader is where it was`() throws {
    var loader = try loader(10, 2, .full)
    _ = try loader.batch()
    let state = loader.state
    let shards = try ["train-00000.shard", "train-00001.shard"].map { name in
      (name, try File.contents(folder(name)))
    }
    var copy = try self.loader(10, 2, .full)
    try copy.restore(state)
    for (name, _) in shards { try Folder.remove(folder(name)) }
    #expect(throws: StoreError.self) { _ = try copy.batch() }
    #expect(copy.state == state)
    for (name, bytes) in shards { try folder.write(bytes, to: name) }
    #expect(try copy.batch() == loader.batch())
  }

  @Test func `a split without tokens has no batches`() throws {
    #expect(throws: StoreError.emptySplit(.test, folder: folder.path)) {
      _ = try BatchLoader(
        DatasetMixture(dataset), split: .test, LoaderOptions(contextLength: 8, batchSize: 1)
      ).windowCount
    }
  }
}
