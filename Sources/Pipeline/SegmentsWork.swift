internal import Basics
internal import Store
internal import Tokenizer

/// Where encoded segments go.
protocol SegmentSink: AnyObject {
  /// Takes what follows of a segment, in order; its last batch says that it is the last. Returns what has yet to be compressed, by
  /// any thread, and then written, in order again.
  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts?

  /// What compresses it: each thread has one.
  func packer() -> PartPacker

  /// The segment under way will not be ended.
  func abandon()
}

extension SegmentSink {
  /// Of sinks that leave nothing to compress.
  func packer() -> PartPacker { PartPacker() }
}

/// Reads, encodes and commits the segments that are missing, one after another, while threads work ahead.
final class SegmentsWork {
  private let options: DatasetEncoder
  private let plan: DatasetPlan
  private let rule: SplitRule
  private let rules: ReadingRules
  private let cuts: TailCuts
  private let evaluation: EvaluationTexts?
  private let duplicates: Duplicates?
  let isCancelled: () -> Bool
  private var missing: ArraySlice<Int>
  private var reading: (segment: Int, reader: BatchReader)?

  init(
    _ options: DatasetEncoder, _ plan: DatasetPlan, _ rule: SplitRule, skipping done: Set<Int>,
    _ evaluation: EvaluationTexts? = nil, _ duplicates: Duplicates? = nil,
    isCancelled: @escaping () -> Bool
  ) {
    self.options = options
    self.isCancelled = isCancelled
    self.plan = plan
    self.rule = rule
    self.evaluation = evaluation
    self.duplicates = duplicates
    rules = options.readingRules(rule)
    cuts = TailCuts(isCancelled: isCancelled)
    missing = plan.segments.indices.filter { !done.contains($0) }[...]
  }

  private var sources: [Source] { options.corpus.sources }

  /// Encodes and commits what is missing; where all was encoded already, only the latter.
  func run(
    _ writer: DatasetWriter, _ encoded: EncodedSegments? = nil, threads: Int, meter: Meter
  ) throws(PipelineError) {
    let output = SegmentsOutput(writer)
    if let encoded {
      try write(encoded, into: output, threads: threads)
    } else {
      try run(into: output, threads: threads, meter: meter)
    }
  }

  func run(into sink: any SegmentSink, threads: Int, meter: Meter) throws(PipelineError) {
    var long = LongDocument()
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) in try nextUnlessCancelled() },
      state: { SegmentWorker(encoder(), sink.packer()) },
      work: { worker, batch throws(PipelineError) in try worker.encoder.encode(batch) },
      join: { batch throws(PipelineError) in
        var batch = batch
        try complete(&batch, &long)
        return (parts: try sink.take(batch), progress: BatchProgress(batch))
      },
      pack: { worker, joined in
        var joined = joined
        joined.parts?.pack(&worker.packer)
        return joined
      },
      emit: { joined throws(PipelineError) in
        if let parts = joined.parts { try storing { () throws(StoreError) in try parts.write() } }
        meter.update { joined.progress.add(to: &$0) }
      })
  }

  /// Does what is done once the batches are in order again.
  func complete(_ batch: inout EncodedBatch, _ long: inout LongDocument) throws(PipelineError) {
    if batch.endsSegment {
      for range in plan.segments[batch.segment].ranges { try sources[range.source].checkUnchanged() }
    }
    long.complete(&batch)
  }

  func encoder() -> BatchEncoder {
    BatchEncoder(
      sources, options.tokenizer.tokenizer, endOfText: plan.tokenizer.endOfText, options.text, rule: rule,
      evaluation)
  }

  func nextUnlessCancelled() throws(PipelineError) -> Batch? {
    if isCancelled() { throw .cancelled }
    return try next()
  }

  /// The next batch of a segment; after each segment's last one an empty batch that ends it.
  private func next() throws(PipelineError) -> Batch? {
    if reading == nil {
      guard let segment = missing.popFirst() else { return nil }
      reading = (segment, BatchReader(sources, plan.segments[segment].ranges, rules, cuts))
    }
    guard let (segment, reader) = reading else { return nil }
    let next = try reader.next()
    var batch = next ?? Batch()
    batch.segment = segment
    if let duplicates { batch.duplicates = try duplicates.among(batch) }
    if next == nil {
      batch.endsSegment = true
      reading = nil
    }
    return batch
  }
}

/// What a thread works with.
private struct SegmentWorker: ~Copyable {
  var encoder: BatchEncoder
  var packer: PartPacker

  init(_ encoder: consuming BatchEncoder, _ packer: consuming PartPacker) {
    self.encoder = encoder
    self.packer = packer
  }
}

/// What a batch adds to the progress.
struct BatchProgress {
  private let bytes: Int
  private let documents: Int
  private let tokens: Int
  private let textBytes: Int
  private let steps: [StepCount]
  private let marks: Int

  init(_ batch: EncodedBatch) {
    bytes = batch.progress
    documents = batch.texts.count { $0.entry != nil }
    tokens = batch.tokens.count
    textBytes = batch.textBytes
    steps = batch.stepCounts
    marks = batch.marks
  }

  func add(to progress: inout DatasetEncoder.Progress) {
    progress.bytes += bytes
    progress.documents += documents
    progress.tokens += tokens
    progress.textBytes += textBytes
    StepCount.add(steps, to: &progress.steps)
    progress.marks += marks
  }
}

/// Writes encoded batches into the segments that they belong to.
private final class SegmentsOutput: SegmentSink {
  private let writer: DatasetWriter
  private var segment: SegmentWriter?

  init(_ writer: DatasetWriter) { self.writer = writer }

  func packer() -> PartPacker { writer.packer() }

  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts? {
    do throws(StoreError) {
      if segment == nil { segment = writer.beginDeferredSegment(batch.segment) }
      try batch.forEachText { text, tokens throws(StoreError) in
        if let entry = text.entry {
          try segment?.append(tokens, document: entry, split: text.split)
        } else {
          try segment?.append(part: tokens, split: text.split)
        }
      }
      for reject in batch.rejects {
        segment?.reject(source: reject.source, byteOffset: reject.offset, reason: reject.reason)
      }
      return batch.endsSegment ? segment.take()?.takeLastParts() : segment?.takeParts()
    } catch {
      throw .store(error)
    }
  }

  func abandon() { segment = nil }
}
