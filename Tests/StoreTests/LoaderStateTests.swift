import Basics
import Store
import TestSupport
import Testing

@Suite("A loader's state")
struct LoaderStateTests {
  private let folder: TemporaryFolder
  private let dataset: Dataset

  init() throws {
    folder = try fixedDataset()
    dataset = try Dataset.open(folder.path)
  }

  private func loader(
    length: Int = 4, seed: UInt64 = 1, order: BatchLoader.Order = .shuffled, of other: Dataset? = nil
  ) throws -> BatchLoader {
    try BatchLoader(
      dataset: other ?? dataset, split: .train, contextLength: length, batchSize: 1, seed: seed, order: order)
  }

  @Test(arguments: [0, 1, 1 << 63, .max] as [UInt64])
  func `is an object of JSON and comes back`(seed: UInt64) throws {
    var loader = try loader(seed: seed, order: .sequential)
    for _ in 0..<7 { _ = try loader.batch() }
    let text = loader.state.json.text
    #expect(
      text == """
        {"epoch":1,"position":2,"seed":\(Int64(bitPattern: seed)),"order":"sequential","context":4,\
        "dataset":"\(dataset.rootHash)"}
        """)
    #expect(try LoaderState(json: JSON.parse(text)) == loader.state)
  }

  @Test(arguments: ["epoch", "position", "seed", "order", "context", "dataset"])
  func `a state that lacks something is refused`(name: String) throws {
    let members = try #require(try loader().state.json.members)
    for strange in [nil, JSON.null, .string("x"), .integer(-1), .number(0.5), .array([])] {
      // Any whole number is a seed.
      if name == "seed", strange == .integer(-1) { continue }
      let changed = members.filter { $0.name != name } + (strange.map { [JSON.Member(name, $0)] } ?? [])
      let error = try #require(throws: StoreError.self) { try LoaderState(json: .object(changed)) }
      #expect(
        "\(error)" == """
          the saved place in the data does not fit: \(JSON.object(changed).text) is not the state of a loader
          """)
    }
  }

  @Test func `a state of other batches is refused, and says how it differs`() throws {
    func refusal(_ state: LoaderState) throws -> String {
      var loader = try loader()
      let before = loader.state
      let error = try #require(throws: StoreError.self) { try loader.restore(state) }
      #expect(loader.state == before)
      return "\(error)".split(separator: ": ", maxSplits: 1).last.map(String.init) ?? ""
    }
    var other = Sample.fixed
    other.segments[0][0].tokens[0] += 1
    let others = try StoreTests.dataset(other)
    let otherDataset = try Dataset.open(others.path)
    #expect(
      try refusal(loader(of: otherDataset).state)
        == "it is of dataset \(otherDataset.rootHash), not \(dataset.rootHash)")
    #expect(try refusal(loader(length: 5).state) == "it is of context length 5, not 4")
    #expect(try refusal(loader(seed: 2).state) == "it is of seed 2, not 1")
    #expect(
      try refusal(loader(order: .sequential).state) == "it is of the order 'sequential', not 'shuffled'")
    var beyond = try loader().state
    beyond.position = 5
    #expect(try refusal(beyond) == "it is at window 5 of 5")
  }
}
