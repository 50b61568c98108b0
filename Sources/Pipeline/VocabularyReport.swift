internal import Basics
public import Tokenizer

/// How well a vocabulary suits a text.
///
///     let corpus = try Corpus(["notes/"])
///     let text = try MeasuredText(corpus, threads: 2)
///     let report = try VocabularyReport(text, TokenizerFolder.resolve("gpt2"))
///     report.tokens   // and text.bytes / report.tokens bytes a token
///
/// The text is encoded as ordinary text; no `<|endoftext|>` is counted, as none is in it.
public struct VocabularyReport: Sendable {
  /// The tokenizer, and where it is from.
  public let folder: TokenizerFolder
  /// How often each token occurs, by id.
  public let counts: [Int]
  /// Pretokens of the text.
  public let pretokens: Int
  /// How many of those are different.
  public let distinctPretokens: Int
  /// How many are one token each.
  public let wholePretokens: Int

  /// Tokens of the text.
  public var tokens: Int { counts.reduce(0, +) }

  /// Encodes what a text is made of with a tokenizer.
  ///
  /// - Precondition: the text was cut by the tokenizer's pattern.
  public init(
    _ text: borrowing MeasuredText, _ folder: TokenizerFolder, isCancelled: () -> Bool = { false }
  ) throws(PipelineError) {
    precondition(text.pattern == folder.tokenizer.pattern, "a text is cut by its tokenizer's pattern")
    var encoder = Encoder(folder.tokenizer)
    var counts = [Int](repeating: 0, count: folder.tokenizer.size)
    var whole = 0
    var tokens: [TokenID] = []
    try text.pretokens.forEach(isCancelled: isCancelled) { pretoken, weight in
      tokens.removeAll(keepingCapacity: true)
      do {
        try encoder.encode(pretoken, into: &tokens)
      } catch {
        preconditionFailure("ordinary text is never refused: \(error)")
      }
      for token in tokens { counts[Int(token)] += Int(weight) }
      if tokens.count == 1 { whole += Int(weight) }
    }
    self.folder = folder
    self.counts = counts
    (pretokens, distinctPretokens, wholePretokens) = (text.pretokenCount, text.distinctPretokens, whole)
  }
}

extension VocabularyReport {
  /// A token and how often it occurs.
  public struct Entry: Sendable, Equatable {
    /// The token.
    public let id: TokenID
    /// The bytes that it stands for.
    public let bytes: [UInt8]
    /// How often it occurs.
    public let count: Int
  }

  /// The tokens of one length.
  public struct Length: Sendable, Equatable {
    /// How many bytes they have.
    public let bytes: Int
    /// How many tokens of the vocabulary have it.
    public internal(set) var tokens = 0
    /// How many of those occur in the text.
    public internal(set) var used = 0
    /// How often they occur in it together.
    public internal(set) var occurrences = 0
  }

  /// All tokens but the special ones, by id.
  public var entries: [Entry] {
    let special = Set(folder.tokenizer.specialTokens.map(\.id))
    return counts.indices.compactMap { id in
      guard !special.contains(TokenID(id)), let bytes = folder.tokenizer.bytes(of: TokenID(id)) else {
        return nil
      }
      return Entry(id: TokenID(id), bytes: bytes, count: counts[id])
    }
  }

  /// The lengths that tokens have, the shortest first.
  public var lengths: [Length] {
    var lengths: [Int: Length] = [:]
    for entry in entries {
      var length = lengths[entry.bytes.count] ?? Length(bytes: entry.bytes.count)
      length.tokens += 1
      length.used += entry.count > 0 ? 1 : 0
      length.occurrences += entry.count
      lengths[entry.bytes.count] = length
    }
    return lengths.values.sorted { $0.bytes < $1.bytes }
  }

  /// The tokens that occur most often; of several the lower ids.
  public func commonest(_ limit: Int) -> [Entry] {
    Array(entries.filter { $0.count > 0 }.sorted { ($1.count, $0.id) < ($0.count, $1.id) }.prefix(limit))
  }

  /// The longest tokens that occur, or that do not; of several the lower ids.
  public func longest(_ limit: Int, used: Bool) -> [Entry] {
    let entries = entries.filter { ($0.count > 0) == used }
    return Array(entries.sorted { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) }.prefix(limit))
  }
}

/// A text as its different pretokens and how often each occurs.
public struct MeasuredText: ~Copyable {
  /// What cut it into pretokens.
  public let pattern: Pretokenizer.Pattern
  /// Documents read.
  public let documents: Int
  /// Bytes of their text.
  public let bytes: Int
  /// Characters in it; a byte that belongs to none counts as one.
  public let characters: Int
  /// Pretokens in it.
  public let pretokenCount: Int
  /// How many of those are different.
  public let distinctPretokens: Int
  let pretokens: CountedPretokens

  /// Memory for counts; what it has no room for goes to a temporary file: 1 GiB.
  public static let memoryLimit = 1 << 30

  /// Reads a corpus on `threads` threads.
  ///
  /// - Parameters:
  ///   - temporaryFolder: where counts go that there is no memory for
  ///   - report: called with how many bytes of the sources are read
  public init(
    _ corpus: Corpus, _ options: TextOptions = TextOptions(), pattern: Pretokenizer.Pattern = .gpt2,
    temporaryFolder: String = "/tmp", threads: Int, report: (Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) {
    let counter = try CorpusCounter(
      corpus.sources, options, pattern, threads: threads,
      memory: CountingMemory(limit: Self.memoryLimit, folder: temporaryFolder), report: report,
      isCancelled: isCancelled)
    var characters = 0, count = 0, distinct = 0
    try counter.pretokens.forEach(isCancelled: isCancelled) { pretoken, weight in
      characters += Int(weight) * Self.characters(pretoken)
      count += Int(weight)
      distinct += 1
    }
    self.pattern = pattern
    (documents, bytes) = (counter.documents, counter.bytes)
    self.characters = characters
    pretokenCount = count
    distinctPretokens = distinct
    pretokens = counter.takePretokens()
  }

  private static func characters(_ bytes: Span<UInt8>) -> Int {
    var place = 0, count = 0
    while place < bytes.count {
      place += UTF8Check.scalarLength(bytes, at: place) ?? 1
      count += 1
    }
    return count
  }
}
