public import Basics

/// Datasets to learn from in given shares; one alone is a mixture too.
///
///     let mixture = try DatasetMixture.open("books=0.7,code=0.3")
///     let same = try DatasetMixture([.init(books, weight: 7), .init(code, weight: 3)])
///
/// Every row comes from one of the datasets. Each of them is gone through epoch by epoch on its own: how often a text is seen
/// depends on its dataset's share and size.
public struct DatasetMixture: Sendable {
  /// A dataset and its share.
  public struct Part: Sendable {
    /// The dataset.
    public let dataset: Dataset
    /// Its share is this by the sum of all weights.
    public let weight: Int

    /// `dataset` with `weight`.
    public init(_ dataset: Dataset, weight: Int) {
      self.dataset = dataset
      self.weight = weight
    }
  }

  /// At least one.
  public let parts: [Part]
  /// Names exactly this content in these shares: a dataset's own root hash where there is only one.
  public let rootHash: Digest

  /// What made the ids of all parts.
  public var tokenizer: TokenizerRecord { parts[0].dataset.tokenizer }

  /// One dataset alone.
  public init(_ dataset: Dataset) {
    parts = [Part(dataset, weight: 1)]
    rootHash = dataset.rootHash
  }

  /// Several datasets; common divisors of the weights change nothing.
  ///
  /// - Throws: ``StoreError/mixture(reason:)`` where a weight is not positive, the weights' sum is beyond
  ///   ``MixtureSchedule/longestPeriod`` once they have no common divisor, or a dataset is named twice;
  ///   ``StoreError/otherTokenizer(folder:tokenizer:others:othersTokenizer:)`` where not all have one tokenizer.
  public init(_ parts: [Part]) throws(StoreError) {
    guard let first = parts.first else { throw .mixture(reason: "it has no datasets") }
    for part in parts where part.weight < 1 {
      throw .mixture(reason: "the weight of '\(part.dataset.folder)' is not above 0")
    }
    let weights = try MixtureText.reduced(parts.map(\.weight))
    self.parts = zip(parts, weights).map { Part($0.dataset, weight: $1) }
    try Self.check(parts, first.dataset)
    rootHash = parts.count == 1 ? first.dataset.rootHash : Self.digest(self.parts)
  }

  private static func check(_ parts: [Part], _ first: Dataset) throws(StoreError) {
    for (index, part) in parts.enumerated() {
      let dataset = part.dataset
      try dataset.requireTokenizer(of: first)
      if let same = parts[..<index].first(where: { $0.dataset.rootHash == dataset.rootHash }) {
        throw .mixture(
          reason: "'\(same.dataset.folder)' and '\(dataset.folder)' are the same dataset; name it once")
      }
    }
  }

  /// SHA-256 of a line that says what follows, then of each part its weight (8 bytes) and its root hash.
  private static func digest(_ parts: [Part]) -> Digest {
    var bytes = Array("tessera mixture 1\n".utf8)
    for part in parts {
      bytes.append(littleEndian: UInt64(part.weight))
      bytes += part.dataset.rootHash.bytes
    }
    return SHA256.hash(bytes)
  }

  /// Shards that all readers together keep open: a process may have no more than 1,024 files where nothing else is set.
  private static let openShards = 256

  /// A reader of one split of each dataset, in order.
  func sources(_ split: Split, cachedFrames: Int) throws(StoreError) -> [SplitSource] {
    var sources: [SplitSource] = []
    for part in parts {
      sources.append(
        SplitSource(
          try part.dataset.reader(
            split, cachedFrames: cachedFrames, openShards: max(1, Self.openShards / parts.count))))
    }
    return sources
  }
}

/// A reader among others.
final class SplitSource {
  var reader: SplitReader

  init(_ reader: consuming SplitReader) { self.reader = reader }
}

extension Dataset {
  /// - Throws: ``StoreError/otherTokenizer(folder:tokenizer:others:othersTokenizer:)`` where the same ids do not mean the same in both.
  func requireTokenizer(of first: Dataset) throws(StoreError) {
    let (own, others) = (tokenizer, first.tokenizer)
    if own.digest == others.digest, own.vocabularySize == others.vocabularySize,
      own.endOfText == others.endOfText
    {
      return
    }
    let isHidden = own.label == others.label
    throw .otherTokenizer(
      folder: folder, tokenizer: isHidden ? own.longLabel : own.label, others: first.folder,
      othersTokenizer: isHidden ? others.longLabel : others.label)
  }
}

extension TokenizerRecord {
  /// The tokenizer, named so that a person can tell it from others.
  package var label: String { Self.label(name, digest) }

  /// A tokenizer of that name and digest, named so that a person can tell it from others.
  package static func label(_ name: String, _ digest: Digest) -> String {
    "'\(name)' (SHA-256 \("\(digest)".prefix(16)))"
  }

  /// The tokenizer with what else its datasets can differ in.
  fileprivate var longLabel: String {
    "\(label) of \(vocabularySize) ids, of which \(endOfText) is <|endoftext|>"
  }
}
