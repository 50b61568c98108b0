internal import Basics
internal import Store
internal import Tokenizer

extension DatasetEncoder {
  /// All that a run is to do.
  struct Assignment {
    /// The encoder, its corpus in the dataset's order.
    var encoder: DatasetEncoder
    let rule: SplitRule
    let evaluation: EvaluationTexts?
    var plan: DatasetPlan
    /// The codec table where it was looked for already; nil in it where plain ids do.
    var codecTable: Result<CodecTable?, PipelineError>?
    /// Sources that come to a dataset that is there.
    var addedSources = 0
  }

  /// Finds out what is to be made: what a finished dataset in `folder` holds and, behind it, the sources that it lacks. Where
  /// there is none that can grow, all of the corpus.
  ///
  /// - Throws: ``PipelineError/changedSources(folder:findings:)`` where a source of a finished dataset is not what it was, be its
  ///   growth under way.
  func assignment(
    folder: String, threads: Int, meter: Meter, isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) -> Assignment {
    let tokenizer = try tokenizer.record()
    try self.tokenizer.check(text.special)
    let recorded =
      isGrowing ? try storing { () throws(StoreError) in try RecordedPlan(folder) } : nil
    var encoder = self
    // How many documents there are decides once, and not again when there are more.
    if split.method == .auto, let method = recorded?.plan.configuration["split"]?.string {
      encoder.split.method = SplitOptions.Method(rawValue: method) ?? .auto
    }
    let rule = try SplitRule(encoder.split, for: corpus.sources, text, isCancelled: isCancelled)
    let evaluation = try text.evaluation()
    let isNew = Folder.kind(folder) == nil
    let (sources, table) = hashing(
      samplingFor: isNew && codec == .auto && threads > corpus.sources.count ? tokenizer : nil,
      threads: threads,
      meter: meter, isCancelled: isCancelled)
    let plan = DatasetPlan(
      tokenizer: tokenizer, configuration: configuration(rule, evaluation: evaluation?.digest),
      sources: try sources.get(), segments: try segments(meter, isCancelled))
    defer { meter.endPlanning() }
    let whole = Assignment(
      encoder: encoder, rule: rule, evaluation: evaluation, plan: plan, codecTable: table)
    guard let recorded, let growth = Growth(recorded, to: plan) else { return whole }
    return try growth.assignment(whole, folder, meter, isCancelled)
  }

  /// The digests of the sources. Where there are fewer than threads, one of which would have nothing to do, and the corpus is so large that
  /// it takes long, a codec table is looked for meanwhile.
  ///
  /// - Parameter tokenizer: nil where no table is wanted.
  private func hashing(
    samplingFor tokenizer: TokenizerRecord?, threads: Int, meter: Meter,
    isCancelled: @escaping @Sendable () -> Bool
  ) -> (sources: Result<[SourceRecord], PipelineError>, table: Result<CodecTable?, PipelineError>?) {
    let tokenizer = CodecSample.takesAll(self) ? nil : tokenizer
    var sources = Result<[SourceRecord], PipelineError>.success([])
    var table: Result<CodecTable?, PipelineError>?
    ThreadPool(threads: tokenizer == nil ? 1 : 2).run(parts: 2) { part in
      if part == 0 {
        sources = Result { () throws(PipelineError) in
          try SourceDigests.records(
            of: corpus.sources, threads: threads, meter: meter, isCancelled: isCancelled)
        }
      } else if let tokenizer {
        table = Result { () throws(PipelineError) in
          try codecTable(tokenizer, [], threads: threads, isCancelled: isCancelled)
        }
      }
    }
    return (sources, table)
  }
}

/// A dataset, and a corpus that has more than what it was made from.
private struct Growth {
  private let old: DatasetPlan
  /// How many segments of the dataset are finished for good.
  private let finished: Int
  /// What the corpus as a whole would be, its sources called as the dataset calls those that it has.
  private let new: DatasetPlan
  /// The number that each source of the dataset has in the corpus, by its name; nil where it is not there.
  private let found: [Int?]
  /// The number that each source of the dataset has in the corpus; nil where it is not there or not the same.
  private let places: [Int?]
  /// How many segments of the dataset stay.
  private let segments: Int

