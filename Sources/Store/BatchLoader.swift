internal import Basics

/// Gives batches of windows to learn from, epoch after epoch.
///
///     var loader = try BatchLoader(dataset: dataset, split: .train, contextLength: 256, batchSize: 8, seed: 1)
///     try loader.next(inputs: &inputs, targets: &targets)   // 8 rows of 256
///
/// Window w of context length T has as targets the tokens at `w * T ..< (w + 1) * T` of the split and as inputs the
/// tokens before each; `<|endoftext|>` is taken to precede the split. Every token of the split is a target exactly once
/// an epoch: the last window is padded with `<|endoftext|>`, and its padding has the target `-100`.
public struct BatchLoader: ~Copyable {
  /// Which window comes next.
  public enum Order: String, CaseIterable, Sendable {
    /// Another permutation each epoch. Batches are always full: one may hold the end of an epoch and the start of the
    /// next.
    case shuffled
    /// As stored. The last batch of an epoch has fewer rows where the windows do not divide evenly.
    case sequential
  }

  /// The target that says: nothing to predict here.
  public static let padding: Int32 = -100

  /// Windows in an epoch.
  public let windowCount: Int
  /// Tokens in the split, each a target once an epoch.
  public let tokenCount: Int
  /// Where the loader is. A loader that restores this continues exactly as this one would.
  public private(set) var state: LoaderState

  private let batchSize: Int
  private let endOfText: UInt32
  private var reader: SplitReader
  private var sampler: WindowSampler
  private var window: [UInt32] = []

  /// A loader at the start of epoch 0.
  ///
  /// - Throws: ``StoreError/emptySplit(_:folder:)`` where the split has no tokens.
  public init(
    dataset: Dataset, split: Split, contextLength: Int, batchSize: Int, seed: UInt64, order: Order = .shuffled
  ) throws(StoreError) {
    precondition(contextLength >= 1 && batchSize >= 1, "a batch has at least one window of one token")
    let reader = try dataset.reader(split)
    guard reader.tokenCount > 0 else { throw .emptySplit(split, folder: dataset.folder) }
    tokenCount = reader.tokenCount
    self.batchSize = batchSize
    endOfText = dataset.tokenizer.endOfText
    state = LoaderState(
      epoch: 0, position: 0, seed: seed, order: order, contextLength: contextLength,
      rootHash: dataset.rootHash)
    sampler = Self.sampler(reader.tokenCount, state)
    windowCount = sampler.windowCount
    self.reader = reader
  }

  private static func sampler(_ tokenCount: Int, _ state: LoaderState) -> WindowSampler {
    WindowSampler(
      tokenCount: tokenCount, contextLength: state.contextLength, seed: state.seed, epoch: state.epoch,
      rootHash: state.rootHash)
  }

  /// Replaces `inputs` and `targets` by the next batch, row after row; returns the number of rows.
  ///
  /// Where an error is thrown the loader stays where it was.
  @discardableResult
  public mutating func next(inputs: inout [UInt32], targets: inout [Int32]) throws(StoreError) -> Int {
    let start = state
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    var rows = 0
    do {
      while rows < batchSize {
        try appendWindow(inputs: &inputs, targets: &targets)
        rows += 1
        if advance(), state.order == .sequential { break }
      }
    } catch {
      state = start
      sampler = Self.sampler(tokenCount, state)
      throw error
    }
    return rows
  }

  /// Goes to the next window; true where that is the first of another epoch.
  private mutating func advance() -> Bool {
    state.position += 1
    guard state.position == windowCount else { return false }
    state.position = 0
    state.epoch += 1
    sampler = Self.sampler(tokenCount, state)
    return true
  }

  private mutating func appendWindow(inputs: inout [UInt32], targets: inout [Int32]) throws(StoreError) {
    let length = state.contextLength
    let index = state.order == .shuffled ? sampler.window(at: state.position) : state.position
    let start = index * length
    let end = min(start + length, tokenCount)
    try reader.read(max(start - 1, 0)..<end, into: &window)
    if start == 0 { window.insert(endOfText, at: 0) }
    let count = end - start
    inputs += window[..<count]
    targets += window[1...].lazy.map { Int32(bitPattern: $0) }
    inputs += repeatElement(endOfText, count: length - count)
    targets += repeatElement(Self.padding, count: length - count)
  }

  /// Continues from `state`.
  ///
  /// - Throws: ``StoreError/otherState(reason:)`` where it was saved with another dataset, seed, order or context
  ///   length.
  public mutating func restore(_ state: LoaderState) throws(StoreError) {
    if let difference = state.difference(from: self.state) { throw .otherState(reason: difference) }
    guard state.position < windowCount else {
      throw .otherState(reason: "it is at window \(state.position) of \(windowCount)")
    }
    self.state = state
    sampler = Self.sampler(tokenCount, state)
  }
}
