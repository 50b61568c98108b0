internal import Basics
public import Store
internal import Tokenizer

/// Makes a dataset from a corpus: text in, shards and their manifest out.
///
///     let corpus = try Corpus(["corpora/"])
///     let tokenizer = try TokenizerFolder.resolve(nil)
///     let summary = try DatasetEncoder(corpus, tokenizer).run(folder: "shards", threads: 2)
///     summary.dataset.rootHash
///
/// The dataset depends on the sources' names and bytes, the tokenizer and the options, and on nothing else: neither on
/// the number of threads nor on how often the work was interrupted.
public struct DatasetEncoder: Sendable {
  /// What to encode.
  public internal(set) var corpus: Corpus
  /// What to encode it with.
  public let tokenizer: TokenizerFolder
  /// How to read and encode text.
  public var text = TextOptions()
  /// How to share documents out.
  public var split = SplitOptions()
  /// How shards write their ids. Where shards are there already, it stays as it is.
  public var codec = CodecChoice.auto
  /// How many bytes of the sources a codec table is made from.
  package var sampleBytes = CodecSample.budget
  /// About how many bytes of the sources are a unit of work.
  public var segmentBytes = 128 << 20
  /// Whether a dataset that is there takes in the sources that it lacks, as further segments; else it is another dataset.
  public var isGrowing = true
  /// How many bytes of records are held in memory where documents are compared with each other.
  package var sortingMemory = 64 << 20

  /// Encoding of `corpus` with the default options.
  public init(_ corpus: Corpus, _ tokenizer: TokenizerFolder) {
    self.corpus = corpus
    self.tokenizer = tokenizer
  }

  /// How far it has come.
  public struct Progress: Sendable, Equatable {
    /// Whether the sources are still being hashed, before anything is encoded.
    public internal(set) var isHashing = true
    /// Whether files are being read for where their segments end, before anything is encoded.
    public internal(set) var isPlanning = false
    /// Whether documents are being compared with each other, before anything is encoded.
    public internal(set) var isComparing = false
    /// Bytes of the sources that were hashed, planned, compared or encoded, those of segments that earlier runs encoded among them.
    public internal(set) var bytes = 0
    /// Bytes of all sources.
    public internal(set) var totalBytes = 0
    /// Documents that this run encoded.
    public internal(set) var documents = 0
    /// Tokens that this run made.
    public internal(set) var tokens = 0
    /// Files that this run read and that begin with a byte order mark.
    public internal(set) var marks = 0
    /// Bytes of text that this run encoded.
    public internal(set) var textBytes = 0
    /// What the steps did in this run, one after another.
    public internal(set) var steps: [StepCount] = []
  }

  /// What came of it.
  public struct Summary: Sendable, Equatable {
    /// What the dataset holds.
    public let dataset: DatasetSummary
    /// Whether an earlier run had made all of it.
    public let wasComplete: Bool
    /// The segments that an earlier run had made.
    public let resumedSegments: Int
    /// All segments.
    public let segments: Int
    /// How documents were shared out: what ``SplitOptions/Method/auto`` came to, or what was asked for.
    public let splitMethod: SplitOptions.Method
    /// Sources of a dataset that was there already, added behind those that it had.
    public let addedSources: Int
    /// What this run did.
    public let work: Progress
  }

