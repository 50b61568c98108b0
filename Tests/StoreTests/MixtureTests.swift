import Basics
import Store
import TestSupport
import Testing

@Suite("Mixtures of datasets")
struct MixtureTests {
  private let parts: [PlacedSample]
  private let weights = [50, 35, 15]

  init() throws {
    parts = try [[40, 3], [12], [5, 5, 5]].enumerated().map { number, documents in
      try PlacedSample(documents: documents, longest: 60, seed: UInt64(number))
    }
  }

  private func mixture() throws -> DatasetMixture {
    try DatasetMixture(zip(parts, weights).map { DatasetMixture.Part($0.dataset, weight: $1) })
  }

  /// Which dataset each row comes from, by the schedule.
  private func turns(_ count: Int) -> [Int] {
    var schedule = MixtureSchedule(weights: [10, 7, 3])
    return (0..<count).map { _ in schedule.next() }
  }

  @Test(arguments: Shuffle.allCases)
  func `every dataset has each of its tokens as a target once in its own epoch, whatever the ranks and stops`(
    shuffle: Shuffle
  ) throws {
    let mixture = try mixture()
    var random = SplitMix64(seed: 5)
    for _ in 0..<10 {
      let seed = random.next()
      let length = Int.random(in: 1...70, using: &random)
      var state: LoaderState?
      var rows: [Row] = []
      while rows.count < 3_000 / length + 100 {
        let session = Session(
          contextLength: length, batchSize: Int.random(in: 1...4, using: &random),
          worldSize: Int.random(in: 1...4, using: &random), batches: Int.random(in: 1...20, using: &random))
        let result = try session.run(mixture, from: state, seed: seed, shuffle)
        rows += result.rows
        state = result.state
      }
      var places = parts.map { _ in [Int]() }
      for (part, row) in zip(turns(rows.count), rows) {
        #expect(row.isSound(end: PlacedSample.end))
        places[part] += row.places
      }
      for (part, places) in zip(parts, places) {
        for start in stride(from: 0, to: places.count - part.count + 1, by: part.count) {
          #expect(places[start..<start + part.count].sorted() == Array(0..<part.count))
        }
      }
      #expect(places.contains { $0.count > 100 })
      let reached = try #require(state)
      #expect(reached.json.text.utf8.count < 200)
      let one = Session(contextLength: length, batchSize: 1, worldSize: 1, batches: rows.count)
      #expect(try one.run(mixture, from: nil, seed: seed, shuffle).rows == rows)
    }
  }

