internal import Basics
internal import Store
internal import Tokenizer

/// Counts the pretokens of a corpus, on several threads.
struct CorpusCounter: ~Copyable {
  var pretokens = PretokenCounts()
  var documents = 0
  var bytes = 0

  private init() {}

  init(
    _ sources: [Source], _ options: TextOptions, threads: Int, report: (Int) -> Void, isCancelled: () -> Bool
  ) throws(PipelineError) {
    let rule = SplitRule.hash(0)
    let reader = BatchReader(sources, sources.indices.map { SourceRange(source: $0) }, rule: rule)
    var total = CorpusCounter()
    var read = 0
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Batch? in
        if isCancelled() { throw .cancelled }
        return try reader.next()
      },
      state: { Worker(texts: BatchTexts(sources, options, rule: rule)) },
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
    var counter = CorpusCounter()

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
