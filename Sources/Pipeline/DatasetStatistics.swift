internal import Basics
public import Store
public import Tokenizer

/// What a dataset is made of, counted over all its tokens.
///
///     let statistics = try DatasetStatistics(Dataset.open("shards"), threads: 2)
///     statistics.splits[0].lengths.median
///
/// Memory: a count for each id of the vocabulary, split and thread, one for each source, and one for each different length
/// of documents; of these a dataset of n tokens has at most the square root of 2n.
public struct DatasetStatistics: Sendable {
  /// The splits that have documents, in the order train, val, test.
  public private(set) var splits: [SplitStatistics] = []
  /// What came of each source, by its number.
  public private(set) var sources: [Extent] = []
  /// How often each id occurs, in all splits.
  public private(set) var counts: [Int]

  /// How much there is of something.
  public struct Extent: Sendable, Equatable {
    /// Documents.
    public internal(set) var documents = 0
    /// Their tokens, the `<|endoftext|>` after each counted.
    public internal(set) var tokens = 0
    /// Bytes of the sources that they take.
    public internal(set) var bytes = 0

    mutating func add(_ entry: DocumentEntry) {
      documents += 1
      tokens += entry.tokenCount
      bytes += entry.byteCount
    }

    mutating func add(_ other: Extent) {
      documents += other.documents
      tokens += other.tokens
      bytes += other.bytes
    }
  }

  /// One split.
  public struct SplitStatistics: Sendable, Equatable {
    /// Which split.
    public let split: Split
    /// How much it holds.
    public internal(set) var extent = Extent()
    /// Bytes of text that its tokens stand for, the `<|endoftext|>` after documents left out.
    public internal(set) var textBytes = 0
    /// How long its documents are, in tokens.
    public internal(set) var lengths = Lengths()
  }

  /// How long documents are.
  public struct Lengths: Sendable, Equatable {
    /// How many documents are of each length.
    public internal(set) var counts: [Int: Int] = [:]

    /// The length that the share `q` of all documents do not exceed (the nearest rank); 0 where there are none.
    public func quantile(_ q: Double) -> Int {
      let total = counts.values.reduce(0, +)
      let rank = max(1, Int((q * Double(total)).rounded(.up)))
      var seen = 0
      for (length, count) in counts.sorted(by: { $0.key < $1.key }) {
        seen += count
        if seen >= rank { return length }
      }
      return 0
    }

    /// The length in the middle.
    public var median: Int { quantile(0.5) }

    /// How many documents have from 2^k to 2^(k+1) - 1 tokens, for each k from the shortest's to the longest's.
    public var histogram: [(lengths: ClosedRange<Int>, documents: Int)] {
      guard let least = counts.keys.min(), let most = counts.keys.max() else { return [] }
      func exponent(_ length: Int) -> Int { Int.bitWidth - 1 - max(1, length).leadingZeroBitCount }
      var bars = (exponent(least)...exponent(most)).map {
        (lengths: (1 << $0)...(1 << ($0 + 1) - 1), documents: 0)
      }
      for (length, count) in counts { bars[exponent(length) - exponent(least)].documents += count }
      return bars
    }
  }

  /// Ids that occur at all.
  public var usedIDs: Int { counts.count { $0 > 0 } }

  /// The ids that occur most often, the lower first of those that occur equally often.
  public func top(_ count: Int) -> [(id: TokenID, count: Int)] {
    let used = counts.indices.filter { counts[$0] > 0 }
    return used.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(count).map {
      (TokenID($0), counts[$0])
    }
  }

  /// Reads all of the dataset.
  ///
  /// - Parameter report: called with the tokens read so far.
  public init(
    _ dataset: Dataset, threads: Int, report: @escaping @Sendable (Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) {
    let size = dataset.tokenizer.vocabularySize
    var shards: [(split: Split, index: Int)] = []
    for split in dataset.splits {
      shards += try SplitTokens(dataset, split.split).extents.indices.map { (split.split, $0) }
    }
    var sources = [Extent](repeating: Extent(), count: dataset.sources.count)
    var splits: [Split: SplitStatistics] = [:]
    var counts: [Split: [Int]] = [:]
    for split in dataset.splits {
      splits[split.split] = SplitStatistics(split: split.split)
      counts[split.split] = [Int](repeating: 0, count: size)
    }
    let meter = Meter(totalBytes: 0) { report($0.tokens) }
    var next = shards[...]
    try OrderedWork.run(
      threads: threads, next: { next.popFirst() },
      state: { ShardCounter(dataset, meter, isCancelled) },
      work: { counter, shard throws(PipelineError) in try counter.count(shard.split, shard.index) },
      emit: { part in
        for (number, extent) in part.sources {
          sources[number].add(extent)
          splits[part.split]?.extent.add(extent)
        }
        splits[part.split]?.lengths.counts.merge(part.lengths.counts, uniquingKeysWith: +)
      },
      finish: { counter in
        for (split, own) in counter.counts {
          for id in own.indices { counts[split]?[id] += own[id] }
        }
      })
    let tokenizer = try Tokenizer(dataset.tokenizer)
    let mark = tokenizer.bytes(of: dataset.tokenizer.endOfText)?.count ?? 0
    self.counts = [Int](repeating: 0, count: size)
    for split in dataset.splits {
      guard var own = splits[split.split], let ids = counts[split.split] else { continue }
      own.textBytes = -mark * own.extent.documents
      for id in ids.indices where ids[id] > 0 {
        own.textBytes += ids[id] * (tokenizer.bytes(of: TokenID(id))?.count ?? 0)
        self.counts[id] += ids[id]
      }
      self.splits.append(own)
    }
    self.sources = sources
  }
}

/// Counts what shards hold. One for each thread.
private struct ShardCounter: ~Copyable {
  /// How often each id occurs in the shards so far.
  private(set) var counts: [Split: [Int]] = [:]
  private let dataset: Dataset
  private let meter: Meter
  private let isCancelled: () -> Bool
  private var readers: [Split: SplitTokens] = [:]

  init(_ dataset: Dataset, _ meter: Meter, _ isCancelled: @escaping () -> Bool) {
    self.dataset = dataset
    self.meter = meter
    self.isCancelled = isCancelled
  }

  /// What is counted of one shard apart from the ids.
  struct Part: Sendable {
    let split: Split
    var sources: [Int: DatasetStatistics.Extent] = [:]
    var lengths = DatasetStatistics.Lengths()
  }

  mutating func count(_ split: Split, _ index: Int) throws(PipelineError) -> Part {
    let reader: SplitTokens
    if let known = readers[split] { reader = known } else { reader = try SplitTokens(dataset, split) }
    readers[split] = reader
    let extent = reader.extents[index]
    var part = Part(split: split)
    var cursor = reader.cursor(atShard: index)
    for _ in 0..<extent.documents.count {
      guard let (entry, _) = try reader.next(&cursor) else { break }
      part.sources[entry.source, default: DatasetStatistics.Extent()].add(entry)
      part.lengths.counts[entry.tokenCount, default: 0] += 1
    }
    var own =
      counts.removeValue(forKey: split)
      ?? [Int](
        repeating: 0, count: dataset.tokenizer.vocabularySize)
    try reader.read(extent.tokens) { tokens throws(PipelineError) in
      if isCancelled() { throw .cancelled }
      for place in tokens.indices { own[Int(tokens[place])] += 1 }
      meter.update { $0.tokens += tokens.count }
    }
    counts[split] = own
    return part
  }
}
