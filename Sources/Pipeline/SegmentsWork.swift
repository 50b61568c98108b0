internal import Basics
internal import Store
internal import Tokenizer

/// Where encoded segments go.
protocol SegmentSink: AnyObject {
  /// Takes what follows of a segment; its last batch says that it is the last.
  func write(_ batch: EncodedBatch) throws(PipelineError)

  /// The segment under way will not be ended.
  func abandon()
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
  private let isCancelled: () -> Bool
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

  func run(_ writer: DatasetWriter, threads: Int, meter: Meter) throws(PipelineError) {
    try run(into: SegmentsOutput(writer), threads: threads, meter: meter)
  }

  func run(into sink: any SegmentSink, threads: Int, meter: Meter) throws(PipelineError) {
    var long = LongDocument()
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) in
        if isCancelled() { throw .cancelled }
        return try next()
      },
      state: {
        BatchEncoder(
          sources, options.tokenizer.tokenizer, endOfText: plan.tokenizer.endOfText, options.text, rule: rule,
          evaluation)
      },
      work: { encoder, batch throws(PipelineError) in try encoder.encode(batch) },
      emit: { batch throws(PipelineError) in
        if batch.endsSegment {
          for range in plan.segments[batch.segment].ranges { try sources[range.source].checkUnchanged() }
        }
        var batch = batch
        long.complete(&batch)
        try sink.write(batch)
        meter.update { progress in
          progress.bytes += batch.progress
          progress.documents += batch.texts.count { $0.entry != nil }
          progress.tokens += batch.tokens.count
          progress.textBytes += batch.textBytes
          StepCount.add(batch.stepCounts, to: &progress.steps)
        }
      })
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

/// Writes encoded batches into the segments that they belong to.
private final class SegmentsOutput: SegmentSink {
  private let writer: DatasetWriter
  private var segment: SegmentWriter?

  init(_ writer: DatasetWriter) { self.writer = writer }

  func write(_ batch: EncodedBatch) throws(PipelineError) {
    do throws(StoreError) {
      if segment == nil { segment = try writer.beginSegment(batch.segment) }
      var start = 0
      for text in batch.texts {
        let tokens = batch.tokens.span.extracting(start..<start + text.tokenCount)
        if let entry = text.entry {
          try segment?.append(tokens, document: entry, split: text.split)
        } else {
          try segment?.append(part: tokens, split: text.split)
        }
        start += text.tokenCount
      }
      for reject in batch.rejects {
        segment?.reject(source: reject.source, byteOffset: reject.offset, reason: reject.reason)
      }
      if batch.endsSegment { try segment.take()?.commit() }
    } catch {
      throw .store(error)
    }
  }

  func abandon() { segment = nil }
}
