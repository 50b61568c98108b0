internal import Basics

/// Gives batches of rows to learn from, epoch after epoch.
///
///     var loader = try BatchLoader(
///       DatasetMixture(dataset), split: .train, LoaderOptions(contextLength: 256, batchSize: 8, seed: 1))
///     var batch = TokenBatch()
///     try loader.next(&batch)   // 8 rows of 256
///
/// Window w of context length T has as targets the tokens at `w * T ..< (w + 1) * T` of a split and as inputs the
/// tokens before each; `<|endoftext|>` is taken to precede the split. Every token of the split is a target exactly once
/// an epoch: the last window is padded with `<|endoftext|>`, and its padding has the target `-100`.
///
/// The rows are one sequence, whatever the number of ranks: rank r of W takes the rows r, r + W, r + 2W and so on of the
/// `batchSize * W` that come next. The state says how far the sequence has come, and is the same on all ranks.
public struct BatchLoader: ~Copyable {
  /// Windows in an epoch of each dataset, added up, as long as no epoch began with another context length.
  public let windowCount: Int
  /// Tokens in the splits of all datasets, each a target once in its dataset's epoch.
  public let tokenCount: Int
  /// What the loader was asked for.
  public let options: LoaderOptions

  private let endOfText: UInt32
  private let rootHash: Digest
  private let sources: [SplitSource]
  private var cursors: [WindowCursor]
  private var schedule: MixtureSchedule
  private var window: [UInt32] = []
  private var starts: [Int] = []

  /// A loader at the start of epoch 0.
  ///
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where the split of a dataset has no tokens.
  public init(_ mixture: DatasetMixture, split: Split, _ options: LoaderOptions) throws(StoreError) {
    options.check()
    precondition(
      !options.endsWithEpoch || mixture.parts.count == 1, "several datasets have no common end of an epoch")
    let sources = try mixture.sources(split, cachedFrames: options.shuffle.cachedFrames)
    let cursors = zip(mixture.parts, sources).map { part, source in
      WindowCursor(
        tokenCount: source.reader.tokenCount, contextLength: options.contextLength,
        shuffle: options.shuffle, seed: options.seed, rootHash: part.dataset.rootHash)
    }
    for (index, cursor) in cursors.enumerated() where cursor.tokenCount == 0 {
      throw .emptySplit(split, folder: mixture.parts[index].dataset.folder)
    }
    self.options = options
    self.sources = sources
    self.cursors = cursors
    endOfText = mixture.tokenizer.endOfText
    rootHash = mixture.rootHash
    schedule = MixtureSchedule(weights: mixture.parts.map(\.weight))
    tokenCount = cursors.reduce(0) { $0 + $1.tokenCount }
    windowCount = cursors.reduce(0) { $0 + $1.windowCount }
  }

  /// Where the loader is. A loader that restores this continues exactly as this one would.
  public var state: LoaderState {
    LoaderState(
      places: cursors.map(\.place), turn: schedule.turn, seed: options.seed, shuffle: options.shuffle,
      rootHash: rootHash)
  }

  /// Passes over all that there is so far, each dataset weighing as many tokens as it has.
  public var passes: Double {
    cursors.reduce(0) { $0 + $1.passes * Double($1.tokenCount) } / Double(tokenCount)
  }

  /// Continues from `state`.
  ///
  /// It may have been saved with another batch size, another number of ranks and another context length. The windows of an
  /// epoch that is under way stay as long as they were: see ``LoaderOptions/contextLength``.
  ///
  /// - Throws: ``StoreError/otherState(reason:)`` where it was saved with another dataset, seed or order.
  public mutating func restore(_ state: LoaderState) throws(StoreError) {
    if let difference = state.difference(from: self.state) { throw .otherState(reason: difference) }
    guard state.places.count == cursors.count, 0..<schedule.period ~= state.turn else {
      throw .otherState(
        reason: """
          it is of \(state.places.count) datasets, at row \(state.turn) of the mixture's schedule; here are \
          \(cursors.count), and \(schedule.period) rows
          """)
    }
    var cursors = cursors
    for (index, place) in state.places.enumerated() {
      guard cursors[index].restore(place, options.contextLength) else {
        throw .otherState(
          reason: """
            it is at token \(place.token) of '\(sources[index].reader.dataset.folder)', in windows of \
            \(place.contextLength); the split has \(cursors[index].tokenCount) tokens
            """)
      }
    }
    self.cursors = cursors
    schedule.go(to: state.turn)
  }
}

extension BatchLoader {
  /// Replaces what `batch` holds by the next batch of this rank.
  ///
  /// Where an error is thrown the loader stays where it was.
  public mutating func next(_ batch: inout TokenBatch) throws(StoreError) {
    let start = (cursors, schedule)
    batch.removeAll()
    do {
      for row in 0..<options.batchSize * options.worldSize {
        let part = schedule.next()
        let epoch = cursors[part].place.epoch
        if row % options.worldSize == options.rank {
          try append(cursors[part].next(options.contextLength), of: sources[part], to: &batch)
        } else {
          cursors[part].skip(options.contextLength)
        }
        if options.endsWithEpoch, cursors[part].place.epoch != epoch { break }
      }
    } catch {
      (cursors, schedule) = start
      throw error
    }
  }

  private mutating func append(
    _ targets: Range<Int>, of source: SplitSource, to batch: inout TokenBatch
  ) throws(StoreError) {
    let padding = options.contextLength - targets.count
    try source.reader.read(max(targets.lowerBound - 1, 0)..<targets.upperBound, into: &window)
    if targets.lowerBound == 0 { window.insert(endOfText, at: 0) }
    batch.inputs += window[..<targets.count]
    batch.targets += window[1...].lazy.map { Int32(bitPattern: $0) }
    batch.inputs += repeatElement(endOfText, count: padding)
    batch.targets += repeatElement(TokenBatch.padding, count: padding)
    batch.rows += 1
    guard options.givesDocuments else { return }
    try source.reader.documentStarts(in: targets, into: &starts)
    batch.documents.appendDocuments(of: targets, starts: starts, padding: padding)
  }
}

extension [Int32] {
  /// Numbers the documents that a row's targets belong to, from 0; padding counts as one more.
  fileprivate mutating func appendDocuments(of targets: Range<Int>, starts: [Int], padding: Int) {
    var number: Int32 = 0
    var place = targets.lowerBound
    for start in starts where start > targets.lowerBound {
      append(contentsOf: repeatElement(number, count: start - place))
      place = start
      number += 1
    }
    append(contentsOf: repeatElement(number, count: targets.upperBound - place))
    append(contentsOf: repeatElement(number + 1, count: padding))
  }
}