  /// Nil where the dataset is made otherwise: then it is another one. The order of its sources is the dataset's own.
  init?(_ recorded: RecordedPlan, to plan: DatasetPlan) {
    guard recorded.plan.isMadeLike(plan) else { return nil }
    (old, finished) = (recorded.plan, recorded.finishedSegments)
    found = Self.find(old.sources, in: plan.sources)
    places = zip(recorded.plan.sources, found).map { source, number in
      number.flatMap { plan.sources[$0].holdsTheSame(as: source) ? $0 : nil }
    }
    segments = Self.whole(recorded.plan.segments, places)
    var new = plan
    for (source, number) in zip(old.sources, places) { if let number { new.sources[number] = source } }
    self.new = new
  }

  /// The numbers that sources of a dataset have in a corpus. A source whose name is not there any more may have got a longer one, by the folders
  /// above it, as another file of its name came: of several such the first that holds the same counts, else the first.
  private static func find(_ old: [SourceRecord], in new: [SourceRecord]) -> [Int?] {
    let numbers = Dictionary(
      new.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    var found = old.map { numbers[$0.path] }
    guard found.contains(nil) else { return found }
    var taken = Set(found.compactMap(\.self))
    var longer: [String: [Int]] = [:]
    for (number, source) in new.enumerated() {
      for name in source.shorterNames { longer[name, default: []].append(number) }
    }
    for index in old.indices where found[index] == nil {
      let candidates = (longer[old[index].path] ?? []).filter { !taken.contains($0) }
      found[index] = candidates.first { new[$0].holdsTheSame(as: old[index]) } ?? candidates.first
      if let number = found[index] { taken.insert(number) }
    }
    return found
  }

  /// How many segments read only sources that are the same, and read all of each.
  private static func whole(_ segments: [SegmentPlan], _ places: [Int?]) -> Int {
    var count = segments.prefix { $0.ranges.allSatisfy { places[$0.source] != nil } }.count
    while true {
      let others = Set(segments[count...].flatMap(\.ranges).map(\.source))
      let cut = segments[..<count].firstIndex { $0.ranges.contains { others.contains($0.source) } }
      guard let cut else { return count }
      count = cut
    }
  }

  func assignment(
    _ whole: DatasetEncoder.Assignment, _ folder: String, _ meter: Meter,
    _ isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> DatasetEncoder.Assignment {
    if segments < finished {
      throw .changedSources(folder: folder, findings: findings(whole.encoder.corpus))
    }
    let kept = (old.segments[..<segments].flatMap(\.ranges).map(\.source).max() ?? -1) + 1
    guard segments > 0, places[..<kept].allSatisfy({ $0 != nil }) else { return whole }
    var result = whole
    result.plan = new
    result.addedSources = new.sources.count - kept
    // Where the corpus as a whole begins with these segments, the dataset becomes the one that it would have been at once.
    guard old.beginning(sharedWith: new).segments < segments else { return result }
    let first = places[..<kept].compactMap(\.self)
    let isKept = Set(first)
    let order = first + new.sources.indices.filter { !isKept.contains($0) }
    result.encoder.corpus = Corpus(sources: order.map { whole.encoder.corpus.sources[$0] })
    let added = try result.encoder.segments(behind: kept, meter, isCancelled)
    result.plan.sources = order.map { new.sources[$0] }
    result.plan.segments =
      old.segments[..<segments]
      + added.map { segment in
        SegmentPlan(ranges: segment.ranges.map { SourceRange(source: $0.source + kept, bytes: $0.bytes) })
      }
    return result
  }

  /// The sources of finished segments that are not what they were.
  private func findings(_ corpus: Corpus) -> [RecordedSources.Finding] {
    let needed = Set(old.segments[..<finished].flatMap(\.ranges).map(\.source))
    return old.sources.indices.filter { places[$0] == nil && needed.contains($0) }.map { index in
      let record = old.sources[index]
      guard let number = found[index] else {
        return RecordedSources.Finding(name: record.path, path: nil, reason: "gone")
      }
      let now = new.sources[number]
      return RecordedSources.Finding(
        record, byteCount: now.byteCount, digest: now.digest, at: corpus.sources[number].path)
    }
  }
}

extension SourceRecord {
  /// Whether its file has the bytes of another's, whatever their names.
  fileprivate func holdsTheSame(as other: SourceRecord) -> Bool {
    byteCount == other.byteCount && digest == other.digest
  }

  /// Its name without the first folder, the first two, and so on.
  fileprivate var shorterNames: [String] {
    path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }.map {
      String(path[path.utf8.index(after: $0)...])
    }
  }
}
