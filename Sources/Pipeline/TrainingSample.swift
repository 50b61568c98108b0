internal import Basics
public import Store
public import Tokenizer

/// A row as training sees it, and where it came from.
///
///     var options = LoaderOptions(contextLength: 256, batchSize: 1, seed: 1)
///     let sample = try TrainingSample(dataset, .train, epoch: 2, position: 17, options)
///     sample.inputs      // 256 ids
///     sample.documents   // those that its targets are of
///
/// It is what ``BatchLoader`` gives, asked for its place: the row of that position in a run whose context length was the same from
/// the start of the epoch.
public struct TrainingSample: Sendable, Equatable {
  /// Rows in the epoch.
  public let rowCount: Int
  /// Where its targets are in the split; padding left out.
  public let tokens: Range<Int>
  /// (T): the token before each target, `<|endoftext|>` before the split's first and as padding.
  public let inputs: [TokenID]
  /// (T): the ids to be predicted; ``TokenBatch/padding`` where there are none.
  public let targets: [Int32]
  /// The documents that its targets are of.
  public let documents: [Document]

  /// A document of which a row has some.
  public struct Document: Sendable, Equatable {
    /// The path of the shard that it is in.
    public let shard: String
    /// Where it came from.
    public let entry: DocumentEntry
    /// What the dataset calls its source.
    public let source: String
    /// Where its tokens are in the split.
    public let tokens: Range<Int>
  }

  /// - Throws: ``PipelineError/noSuchSample(position:rows:)``; of the store,
  ///   ``StoreError/emptySplit(_:folder:)``.
  public init(
    _ dataset: Dataset, _ split: Split, epoch: Int, position: Int, _ options: LoaderOptions
  ) throws(PipelineError) {
    precondition(epoch >= 0, "epochs are counted from 0")
    let count = dataset.splits.first { $0.split == split }?.tokens ?? 0
    let (whole, rest) = count.quotientAndRemainder(dividingBy: options.contextLength)
    rowCount = whole + (rest > 0 ? 1 : 0)
    guard 0..<rowCount ~= position || rowCount == 0 else {
      throw .noSuchSample(position: position, rows: rowCount)
    }
    var options = options
    options.batchSize = 1
    let length = options.contextLength
    var batch = TokenBatch()
    do throws(StoreError) {
      var loader = try BatchLoader(DatasetMixture(dataset), split: split, options)
      var state = loader.state
      state.places[0] = LoaderState.Place(epoch: epoch, token: position * length, contextLength: length)
      try loader.restore(state)
      try loader.next(&batch)
      let sampler = WindowSampler(
        tokenCount: loader.tokenCount, contextLength: length, shuffle: options.shuffle, seed: options.seed,
        epoch: epoch, rootHash: dataset.rootHash)
      let start = sampler.window(at: position) * length
      tokens = start..<min(start + length, loader.tokenCount)
    } catch {
      throw .store(error)
    }
    inputs = batch.inputs
    targets = batch.targets
    documents = try Self.documents(in: tokens, SplitTokens(dataset, split), dataset)
  }

  private static func documents(
    in tokens: Range<Int>, _ reader: SplitTokens, _ dataset: Dataset
  ) throws(PipelineError) -> [Document] {
    let extents = reader.extents
    guard let first = extents.firstIndex(where: { $0.tokens.contains(tokens.lowerBound) }) else { return [] }
    var documents: [Document] = []
    var cursor = reader.cursor(atShard: first)
    while let (entry, place) = try reader.next(&cursor), place.lowerBound < tokens.upperBound {
      guard place.overlaps(tokens), let extent = extents.first(where: { $0.tokens.overlaps(place) }) else {
        continue
      }
      documents.append(
        Document(
          shard: extent.path, entry: entry, source: dataset.sources[entry.source].path, tokens: place))
    }
    return documents
  }
}
