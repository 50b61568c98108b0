internal import Basics
internal import Store
internal import Tokenizer

/// Counts the pretokens of a corpus, on several threads.
struct CorpusCounter: ~Copyable {
  var pretokens: PretokenCounts
  var documents = 0
  var bytes = 0

  private init(_ pattern: Pretokenizer.Pattern) { pretokens = PretokenCounts(pattern: pattern) }

  init(
    _ sources: [Source], _ options: TextOptions, _ pattern: Pretokenizer.Pattern, threads: Int,
    report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) {
    self.init(pattern)
    let rule = SplitRule.hash(0)
    let reader = BatchReader(
      sources, sources.indices.map { SourceRange(source: $0) }, rule: rule, pattern: pattern)
    var total = CorpusCounter(pattern)
    var read = 0
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Batch? in
        if isCancelled() { throw .cancelled }
        return try reader.next()
      },
      state: { Worker(BatchTexts(sources, options, rule: rule), pattern) },
      work: { worker, batch throws(PipelineError) in
        try worker.count(batch)
        return batch.progress
      },
      emit: { progress throws(PipelineError) in
        read += progress
        report(read)
      },
      finish: { worker in total.add(worker.counter) })
    for source in sources { try source.checkUnchanged() }
    self = total
  }

  private struct Worker: ~Copyable {
    let texts: BatchTexts
    var counter: CorpusCounter

    init(_ texts: BatchTexts, _ pattern: Pretokenizer.Pattern) {
      self.texts = texts
      counter = CorpusCounter(pattern)
    }

    mutating func count(_ batch: Batch) throws(PipelineError) {
      try texts.forEach(in: batch) { text, place throws(PipelineError) in
        counter.pretokens.count(text)
        counter.bytes += text.count
        if !place.isContinued { counter.documents += 1 }
      }
    }
  }

  private mutating func add(_ other: borrowing CorpusCounter) {
    pretokens.merge(other.pretokens)
    documents += other.documents
    bytes += other.bytes
  }
}
