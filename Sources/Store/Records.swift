public import Basics

/// A part of a dataset that is read on its own.
public enum Split: String, CaseIterable, Sendable, Codable {
  case train, val, test

  /// How shards write the split.
  package var code: UInt32 {
    switch self {
    case .train: 0
    case .val: 1
    case .test: 2
    }
  }

  package init?(code: UInt32) {
    guard let split = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = split
  }
}

/// A file kept inside the manifest.
public struct StoredFile: Sendable, Equatable {
  /// The file's name, without a folder.
  public var name: String
  /// All that the file holds.
  public var bytes: [UInt8]

  /// A file called `name` that holds `bytes`.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// The tokenizer that made a dataset's ids: its name, its digest, and the files that decode them.
public struct TokenizerRecord: Sendable, Equatable {
  /// What people call it, such as `gpt2`.
  public var name: String
  /// Two tokenizers of one digest give the same ids for every text.
  public var digest: Digest
  /// Ids are below this.
  public var vocabularySize: Int
  /// The id of `<|endoftext|>`.
  public var endOfText: UInt32
  /// The tokenizer's own files, so that a dataset can always be decoded.
  public var files: [StoredFile]

  /// A record of these parts.
  public init(name: String, digest: Digest, vocabularySize: Int, endOfText: UInt32, files: [StoredFile]) {
    self.name = name
    self.digest = digest
    self.vocabularySize = vocabularySize
    self.endOfText = endOfText
    self.files = files
  }
}

/// A file that text came from. Its place in the dataset's list of sources is its number.
public struct SourceRecord: Sendable, Equatable {
  /// Where it was, as the user named it or relative to the folder that the user named.
  public var path: String
  /// Its size as it lies on the disk, compressed files as they are.
  public var byteCount: Int
  /// SHA-256 of those bytes.
  public var digest: Digest

  /// A record of these parts.
  public init(path: String, byteCount: Int, digest: Digest) {
    self.path = path
    self.byteCount = byteCount
    self.digest = digest
  }
}

/// Some bytes of a source, or all of them.
public struct SourceRange: Sendable, Equatable {
  /// The number of the source.
  public var source: Int
  /// Which bytes; nil for the whole source, however long it is (a compressed file is never cut).
  public var bytes: Range<Int>?

  /// The bytes of `source` in `bytes`, or all of them.
  public init(source: Int, bytes: Range<Int>? = nil) {
    self.source = source
    self.bytes = bytes
  }
}

/// The unit of work, of resuming and of repair: the sources' bytes that become one shard for each split.
public struct SegmentPlan: Sendable, Equatable {
  /// What it reads, in order.
  public var ranges: [SourceRange]

  /// A segment that reads `ranges` in order.
  public init(ranges: [SourceRange]) { self.ranges = ranges }
}

/// All that decides a dataset's content. The same plan gives the same dataset, on any machine.
public struct DatasetPlan: Sendable, Equatable {
  /// What makes the ids.
  public var tokenizer: TokenizerRecord
  /// An object with the options that decide the content, and no others.
  public var configuration: JSON
  /// The files that text comes from.
  public var sources: [SourceRecord]
  /// The sources cut into units of work, in the dataset's order.
  public var segments: [SegmentPlan]

  /// A plan of these parts.
  public init(
    tokenizer: TokenizerRecord, configuration: JSON, sources: [SourceRecord], segments: [SegmentPlan]
  ) {
    self.tokenizer = tokenizer
    self.configuration = configuration
    self.sources = sources
    self.segments = segments
  }
}

/// Where a document's tokens came from.
public struct DocumentEntry: Sendable, Equatable {
  /// The number of the source.
  public var source: Int
  /// Where the document's text begins in the source (decompressed, where it is compressed).
  public var byteOffset: Int
  /// How many bytes of the source it takes.
  public var byteCount: Int
  /// A hash of the text that was encoded.
  public var textHash: UInt64
  /// The class of a labelled document; not negative.
  public var label: Int?
  /// How many tokens it has. A writer fills this in.
  public var tokenCount: Int

  /// An entry of these parts.
  public init(
    source: Int, byteOffset: Int, byteCount: Int, textHash: UInt64, label: Int? = nil, tokenCount: Int = 0
  ) {
    self.source = source
    self.byteOffset = byteOffset
    self.byteCount = byteCount
    self.textHash = textHash
    self.label = label
    self.tokenCount = tokenCount
  }
}

/// A document that was left out, and why.
public struct RejectedDocument: Sendable, Equatable {
  /// The number of the source.
  public var source: Int
  /// Where the document begins in the source.
  public var byteOffset: Int
  /// Why it was left out, in words.
  public var reason: String

  /// A record of these parts.
  public init(source: Int, byteOffset: Int, reason: String) {
    self.source = source
    self.byteOffset = byteOffset
    self.reason = reason
  }
}

/// How much a split holds.
public struct SplitSummary: Sendable, Equatable {
  /// Which split.
  public var split: Split
  /// Tokens in all its shards.
  public var tokens: Int
  /// Documents in all its shards.
  public var documents: Int
  /// How many shards it has.
  public var shards: Int
  /// What the shards take on the disk.
  public var storedBytes: Int
}

/// What a finished dataset holds.
public struct DatasetSummary: Sendable, Equatable {
  /// Names exactly this content: two datasets of one root hash train the same model.
  public var rootHash: Digest
  /// The splits that have documents, in the order train, val, test.
  public var splits: [SplitSummary]
  /// Documents that were left out.
  public var rejects: Int
  /// What the codec tables beside the shards take on the disk.
  public var codecTableBytes: Int
}