  /// Makes the dataset in `folder`, or what is missing of it.
  ///
  /// - Parameters:
  ///   - replacing: whether to remove another dataset that is there, or a damaged one.
  ///   - report: called often, from several threads but by one at a time.
  /// - Throws: ``PipelineError``; of the store, ``StoreError/otherDataset(folder:differences:)`` where the folder holds a
  ///   dataset of other sources, options or another tokenizer. What was committed before stays, and the next run goes on.
  public func run(
    folder: String, threads: Int, replacing: Bool = false,
    report: @escaping @Sendable (Progress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> Summary {
    try prepared(isCancelled).make(folder, threads, replacing, report, isCancelled)
  }

  /// The encoder, once its sources know how their bytes become text.
  ///
  /// - Throws: ``PipelineError/noProgram(_:file:)`` where something that is needed to read them is missing.
  func prepared(_ isCancelled: @escaping @Sendable () -> Bool) throws(PipelineError) -> DatasetEncoder {
    var encoder = self
    encoder.corpus = corpus.reading(text, isCancelled: isCancelled)
    try Parquet.checkProgram(for: corpus.sources)
    return encoder
  }

  private func make(
    _ folder: String, _ threads: Int, _ replacing: Bool, _ report: @escaping @Sendable (Progress) -> Void,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) -> Summary {
    let meter = Meter(totalBytes: corpus.sources.reduce(0) { $0 + $1.byteCount }, report)
    var growing = self
    growing.isGrowing = isGrowing && !replacing
    let assignment = try growing.assignment(
      folder: folder, threads: threads, meter: meter, isCancelled: isCancelled)
    do {
      let opened =
        replacing
        ? try DatasetWriter.opening(folder, plan: assignment.plan, isCancelled: isCancelled)
        : try DatasetWriter(folder: folder, plan: assignment.plan, growing: isGrowing)
      guard let writer = opened else { throw PipelineError.cancelled }
      let (wasComplete, done) = (writer.isComplete, writer.committedSegments)
      if !wasComplete { try assignment.run(writer, folder, threads, meter, isCancelled) }
      return Summary(
        dataset: try writer.finish(), wasComplete: wasComplete, resumedSegments: done.count,
        segments: assignment.plan.segments.count, splitMethod: assignment.rule.method,
        addedSources: assignment.addedSources, work: meter.progress)
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as PipelineError {
      throw error
    } catch {
      preconditionFailure("neither the store nor the pipeline throws \(error)")
    }
  }

  /// The segments of the corpus, or of its sources behind the first so many, with progress, which goes on until ``Meter/endPlanning()``.
  func segments(
    behind first: Int = 0, _ meter: Meter, _ isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> [SegmentPlan] {
    let sources = corpus.sources
    let done = sources[..<first].reduce(0) { $0 + $1.byteCount }
    meter.update { ($0.isHashing, $0.isPlanning, $0.bytes) = (false, true, done) }
    return try SegmentPlanner.segments(
      of: Array(sources[first...]), size: segmentBytes,
      report: { bytes in meter.update { $0.bytes = done + bytes } }, isCancelled: isCancelled)
  }

  /// Bytes of the sources in the segments of those numbers.
  func encodedBytes(_ plan: DatasetPlan, _ segments: Set<Int>) -> Int {
    segments.reduce(0) { sum, segment in
      plan.segments[segment].ranges.reduce(sum) {
        $0 + ($1.bytes?.count ?? corpus.sources[$1.source].byteCount)
      }
    }
  }

  /// The codec table that shards are to be written with; nil for plain ids.
  func codecTable(
    _ tokenizer: TokenizerRecord, _ segments: [SegmentPlan], threads: Int, isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> CodecTable? {
    switch codec {
    case .plain: return nil
    case .auto:
      return try CodecSample(self, tokenizer, segments: segments, isCancelled: isCancelled).table(
        threads: threads)
    case .table(let path):
      return try storing { () throws(StoreError) in
        try CodecTable.read(path, vocabularySize: tokenizer.vocabularySize)
      }
    }
  }

  /// The options that decide the content, as the dataset records them.
  ///
  /// - Parameter evaluation: the digest of the texts that ``StepOptions/decontaminate`` names
  func configuration(_ rule: SplitRule, evaluation: Digest? = nil) -> JSON {
    let members: JSON = [
      "text-field": .string(text.textField), "invalid": .string(text.invalid.rawValue),
      "special": .string(text.special.text), "split": .string(rule.method.rawValue),
      "val-fraction": .number(rule.fraction), "segment-bytes": .integer(segmentBytes),
    ]
    // What is not asked for is not mentioned, so that datasets made before there was such an option keep their names.
    var others: [JSON.Member] = []
    if let encoding = text.encoding { others.append(JSON.Member("encoding", .string(encoding))) }
    if text.dropsMark { others.append(JSON.Member("drop-bom", .bool(true))) }
    return .object(members.members! + others + text.steps.configuration(evaluation: evaluation))
  }

  func readingRules(_ rule: SplitRule) -> ReadingRules {
    let tokenizer = tokenizer.tokenizer
    return ReadingRules(
      split: rule, options: text, special: text.special.names(in: tokenizer), pattern: tokenizer.pattern)
  }
}

extension DatasetEncoder.Assignment {
  /// Makes the segments that are missing.
  fileprivate func run(
    _ writer: DatasetWriter, _ folder: String, _ threads: Int, _ meter: Meter,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    var encoded: EncodedSegments?
    if writer.canChooseCodec {
      let table: CodecTable?
      if let codecTable {
        table = try codecTable.get()
      } else {
        (table, encoded) = try encoder.codecTable(
          for: { SegmentsWork(encoder, plan, rule, skipping: [], evaluation, isCancelled: isCancelled) },
          plan, threads: threads, meter: meter, isCancelled: isCancelled)
      }
      if let table { try writer.use(table) }
    }
    let duplicates = try encoder.duplicates(plan, rule, evaluation, folder, threads, meter, isCancelled)
    let resumed = encoder.encodedBytes(plan, writer.committedSegments)
    if encoded == nil { meter.update { $0.bytes = resumed } }
    let work = SegmentsWork(
      encoder, plan, rule, skipping: writer.committedSegments, evaluation, duplicates,
      isCancelled: isCancelled)
    try work.run(writer, encoded, threads: threads, meter: meter)
  }
}
