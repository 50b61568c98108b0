import Basics
import Store
import TestSupport
import Testing

@Suite("Where documents begin")
struct DocumentStartsTests {
  @Test(arguments: [[1], [300, 0, 200], [20_000], [9_000, 8_192, 3]])
  func `is found in any range`(documents: [Int]) throws {
    let data = try PlacedSample(documents: documents, longest: documents[0] > 5_000 ? 6 : 300)
    var reader = try data.dataset.reader(.train)
    var random = SplitMix64(seed: 3)
    var found: [Int] = []
    let all = data.documentStarts
    for _ in 0..<1_000 {
      let start = Int.random(in: 0...data.count, using: &random)
      let end = min(
        data.count, start + Int.random(in: 0...(random.unit() < 0.1 ? 50_000 : 400), using: &random))
      try reader.documentStarts(in: start..<end, into: &found)
      #expect(found == Self.slice(all, start..<end))
    }
  }

  /// Those of an ascending list that lie in a range.
  private static func slice(_ all: [Int], _ range: Range<Int>) -> [Int] {
    all.filter { range.contains($0) }
  }

  @Test(arguments: Shuffle.allCases, [(1, 1), (7, 3), (64, 2), (5_000, 2)])
  func `batches say which document each target belongs to`(shuffle: Shuffle, shape: (Int, Int)) throws {
    let data = try PlacedSample(documents: [30, 9], longest: 50)
    var options = LoaderOptions(contextLength: shape.0, batchSize: shape.1, seed: 4)
    options.shuffle = shuffle
    options.givesDocuments = true
    var loader = try BatchLoader(DatasetMixture(data.dataset), split: .train, options)
    var documentOf: [Int] = []
    for (number, document) in data.sample.documents(.train).enumerated() {
      documentOf += [Int](repeating: number, count: document.tokens.count)
    }
    var batch = TokenBatch()
    for _ in 0..<2 * loader.windowCount / shape.1 {
      try loader.next(&batch)
      for row in 0..<batch.rows {
        let part = row * shape.0..<(row + 1) * shape.0
        let first = documentOf[Int(batch.targets[part.lowerBound])]
        let expected = batch.targets[part].map { target in
          target == TokenBatch.padding ? -1 : Int32(documentOf[Int(target)] - first)
        }
        // Padding is of no document: one number more than the last.
        let last = expected.max()!
        #expect(Array(batch.documents[part]) == expected.map { $0 < 0 ? last + 1 : $0 })
      }
    }
  }

  @Test func `without being asked batches do not say it`() throws {
    let data = try PlacedSample(documents: [3], longest: 50)
    var loader = try BatchLoader(
      DatasetMixture(data.dataset), split: .train, LoaderOptions(contextLength: 4, batchSize: 2))
    var batch = TokenBatch()
    try loader.next(&batch)
    #expect(batch.documents.isEmpty && batch.rows == 2)
  }

  @Test func `a damaged table is an error that names the shard`() throws {
    let data = try PlacedSample(documents: [30], longest: 50)
    let bytes = try File.contents(data.folder("train-00000.shard"))
    // The block of documents lies between the tokens and the seek table, 8 + 2 * 16 + 128 bytes before the end.
    var broken = bytes
    broken[bytes.count - 168 - 20] ^= 1
    try data.folder.write(broken, to: "train-00000.shard")
    var options = LoaderOptions(contextLength: 4, batchSize: 2)
    options.givesDocuments = true
    var loader = try BatchLoader(DatasetMixture(data.dataset), split: .train, options)
    let state = loader.state
    var batch = TokenBatch()
    let error = #expect(throws: StoreError.self) { try loader.next(&batch) }
    #expect("\(error!)".contains("train-00000.shard' is damaged: document block 0"))
    #expect(loader.state == state)
  }

  @Test func `a split is read from front to end in pieces that frames do not straddle`() throws {
    let data = try PlacedSample(documents: [90, 0, 60], longest: 1_200)
    var reader = try data.dataset.reader(.train)
    for start in [0, 1, 8_192, 9_999, data.count - 1, data.count] {
      var place = start
      try reader.scan(from: start) { first, tokens in
        #expect(first == place && !tokens.isEmpty && tokens.count <= 1 << 19)
        for index in tokens.indices where tokens[index] != UInt32(place + index) {
          Issue.record("token \(index)")
        }
        place += tokens.count
        return true
      }
      #expect(place == data.count)
    }
    var pieces = 0
    try reader.scan { _, _ in
      pieces += 1
      return false
    }
    #expect(pieces == 1)
  }
}
