/// Some rows to learn from, one after another.
///
/// Shapes: R rows of T tokens.
public struct TokenBatch: Sendable, Equatable {
  /// The target that says: nothing to predict here.
  public static let padding: Int32 = -100

  /// R.
  public internal(set) var rows = 0
  /// (R, T)
  public internal(set) var inputs: [UInt32] = []
  /// (R, T): the token that follows, or ``padding``.
  public internal(set) var targets: [Int32] = []
  /// (R, T) where documents were asked for, else empty: the document that each target belongs to, counted from 0 in the
  /// row. A position is to look at positions of the same number only; so a document's first token is predicted from
  /// the `<|endoftext|>` before it and nothing else, as the split's first token is.
  public internal(set) var documents: [Int32] = []

  /// No rows.
  public init() {}

  mutating func removeAll() {
    rows = 0
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    documents.removeAll(keepingCapacity: true)
  }
}

/// What a loader is to give.
public struct LoaderOptions: Sendable, Equatable {
  /// Tokens in a row, T.
  ///
  /// It may change whenever a loader goes on from a state. An epoch that is under way keeps its windows: shorter rows take each
  /// in pieces, longer ones are padded, and each token is still a target once. From the next epoch on windows and rows
  /// are the same.
  public var contextLength: Int
  /// Rows of this rank's batch.
  public var batchSize: Int
  /// Decides the order.
  public var seed: UInt64
  /// The order.
  public var shuffle = Shuffle.full
  /// Whether a batch ends with its epoch, with fewer rows where the rows do not divide evenly: for evaluation, of one
  /// dataset. Else all batches are full, and one may hold the end of an epoch and the start of the next.
  public var endsWithEpoch = false
  /// How many ranks share each batch.
  public var worldSize = 1
  /// Which of them this is, from 0.
  public var rank = 0
  /// Whether batches have ``TokenBatch/documents``.
  public var givesDocuments = false

  /// Batches of `batchSize` rows of `contextLength` tokens.
  public init(contextLength: Int, batchSize: Int, seed: UInt64 = 0) {
    self.contextLength = contextLength
    self.batchSize = batchSize
    self.seed = seed
  }

  func check() {
    precondition(1...1 << 32 ~= contextLength && batchSize >= 1, "a batch has at least one row of one token")
    precondition(worldSize >= 1 && 0..<worldSize ~= rank, "ranks are counted from 0")
  }
}
