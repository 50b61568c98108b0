import Basics
import Store
import TestSupport
import Testing

/// The judge is the definition: where tokens are their own places, what came as a target can be counted.
@Suite("Exactly once")
struct ExactlyOnceTests {
  @Test(arguments: 0..<10)
  func
    `whatever the documents, context, batches, ranks, stops and resumptions, every token is a target once an epoch`(
      seed: UInt64
    ) throws
  {
    var random = SplitMix64(seed: seed)
    let segments = Int.random(in: 1...3, using: &random)
    let data = try PlacedSample(
      documents: (0..<segments).map { _ in Int.random(in: 1...30, using: &random) },
      longest: [1, 20, 300].randomElement(using: &random)!, seed: seed)
    // Twenty histories of each dataset: two hundred in all.
    for history in 0..<20 {
      let shuffle = Shuffle.allCases[history % 3]
      try check(data, shuffle, changesContext: history % 4 == 3, seed: random.next(), &random)
    }
  }

  private func check(
    _ data: PlacedSample, _ shuffle: Shuffle, changesContext: Bool, seed: UInt64, _ random: inout SplitMix64
  ) throws {
    let mixture = DatasetMixture(data.dataset)
    var session = Self.session(data.count, &random)
    var state: LoaderState?
    var places: [Int] = []
    // The context length that each epoch began with.
    var contexts: [Int] = []
    while places.count < 3 * data.count {
      let other = Self.session(data.count, &random)
      session = Session(
        contextLength: changesContext ? other.contextLength : session.contextLength,
        batchSize: other.batchSize, worldSize: other.worldSize, batches: other.batches)
      let result = try session.run(mixture, from: state, seed: seed, shuffle)
      for row in result.rows {
        #expect(!row.places.isEmpty && row.isSound(end: PlacedSample.end))
        if places.count % data.count == 0 { contexts.append(session.contextLength) }
        places += row.places
      }
      #expect(result.state.json.text.utf8.count < 200)
      state = result.state
    }
    for epoch in 0..<3 {
      let seen = Array(places[epoch * data.count..<(epoch + 1) * data.count])
      #expect(seen.sorted() == Array(0..<data.count))
      #expect(seen == order(data, contexts[epoch], shuffle, seed: seed, epoch: epoch))
    }
  }

  private static func session(_ count: Int, _ random: inout SplitMix64) -> Session {
    Session(
      contextLength: Int.random(
        in: 1...max(1, min(count + 3, 1 << Int.random(in: 0...9, using: &random))), using: &random),
      batchSize: Int.random(in: 1...4, using: &random), worldSize: Int.random(in: 1...5, using: &random),
      batches: Int.random(in: 1...max(1, min(40, count / 10)), using: &random))
  }

  /// One epoch's places in the order of its windows.
  private func order(
    _ data: PlacedSample, _ length: Int, _ shuffle: Shuffle, seed: UInt64, epoch: Int
  ) -> [Int] {
    let sampler = WindowSampler(
      tokenCount: data.count, contextLength: length, shuffle: shuffle, seed: seed, epoch: epoch,
      rootHash: data.dataset.rootHash)
    return (0..<sampler.windowCount).flatMap { position in
      let start = sampler.window(at: position) * length
      return Array(start..<min(start + length, data.count))
    }
  }
}
