internal import Basics
internal import Store
internal import Tokenizer

/// The segments of a small corpus, encoded before it is known how their shards write ids.
///
/// The best codec table is the one made from all tokens. To encode them once for the table and once more for the shards would take
/// most of the time of a corpus of some megabytes.
struct EncodedSegments {
  private(set) var batches: [EncodedBatch] = []
  private let mostBytes: Int
  private var bytes = 0

  /// - Parameter mostBytes: the most memory that tokens and what is known of their documents may take.
  init(mostBytes: Int) { self.mostBytes = mostBytes }

  var isTooLarge: Bool { bytes > mostBytes }

  mutating func append(_ batch: EncodedBatch) {
    bytes += batch.tokens.count * MemoryLayout<TokenID>.stride
    bytes += batch.texts.count * MemoryLayout<EncodedBatch.Text>.stride
    bytes += batch.rejects.reduce(0) { $0 + MemoryLayout<Batch.Reject>.stride + $1.reason.utf8.count }
    batches.append(batch)
  }

  /// The table that makes a dataset of them smallest; nil where plain ids do.
  func codecTable(vocabularySize: Int, threads: Int) -> CodecTable? {
    CodecTable.make(
      from: batches.map(\.tokens), vocabularySize: vocabularySize, growth: 1, threads: threads)
  }
}

extension SegmentsWork {
  /// Encodes all segments, for ``write(_:into:threads:)``.
  ///
  /// - Parameter mostBytes: how much memory what comes of it may take.
  /// - Returns: nil where it would take more, and where text is at fault: what comes before it is to be written first, and
  ///   then ``run(into:threads:meter:)`` says what is wrong.
  func encodeAll(mostBytes: Int, threads: Int, meter: Meter) throws(PipelineError) -> EncodedSegments? {
    var encoded = EncodedSegments(mostBytes: mostBytes)
    var long = LongDocument()
    do {
      try OrderedWork.run(
        threads: threads, size: { $0.bytes.count },
        next: { () throws(PipelineError) in try nextUnlessCancelled() },
        state: { encoder() },
        work: { encoder, batch throws(PipelineError) in try encoder.encode(batch) },
        emit: { batch throws(PipelineError) in
          var batch = batch
          try complete(&batch, &long)
          meter.update { BatchProgress(batch).add(to: &$0) }
          encoded.append(batch)
          if encoded.isTooLarge { throw .cancelled }
        })
    } catch {
      switch error {
      case .cancelled where encoded.isTooLarge: return nil
      case .cancelled, .file, .changed: throw error
      default: return nil
      }
    }
    return encoded
  }

  /// Writes what ``encodeAll(mostBytes:threads:meter:)`` made, and gives its memory back as it goes.
  func write(
    _ encoded: EncodedSegments, into sink: any SegmentSink, threads: Int
  ) throws(PipelineError) {
    var batches = encoded.batches
    var place = 0
    try OrderedWork.run(
      threads: threads,
      next: { () throws(PipelineError) -> EncodedBatch? in
        if isCancelled() { throw .cancelled }
        guard place < batches.count else { return nil }
        var batch = EncodedBatch()
        swap(&batch, &batches[place])
        place += 1
        return batch
      },
      state: { sink.packer() },
      work: { _, batch in batch },
      join: { batch throws(PipelineError) in try sink.take(batch) },
      pack: { packer, parts in
        var parts = parts
        parts?.pack(&packer)
        return parts
      },
      emit: { parts throws(PipelineError) in
        if let parts { try storing { () throws(StoreError) in try parts.write() } }
      })
  }
}

extension DatasetEncoder {
  /// The codec table that shards are to be written with, nil for plain ids; and where all of the corpus was encoded to find it, what came of that.
  ///
  /// - Parameter work: on all segments of the plan, anew at each call.
  func codecTable(
    for work: () -> SegmentsWork, _ plan: DatasetPlan, threads: Int, meter: Meter,
    isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> (table: CodecTable?, encoded: EncodedSegments?) {
    // What the evaluation was is not recorded, so that the table could not be made again from what it leaves.
    let isAlone = !text.steps.comparesDocuments && text.steps.decontaminate == nil
    if codec == .auto, CodecSample.takesAll(self), isAlone {
      let before = meter.progress
      // 96 MiB; most texts of twice the sample's size make less.
      let mostBytes = 3 * sampleBytes
      if let encoded = try work().encodeAll(mostBytes: mostBytes, threads: threads, meter: meter) {
        let size = plan.tokenizer.vocabularySize
        return (encoded.codecTable(vocabularySize: size, threads: threads), encoded)
      }
      meter.update { $0 = before }
    }
    return (
      try codecTable(plan.tokenizer, plan.segments, threads: threads, isCancelled: isCancelled), nil
    )
  }
}
