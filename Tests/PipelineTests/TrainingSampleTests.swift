import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite("What training sees")
struct TrainingSampleTests {
  private let folder: TemporaryFolder
  private let dataset: Dataset

  init() throws {
    folder = try TemporaryFolder()
    let tokenizer = try SmallTokenizer.make(in: folder)
    var random = SplitMix64(seed: 5)
    let lines = (0..<60).map { _ in jsonLine(randomText(&random, upTo: 40)) }
    try folder.write(lines.joined(separator: "\n"), to: "c/a.jsonl")
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.split.fraction = 0
    encoder.segmentBytes = 700
    _ = try encoder.run(folder: folder("s"), threads: 1)
    dataset = try Dataset.open(folder("s"))
  }

  /// The loader goes through two epochs row by row; every place asked for by itself gives the same row.
  @Test(arguments: Shuffle.allCases, [7, 64])
  func `a sample is the row that the loader gives there`(shuffle: Shuffle, length: Int) throws {
    var options = LoaderOptions(contextLength: length, batchSize: 1, seed: 3)
    options.shuffle = shuffle
    var loader = try BatchLoader(DatasetMixture(dataset), split: .train, options)
    var batch = TokenBatch()
    var all: [UInt32] = []
    var reader = try dataset.reader(.train)
    try reader.read(0..<reader.tokenCount, into: &all)
    var documents: [(entry: DocumentEntry, tokens: Range<Int>)] = []
    var cursor = SplitReader.DocumentCursor()
    while let (entry, tokens) = try reader.next(&cursor) { documents.append((entry, tokens)) }
    for epoch in 0..<2 {
      var seen = 0
      for position in 0..<loader.windowCount {
        try loader.next(&batch)
        let sample = try TrainingSample(dataset, .train, epoch: epoch, position: position, options)
        #expect(sample.inputs == batch.inputs && sample.targets == batch.targets)
        #expect(sample.rowCount == loader.windowCount)
        #expect(sample.targets.prefix(sample.tokens.count).map { UInt32($0) } == Array(all[sample.tokens]))
        #expect(
          sample.documents.map(\.tokens)
            == documents.map(\.tokens).filter { $0.overlaps(sample.tokens) })
        #expect(
          sample.documents.map(\.entry)
            == documents.filter { $0.tokens.overlaps(sample.tokens) }.map(\.entry))
        seen += sample.tokens.count
      }
      #expect(seen == all.count)
    }
  }

  @Test func `a position beyond the epoch is named`() throws {
    let text = errorText {
      _ = try TrainingSample(
        dataset, .train, epoch: 0, position: 1_000_000, LoaderOptions(contextLength: 8, batchSize: 1))
    }
    #expect(text.hasPrefix("there is no sample 1000000 in an epoch: it has samples 0 to "))
    let none = errorText {
      _ = try TrainingSample(
        dataset, .val, epoch: 0, position: 0, LoaderOptions(contextLength: 8, batchSize: 1))
    }
    #expect(none.contains("no documents in the split 'val'"))
  }
}
