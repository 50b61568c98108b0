public import Basics

/// Where a loader is: small enough to save with every checkpoint.
public struct LoaderState: Sendable, Equatable {
  /// Whole passes over the split so far.
  public var epoch: Int
  /// Windows of this epoch that were given out.
  public var position: Int
  /// The order's seed.
  public var seed: UInt64
  /// Which order.
  public var order: BatchLoader.Order
  /// Tokens in a window.
  public var contextLength: Int
  /// The dataset's name.
  public var rootHash: Digest

  /// As a JSON object.
  public var json: JSON {
    [
      "epoch": .integer(epoch), "position": .integer(position), "seed": .integer(Int(bitPattern: UInt(seed))),
      "order": .string(order.rawValue), "context": .integer(contextLength),
      "dataset": .string(String(describing: rootHash)),
    ]
  }

  /// - Throws: ``StoreError/otherState(reason:)`` where it is not what ``json`` writes.
  public init(json: JSON) throws(StoreError) {
    guard let epoch = json["epoch"]?.integer, let position = json["position"]?.integer,
      let seed = json["seed"]?.integer, let order = json["order"]?.string.flatMap(BatchLoader.Order.init),
      let contextLength = json["context"]?.integer,
      let rootHash = json["dataset"]?.string.flatMap({ Digest(hexadecimal: $0) }),
      epoch >= 0, position >= 0, contextLength > 0
    else { throw .otherState(reason: "\(json.text) is not the state of a loader") }
    self.epoch = epoch
    self.position = position
    self.seed = UInt64(UInt(bitPattern: seed))
    self.order = order
    self.contextLength = contextLength
    self.rootHash = rootHash
  }

  init(
    epoch: Int, position: Int, seed: UInt64, order: BatchLoader.Order, contextLength: Int, rootHash: Digest
  ) {
    self.epoch = epoch
    self.position = position
    self.seed = seed
    self.order = order
    self.contextLength = contextLength
    self.rootHash = rootHash
  }

  /// Where `other` is of another sequence of batches, in words.
  func difference(from other: LoaderState) -> String? {
    if rootHash != other.rootHash { return "it is of dataset \(rootHash), not \(other.rootHash)" }
    if contextLength != other.contextLength {
      return "it is of context length \(contextLength), not \(other.contextLength)"
    }
    if seed != other.seed { return "it is of seed \(seed), not \(other.seed)" }
    return order == other.order ? nil : "it is of the order '\(order)', not '\(other.order)'"
  }
}