  @Test func `a mixture of one is the dataset`() throws {
    let one = try DatasetMixture([.init(parts[0].dataset, weight: 7)])
    #expect(one.rootHash == parts[0].dataset.rootHash && one.parts[0].weight == 1)
    let session = Session(contextLength: 9, batchSize: 2, worldSize: 1, batches: 40)
    #expect(
      try session.run(one, from: nil, seed: 1, .full).rows
        == session.run(DatasetMixture(parts[0].dataset), from: nil, seed: 1, .full).rows)
  }

  @Test func `shares are part of the name, and a state of other shares is refused`() throws {
    let mixture = try mixture()
    #expect(mixture.parts.map(\.weight) == [10, 7, 3])
    let same = try DatasetMixture.open(
      "\(parts[0].folder.path)=0.5,\(parts[1].folder.path)=0.35,\(parts[2].folder.path)=0.150")
    #expect(same.rootHash == mixture.rootHash)
    let other = try DatasetMixture.open(
      "\(parts[0].folder.path)=0.4,\(parts[1].folder.path)=0.45,\(parts[2].folder.path)=0.15")
    #expect(other.rootHash != mixture.rootHash)
    let options = LoaderOptions(contextLength: 4, batchSize: 1)
    let state = try BatchLoader(mixture, split: .train, options).state
    var loader = try BatchLoader(other, split: .train, options)
    #expect(
      throws: StoreError.otherState(reason: "it is of dataset \(mixture.rootHash), not \(other.rootHash)")
    ) { try loader.restore(state) }
    var broken = try BatchLoader(other, split: .train, options).state
    broken.turn = 20
    #expect(
      throws: StoreError.otherState(
        reason: "it is of 3 datasets, at row 20 of the mixture's schedule; here are 3, and 20 rows")
    ) { try loader.restore(broken) }
    broken.turn = 0
    broken.places[1].token = 1 << 40
    let second = parts[1]
    #expect(
      throws: StoreError.otherState(
        reason: """
          it is at token \(1 << 40) of '\(second.folder.path)', in windows of 4; the split has \(second.count) tokens
          """)
    ) { try loader.restore(broken) }
  }

  @Test func `mixtures that make no sense are refused by name`() throws {
    func refusal(_ parts: [DatasetMixture.Part]) -> String {
      "\(#expect(throws: StoreError.self) { try DatasetMixture(parts) }!)"
    }
    let (a, b) = (parts[0].dataset, parts[1].dataset)
    #expect(refusal([]) == "the mixture of datasets cannot be used: it has no datasets")
    #expect(refusal([.init(a, weight: 1), .init(b, weight: 0)]).contains("'\(b.folder)' is not above 0"))
    #expect(refusal([.init(a, weight: 1), .init(a, weight: 2)]).contains("are the same dataset"))
    for weights in [(99_999, 2), (.max, .max - 1)] {
      #expect(
        refusal([.init(a, weight: weights.0), .init(b, weight: weights.1)]).contains("too many digits"))
    }
    let foreign = try StoreTests.dataset(Sample(documents: [9]))
    let other = try Dataset.open(foreign.path)
    let text = refusal([.init(a, weight: 1), .init(other, weight: 1)])
    #expect(text.hasPrefix("'\(other.folder)' was made with tokenizer 'sample' (SHA-256 "))
    #expect(text.contains("but '\(a.folder)' with tokenizer 'sample' (SHA-256 "))
  }

  @Test func `one tokenizer with two ids for the end of a text is two`() throws {
    var sample = parts[0].sample
    sample.plan.tokenizer.endOfText = 7
    let folder = try StoreTests.dataset(sample)
    let (a, other) = (parts[0].dataset, try Dataset.open(folder.path))
    let error = #expect(throws: StoreError.self) {
      try DatasetMixture([.init(a, weight: 1), .init(other, weight: 1)])
    }
    let text = "\(error!)"
    #expect(text.contains("of 200000 ids, of which 7 is <|endoftext|>, but '\(a.folder)' with tokenizer"))
    #expect(text.contains("of which \(PlacedSample.end) is <|endoftext|>; encode one of them anew"))
  }

  @Test(
    arguments: [
      ("shards", ["shards"], [1]), ("a=0.7,b=0.3", ["a", "b"], [7, 3]),
      ("a=1,b=0.25", ["a", "b"], [4, 1]),
      ("x=y=2,/p/q=3", ["x=y", "/p/q"], [2, 3]), ("a,b", ["a,b"], [1]), ("a=b", ["a=b"], [1]),
      ("a=3", ["a"], [1]), ("a=.5,b=2.", ["a", "b"], [1, 4]),
      ("a=0.500000,b=1.000000", ["a", "b"], [1, 2]),
      (#"a\,b=1,c\d\\\,=2"#, ["a,b", #"c\d\,"#], [1, 2]),
    ] as [(String, [String], [Int])])
  func `folders and shares are written as text`(text: String, folders: [String], weights: [Int]) throws {
    let mixture = try MixtureText(text)
    #expect(mixture.folders == folders && mixture.weights == weights)
    let again = try MixtureText(mixture.text { $0 })
    #expect(again.folders == folders && again.weights == weights)
  }

  @Test(arguments: 0..<100)
  func `whatever folders are called, the text of a mixture says which they are`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folders = (0..<Int.random(in: 2...4, using: &random)).map { number in
      "/none/\(number)"
        + String(
          (0..<Int.random(in: 0...9, using: &random)).map { _ in #"a=1,\. é"#.randomElement(using: &random)! }
        )
    }
    let shares = folders.map { _ in Int.random(in: 1...9, using: &random) }
    var mixture = try MixtureText(folders.indices.map { "\($0)=\(shares[$0])" }.joined(separator: ","))
    let weights = mixture.weights
    mixture.folders = folders
    mixture = try MixtureText(mixture.text { $0 })
    #expect(mixture.folders == folders && mixture.weights == weights)
  }

  @Test(arguments: [
    "a=1,b", "a=1,,b=2", "a=1,b=2,", ",a=1", "a=1,b=0", "a=1,b=-1", "a=1,b=x", "a=1,b=1e3", "a=1,b=0.1234567",
    "a=1,=2",
  ])
  func `a share that is missing or no decimal number is refused`(text: String) {
    let error = #expect(throws: StoreError.self) { try MixtureText(text) }
    #expect("\(error!)".contains("has no weight; write FOLDER=0.7 with a positive decimal number"))
  }

  @Test func `shares of too many digits are refused`() {
    let error = #expect(throws: StoreError.self) { try MixtureText("a=999999,b=0.000001") }
    #expect("\(error!)".contains("its weights have too many digits; give up to four to each"))
  }

  @Test func `a folder of that very name is taken as one`() throws {
    let folder = try TemporaryFolder()
    try Folder.create(folder("a=1,b=2"))
    #expect(try MixtureText(folder("a=1,b=2")).folders == [folder("a=1,b=2")])
  }
}
