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
    length: Int = 4, seed: UInt64 = 1, order: Shuffle = .full, of other: Dataset? = nil
  ) throws -> BatchLoader {
    var options = LoaderOptions(contextLength: length, batchSize: 1, seed: seed)
    options.shuffle = order
    return try BatchLoader(DatasetMixture(other ?? dataset), split: .train, options)
  }

  @Test(arguments: [0, 1, 1 << 63, .max] as [UInt64])
  func `is an object of JSON and comes back`(seed: UInt64) throws {
    var loader = try loader(seed: seed, order: .none)
    for _ in 0..<7 { _ = try loader.batch() }
    let text = loader.state.json.text
    #expect(
      text == """
        {"seed":\(Int64(bitPattern: seed)),"shuffle":"none","turn":0,"places":[[1,8,4]],\
        "dataset":"\(dataset.rootHash)"}
        """)
    #expect(try LoaderState(json: JSON.parse(text)) == loader.state)
  }

  @Test func `takes less than 200 bytes however far a run has come`() throws {
    var state = try loader(seed: 1 << 63, order: .block).state
    state.places = [.init(epoch: 1 << 53, token: 1 << 53, contextLength: 1 << 32)]
    #expect(state.json.text.utf8.count < 200)
    #expect(try LoaderState(json: state.json) == state)
  }

  @Test(arguments: ["seed", "shuffle", "turn", "places", "dataset"])
  func `a state that lacks something is refused`(name: String) throws {
    let members = try #require(try loader().state.json.members)
    for strange in [
      nil, JSON.null, .string("x"), .integer(-1), .number(0.5), .array([]), [[1, 2]], [[1, 2, 0]],
      [[-1, 2, 3]],
      [[1, 2, 3], 4], [[1, .integer(1 << 60), 3]],
    ] {
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
    #expect(try refusal(loader(seed: 2).state) == "it is of seed 2, not 1")
    #expect(try refusal(loader(order: .none).state) == "it is of the order 'none', not 'full'")
    var state = try loader().state
    // The split has 18 tokens: five windows of four, the last with two of its own.
    for (token, isThere) in [(16, true), (19, false), (20, false), (1 << 53, false)] {
      state.places[0].token = token
      var loader = try loader()
      if isThere {
        try loader.restore(state)
      } else if token == 19 {
        // Which window comes last is the order's affair: only that of the end has no fourth token.
        var stored = try self.loader(order: .none)
        state.shuffle = .none
        #expect(throws: StoreError.self) { try stored.restore(state) }
        state.shuffle = .full
      } else {
        #expect(
          try refusal(state)
            == "it is at token \(token) of '\(dataset.folder)', in windows of 4; the split has \(loader.tokenCount) tokens"
        )
      }
    }
    state = try loader().state
    state.places.append(state.places[0])
    #expect(
      try refusal(state) == "it is of 2 datasets, at row 0 of the mixture's schedule; here are 1, and 1 rows")
  }
}
