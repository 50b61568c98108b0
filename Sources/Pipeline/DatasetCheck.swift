internal import Basics
public import Store
internal import Tokenizer

/// Compares a dataset with what it was made from.
///
///     let report = try DatasetCheck(Dataset.open("shards")).run(threads: 2)
///     for difference in report.differences { print(difference) }
///
/// Every document is decoded and its text's hash compared; the sources are read and hashed, those that are as they were are
/// encoded again, and tokens and lineage are compared. Memory is bounded, whatever the length of documents.
public struct DatasetCheck: Sendable {
  /// The dataset.
  public let dataset: Dataset
  /// Where the sources are; none for their recorded paths.
  public let sources: [String]

  /// A check of `dataset`.
  public init(_ dataset: Dataset, sources: [String] = []) {
    self.dataset = dataset
    self.sources = sources
  }

  /// What work is under way, and how much of it is done.
  public enum Stage: Sendable, Equatable {
    /// Tokens were decoded.
    case decoding(Int)
    /// Bytes of sources were read.
    case hashing(Int)
    /// Bytes of sources were encoded.
    case encoding(Int)
  }

  /// What was found.
  public struct Report: Sendable {
    /// Documents whose text was decoded.
    public internal(set) var documents = 0
    /// Tokens that the sources gave again.
    public internal(set) var comparedTokens = 0
    /// Sources that are missing or changed.
    public internal(set) var sources: [RecordedSources.Finding] = []
    /// Segments that could not be compared, as a source of theirs is missing or changed, or nobody knows how they were made.
    public internal(set) var segmentsNotCompared = 0
    /// Why segments cannot be made again whose sources are there, in words: each reason once.
    public internal(set) var notReencodable: [String] = []
    /// Where the dataset is not what it should be: the first place in each shard.
    public internal(set) var differences: [DatasetDifference] = []
  }

  /// Checks all of it.
  ///
  /// - Parameter damaged: paths of shards that are known to be damaged: they are passed over.
  /// - Throws: ``PipelineError/cancelled``; ``PipelineError/notReencodable(folder:reason:)`` where the dataset's own tokenizer is not what it should be
  public func run(
    threads: Int, passingOver damaged: Set<String> = [],
    report: @escaping @Sendable (Stage) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> Report {
    var result = Report()
    try decode(&result, threads, damaged, report, isCancelled)
    let plan = try storing { () throws(StoreError) in try dataset.plan() }
    let recorded = try RecordedSources(dataset, folders: sources)
    let findings = try recorded.check(
      threads: threads, report: { report(.hashing($0)) }, isCancelled: isCancelled)
    result.sources = findings.sorted { $0.key < $1.key }.map(\.value)
    let segments = plan.segments.indices.filter { segment in
      plan.segments[segment].ranges.allSatisfy { findings[$0.source] == nil }
    }
    result.segmentsNotCompared = plan.segments.count - segments.count
    guard !segments.isEmpty, let placed = recorded.placed else { return result }
    let sink = try SegmentComparison(dataset, Tokenizer(dataset.tokenizer), passingOver: damaged)
    let meter = Meter(totalBytes: 0) { report(.encoding($0.bytes)) }
    let failures = try Reencoding(dataset, plan, sources: placed).run(
      segments, into: sink, threads: threads, meter: meter, isCancelled: isCancelled)
    for failure in failures {
      if case .notReencodable = failure.error {
        result.segmentsNotCompared += 1
        let reason = "\(failure.error)"
        if !result.notReencodable.contains(reason) { result.notReencodable.append(reason) }
        continue
      }
      result.differences.append(
        DatasetDifference(shard: dataset.folder, reason: "segment \(failure.segment): \(failure.error)"))
    }
    result.differences += sink.differences
    result.comparedTokens = sink.tokens
    return result
  }

  /// Decodes all documents, a shard for each thread at a time.
  private func decode(
    _ result: inout Report, _ threads: Int, _ damaged: Set<String>,
    _ report: @escaping @Sendable (Stage) -> Void, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) {
    var shards: [(split: Split, index: Int)] = []
    for split in dataset.splits {
      let extents = try SplitTokens(dataset, split.split).extents
      shards += extents.indices.lazy.filter { !damaged.contains(extents[$0].path) }.map { (split.split, $0) }
    }
    let tokenizer = try Tokenizer(dataset.tokenizer)
    let meter = Meter(totalBytes: 0) { report(.decoding($0.tokens)) }
    var next = shards[...]
    try OrderedWork.run(
      threads: threads, next: { next.popFirst() },
      state: { DocumentDecoding(dataset, tokenizer, meter, isCancelled) },
      work: { decoding, shard throws(PipelineError) in try decoding.check(shard.split, shard.index) },
      emit: { found in
        result.documents += found.documents
        if let difference = found.difference { result.differences.append(difference) }
      })
  }
}

/// Decodes the documents of shards and compares the hashes of their texts. One for each thread.
private struct DocumentDecoding: ~Copyable {
  private let dataset: Dataset
  private let tokenizer: Tokenizer
  private let decoder: Decoder
  private let meter: Meter
  private let isCancelled: () -> Bool
  private var readers: [Split: SplitTokens] = [:]

  init(_ dataset: Dataset, _ tokenizer: Tokenizer, _ meter: Meter, _ isCancelled: @escaping () -> Bool) {
    self.dataset = dataset
    self.tokenizer = tokenizer
    self.meter = meter
    self.isCancelled = isCancelled
    decoder = Decoder(tokenizer)
  }

  struct Found: Sendable {
    var documents = 0
    var difference: DatasetDifference?
  }

  mutating func check(_ split: Split, _ index: Int) throws(PipelineError) -> Found {
    let reader = try reader(split)
    let extent = reader.extents[index]
    var found = Found()
    var cursor = reader.cursor(atShard: index)
    while found.documents < extent.documents.count {
      if isCancelled() { throw .cancelled }
      do throws(PipelineError) {
        guard let (entry, range) = try reader.next(&cursor) else { break }
        if let reason = try problem(entry, range, reader) {
          found.difference = DatasetDifference(
            shard: extent.path, document: found.documents, source: dataset.sources[entry.source].path,
            offset: entry.byteOffset, reason: reason)
          break
        }
      } catch .store(let error) {
        found.difference = DatasetDifference(shard: extent.path, reason: "\(error)")
        break
      }
      found.documents += 1
    }
    return found
  }

  private mutating func reader(_ split: Split) throws(PipelineError) -> SplitTokens {
    if let reader = readers[split] { return reader }
    let reader = try SplitTokens(dataset, split)
    readers[split] = reader
    return reader
  }

  private func problem(
    _ entry: DocumentEntry, _ range: Range<Int>, _ reader: SplitTokens
  ) throws(PipelineError) -> String? {
    var hash = XXH64()
    var bytes: [UInt8] = []
    var problem: String?
    var left = range.count
    try reader.read(range) { tokens throws(PipelineError) in
      guard problem == nil else { return }
      left -= tokens.count
      var text = tokens
      if left == 0 {
        guard tokens[tokens.count - 1] == dataset.tokenizer.endOfText else {
          problem = "it does not end in <|endoftext|>"
          return
        }
        text = tokens.extracting(0..<tokens.count - 1)
      }
      bytes.removeAll(keepingCapacity: true)
      do throws(TokenizerError) {
        try decoder.decode(text, into: &bytes)
        hash.update(bytes.span)
      } catch {
        problem = "it cannot be decoded: \(error)"
      }
      meter.update { $0.tokens += tokens.count }
    }
    if problem == nil, hash.finish() != entry.textHash { problem = "its text does not match its text hash" }
    return problem
  }
}
