public import Basics

/// Why a dataset cannot be written or read.
public enum StoreError: Error, Equatable {
  /// The system refused.
  case file(FileError)
  /// There is no `manifest.sqlite` in the folder, or no folder.
  case notADataset(folder: String)
  /// The folder holds shards without a manifest, so that they belong to nobody knows what.
  case foreignFolder(folder: String, file: String)
  /// The work that makes the dataset has not come to its end.
  case incomplete(folder: String, segments: Int, of: Int)
  /// The folder holds a dataset made with another tokenizer, other options or other sources.
  case otherDataset(folder: String, differences: [String])
  /// Another dataset took the place of the one that was being read.
  case replaced(folder: String)
  /// Another process is writing the dataset.
  case inUse(folder: String)
  /// The manifest is of a version that this program does not know.
  case otherVersion(path: String, version: Int)
  /// The manifest cannot be trusted.
  case damagedManifest(path: String, reason: String)
  /// SQLite refused for another reason: a full disk, a lock.
  case database(path: String, reason: String)
  /// A shard cannot be trusted.
  case damagedShard(ShardFault)
  /// A shard made again has another content than the manifest records, or (nil) none.
  case otherContent(path: String, expected: Digest, found: Digest?)
  /// A codec table beside the shards, or one that was given, cannot be trusted.
  case damagedCodecTable(path: String, reason: String)
  /// A token's id is not in the vocabulary.
  case tokenBeyondVocabulary(id: UInt32, vocabularySize: Int)
  /// The dataset has no documents in the split.
  case emptySplit(Split, folder: String)
  /// A loader's state was saved with another dataset, seed or order.
  case otherState(reason: String)
  /// The datasets of a mixture have ids of different tokenizers.
  case otherTokenizer(folder: String, tokenizer: String, others: String, othersTokenizer: String)
  /// A mixture of datasets that makes no sense.
  case mixture(reason: String)
}

/// What is wrong with a shard, and what it held there.
public struct ShardFault: Sendable, Equatable {
  /// The shard's path.
  public var path: String
  /// What is wrong, in words.
  public var reason: String
  /// The frame, counted from 0, where only one is bad.
  public var frame: Int?
  /// The documents of the shard, counted from 0, that have tokens there.
  public var documents: Range<Int>?
  /// The bytes of the sources that those documents came from.
  public var sources: [SourceBytes] = []

  /// Bytes of a source, by its path.
  public struct SourceBytes: Sendable, Equatable {
    /// The source's path.
    public var path: String
    /// From the first byte of the first document to the last of the last.
    public var bytes: Range<Int>
  }
}
