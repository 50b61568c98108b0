internal import Basics
internal import Store
internal import Tokenizer

extension TokenizerFolder {
  /// The tokenizer that the dataset in `folder` keeps.
  init(_ record: TokenizerRecord, keptIn folder: String) throws(PipelineError) {
    path = folder
    name = record.name
    tokenizer = try Tokenizer(record)
    guard tokenizer.digest == record.digest else {
      throw .notReencodable(
        folder: folder, reason: "its tokenizer's files are of \(tokenizer.digest), not of \(record.digest)")
    }
  }
}

extension DatasetEncoder {
  /// The encoder whose options a dataset records: ``configuration(_:)`` backwards.
  ///
  /// - Throws: ``PipelineError/notReencodable(folder:reason:)`` where another command, or a newer one, wrote them.
  static func recorded(
    _ configuration: JSON, _ corpus: Corpus, _ tokenizer: TokenizerFolder
  ) throws(PipelineError) -> (encoder: DatasetEncoder, rule: SplitRule) {
    var encoder = DatasetEncoder(corpus, tokenizer)
    let unknown = PipelineError.notReencodable(
      folder: tokenizer.path,
      reason: "it was made with the options \(configuration.text), not by this `prep encode`")
    let steps = StepOptions.needingMore(in: configuration)
    guard steps.isEmpty else {
      throw .notReencodable(
        folder: tokenizer.path,
        reason: """
          which documents it has depends on more than their own texts (\(steps.map { "--\($0)" }.joined(separator: ", "))); \
          encode all of it again, into another folder
          """)
    }
    guard let textField = configuration["text-field"]?.string,
      let invalid = configuration["invalid"]?.string.flatMap(TextOptions.Invalid.init),
      let special = configuration["special"]?.string.flatMap(SpecialTokenPolicy.init(text:)),
      let method = configuration["split"]?.string.flatMap(SplitOptions.Method.init), method != .auto,
      let fraction = configuration["val-fraction"]?.number,
      let segmentBytes = configuration["segment-bytes"]?.integer
    else { throw unknown }
    encoder.text.textField = textField
    encoder.text.invalid = invalid
    encoder.text.special = special
    encoder.text.steps = StepOptions(recorded: configuration)
    encoder.text.encoding = configuration["encoding"]?.string
    encoder.text.dropsMark = configuration["drop-bom"] == .bool(true)
    encoder.corpus = corpus.reading(encoder.text)
    encoder.split.method = method
    encoder.split.fraction = fraction
    encoder.segmentBytes = segmentBytes
    let rule = try SplitRule(encoder.split, for: encoder.corpus.sources, encoder.text)
    // An option that is not read here would be lost without a word.
    guard encoder.configuration(rule) == configuration else { throw unknown }
    try tokenizer.check(special)
    return (encoder, rule)
  }
}

/// Encodes segments of a finished dataset again, from what they were made from.
struct Reencoding: ~Copyable {
  private let plan: DatasetPlan
  private let sources: [Source]
  private let parts: [Part]

  /// Segments that were made with the same options.
  private struct Part {
    let segments: Range<Int>
    /// Or why they cannot be made again.
    let recorded: Result<Maker, PipelineError>
  }

  /// What made them.
  private enum Maker {
    case encoder(DatasetEncoder, SplitRule)
    case builder(BuiltSource)

    init(_ configuration: JSON, _ corpus: Corpus, _ tokenizer: TokenizerFolder) throws(PipelineError) {
      if let built = BuiltSource(configuration) {
        self = .builder(built)
      } else {
        let (encoder, rule) = try DatasetEncoder.recorded(configuration, corpus, tokenizer)
        self = .encoder(encoder, rule)
      }
    }
  }

  /// - Parameter sources: by number; where one is missing any other, as long as no segment that needs it is asked for.
  init(_ dataset: Dataset, _ plan: DatasetPlan, sources: [Source]) throws(PipelineError) {
    self.plan = plan
    self.sources = sources
    let tokenizer = try TokenizerFolder(dataset.tokenizer, keptIn: dataset.folder)
    let corpus = Corpus(sources: sources)
    var parts: [Part] = []
    for (segments, configuration) in plan.configurations {
      let recorded = Result { () throws(PipelineError) in
        try Maker(configuration, corpus, tokenizer)
      }
      parts.append(Part(segments: segments, recorded: recorded))
    }
    self.parts = parts
  }

  /// Gives the segments of those numbers to `sink`, in order; returns those that cannot be encoded, and why.
  ///
  /// Of segments whose options are not known that is ``PipelineError/notReencodable(folder:reason:)``.
  ///
  /// - Throws: ``PipelineError/cancelled``
  func run(
    _ segments: [Int], into sink: any SegmentSink, threads: Int, meter: Meter,
    isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> [(segment: Int, error: PipelineError)] {
    var failures: [(segment: Int, error: PipelineError)] = []
    for part in parts where segments.contains(where: part.segments.contains) {
      var left = segments.filter { part.segments.contains($0) }[...]
      let maker: Maker
      switch part.recorded {
      case .success(let found): maker = found
      case .failure(let error):
        failures += left.map { ($0, error) }
        continue
      }
      while !left.isEmpty {
        let counter = CountingSink(sink)
        do {
          try make(Set(left), maker, into: counter, threads: threads, meter: meter, isCancelled: isCancelled)
          left = []
        } catch PipelineError.cancelled {
          throw .cancelled
        } catch {
          // Segments come in order, so that the first not ended is the one at fault.
          sink.abandon()
          left = left.dropFirst(counter.ended)
          failures.append((left.removeFirst(), error))
        }
      }
    }
    return failures
  }

  private func make(
    _ segments: Set<Int>, _ maker: Maker, into sink: any SegmentSink, threads: Int, meter: Meter,
    isCancelled: @escaping () -> Bool
  ) throws(PipelineError) {
    switch maker {
    case .encoder(let encoder, let rule):
      let others = Set(plan.segments.indices.filter { !segments.contains($0) })
      let work = SegmentsWork(encoder, plan, rule, skipping: others, isCancelled: isCancelled)
      try work.run(into: sink, threads: threads, meter: meter)
    case .builder(let built):
      for segment in segments.sorted() {
        // A builder reads one file, and all of it.
        let number = plan.segments[segment].ranges[0].source
        try built.encode(
          segment, of: sources[number], number: number, plan.tokenizer, into: sink, meter: meter,
          isCancelled: isCancelled)
      }
    }
  }
}

/// Passes batches on and counts the segments that ended.
private final class CountingSink: SegmentSink {
  private let sink: any SegmentSink
  private(set) var ended = 0

  init(_ sink: any SegmentSink) { self.sink = sink }

  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts? {
    let parts = try sink.take(batch)
    if batch.endsSegment { ended += 1 }
    return parts
  }

  func packer() -> PartPacker { sink.packer() }

  func abandon() { sink.abandon() }
}
