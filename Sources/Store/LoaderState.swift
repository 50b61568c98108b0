public import Basics

/// Where a loader is: small enough to save with every checkpoint, at most 200 bytes as JSON for one dataset and about
/// 30 more for each further one.
///
/// It says nothing of the batch size, of the number of ranks or of the length of rows: a loader that goes on from it may have
/// others.
public struct LoaderState: Sendable, Equatable {
  /// The place in each dataset, in the mixture's order.
  public var places: [Place]
  /// Rows since the mixture's schedule last began anew; 0 for one dataset.
  public var turn: Int
  /// The order's seed.
  public var seed: UInt64
  /// Which order.
  public var shuffle: Shuffle
  /// The dataset's or the mixture's name.
  public var rootHash: Digest

  /// A place in one split.
  public struct Place: Sendable, Equatable {
    /// Whole passes over the split so far.
    public var epoch: Int
    /// Tokens of this epoch's windows that were given out, what is lacking in the last window counted.
    public var token: Int
    /// Tokens in a window of this epoch.
    public var contextLength: Int

    package init(epoch: Int, token: Int, contextLength: Int) {
      self.epoch = epoch
      self.token = token
      self.contextLength = contextLength
    }
  }

  /// As a JSON object.
  public var json: JSON {
    let places = places.map {
      JSON.array([.integer($0.epoch), .integer($0.token), .integer($0.contextLength)])
    }
    return [
      "seed": .integer(Int(bitPattern: UInt(seed))), "shuffle": .string(shuffle.rawValue),
      "turn": .integer(turn), "places": .array(places), "dataset": .string(String(describing: rootHash)),
    ]
  }

  /// - Throws: ``StoreError/otherState(reason:)`` where it is not what ``json`` writes.
  public init(json: JSON) throws(StoreError) {
    let places = json["places"]?.elements ?? []
    guard let seed = json["seed"]?.integer, let turn = json["turn"]?.integer, 0...Place.most ~= turn,
      let shuffle = json["shuffle"]?.string.flatMap(Shuffle.init),
      let rootHash = json["dataset"]?.string.flatMap({ Digest(hexadecimal: $0) }),
      case let read = places.compactMap(Place.init(json:)), !read.isEmpty, read.count == places.count
    else { throw .otherState(reason: "\(json.text.shortened(to: 300)) is not the state of a loader") }
    self.init(
      places: read, turn: turn, seed: UInt64(UInt(bitPattern: seed)), shuffle: shuffle, rootHash: rootHash)
  }

  init(places: [Place], turn: Int, seed: UInt64, shuffle: Shuffle, rootHash: Digest) {
    self.places = places
    self.turn = turn
    self.seed = seed
    self.shuffle = shuffle
    self.rootHash = rootHash
  }

  /// Where `other` is of another sequence of rows, in words.
  func difference(from other: LoaderState) -> String? {
    if rootHash != other.rootHash { return "it is of dataset \(rootHash), not \(other.rootHash)" }
    if seed != other.seed { return "it is of seed \(seed), not \(other.seed)" }
    return shuffle == other.shuffle ? nil : "it is of the order '\(shuffle)', not '\(other.shuffle)'"
  }
}

extension LoaderState.Place {
  /// No loader comes near these; sums of them cannot overflow.
  fileprivate static let most = 1 << 53
  private static let longest = 1 << 32

  fileprivate init?(json: JSON) {
    guard let numbers = json.elements, numbers.count == 3, let epoch = numbers[0].integer,
      let token = numbers[1].integer, let contextLength = numbers[2].integer, 0...Self.most ~= epoch,
      0...Self.most ~= token, 1...Self.longest ~= contextLength
    else { return nil }
    self.init(epoch: epoch, token: token, contextLength: contextLength)
  }
}
