internal import Basics

/// Where a shard's tokens and documents are in their split.
public struct ShardExtent: Sendable, Equatable {
  /// The shard's path.
  public var path: String
  /// Which split it is of.
  public var split: Split
  /// The number of its segment in the dataset.
  public var segment: Int
  /// Its tokens, counted over the split.
  public var tokens: Range<Int>
  /// Its documents, counted over the split.
  public var documents: Range<Int>
}

extension SplitReader {
  /// The split's shards, in order.
  public var extents: [ShardExtent] {
    var document = 0
    return shards.enumerated().map { index, shard in
      defer { document += shard.documents }
      return ShardExtent(
        path: Path.join(dataset.folder, shard.fileName), split: shard.split, segment: shard.segment,
        tokens: starts[index]..<starts[index + 1], documents: document..<document + shard.documents)
    }
  }

  /// A walk that begins with the first document of the shard of that number among ``extents``.
  public func cursor(atShard index: Int) -> DocumentCursor {
    precondition(0...shards.count ~= index, "the split has \(shards.count) shards")
    return DocumentCursor(shard: index)
  }
}
