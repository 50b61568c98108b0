internal import Basics
internal import Store
internal import Tokenizer

/// Counts the pretokens of a corpus, on several threads.
struct CorpusCounter: ~Copyable {
  private(set) var pretokens: CountedPretokens
  private(set) var documents = 0
  private(set) var bytes = 0

  /// - Parameter memory: what bounds the memory of counting; nil where nothing does
  init(
    _ sources: [Source], _ options: TextOptions, _ pattern: Pretokenizer.Pattern, threads: Int,
    memory: CountingMemory? = nil,
    report: (Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) {
    var sources = sources
    Source.read(&sources, as: options, isCancelled: isCancelled)
    try Parquet.checkProgram(for: sources)
    let rule = SplitRule.hash(0)
    let rules = ReadingRules(split: rule, options: options, special: [], pattern: pattern)
    let reader = BatchReader(
      sources, sources.indices.map { SourceRange(source: $0) }, rules, TailCuts())
    let spill = memory.map { CountsSpill(folder: $0.folder, limit: $0.limit) }
    let share = memory.map { max(1, $0.limit / threads) } ?? .max
    var workers: [Worker] = []
    var read = 0
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Batch? in
        if isCancelled() { throw .cancelled }
        return try reader.next()
      },
      state: { Worker(BatchTexts(sources, options, rule: rule), pattern, spill, share) },
      work: { (worker: inout Worker, batch: Batch) throws(PipelineError) in
        try worker.count(batch)
        return batch.progress
      },
      emit: { progress throws(PipelineError) in
        read += progress
        report(read)
      },
      finish: { worker in workers.append(worker) })
    for source in sources { try source.checkUnchanged() }
    documents = workers.reduce(0) { $0 + $1.documents }
    bytes = workers.reduce(0) { $0 + $1.bytes }
    pretokens = try Self.collect(workers, pattern, spill, memory)
  }

  /// Puts together what the workers counted: in memory where that is within bounds, else on the disk.
  private static func collect(
    _ workers: [Worker], _ pattern: Pretokenizer.Pattern, _ spill: CountsSpill?, _ memory: CountingMemory?
  ) throws(PipelineError) -> CountedPretokens {
    if let spill, let memory {
      let inMemory = workers.reduce(0) { $0 + $1.pretokens.byteCount }
      // Tables that are merged become one of at most twice their size, beside them.
      if spill.runCount > 0 || workers.count > 1 && 3 * inMemory > memory.limit {
        for worker in workers { try spill.write(&worker.pretokens) }
        return CountedPretokens(spilled: spill)
      }
    }
    var total = PretokenCounts(pattern: pattern)
    for worker in workers.sorted(by: { $0.pretokens.distinctCount > $1.pretokens.distinctCount }) {
      if total.distinctCount == 0 {
        swap(&total, &worker.pretokens)
      } else {
        total.merge(worker.pretokens)
        worker.pretokens = PretokenCounts(pattern: pattern)
      }
    }
    return CountedPretokens(total)
  }

  consuming func takePretokens() -> CountedPretokens { pretokens }

  /// One thread's counts.
  private final class Worker {
    private let texts: BatchTexts
    private let spill: CountsSpill?
    private let share: Int
    var pretokens: PretokenCounts
    private(set) var documents = 0
    private(set) var bytes = 0

    init(_ texts: BatchTexts, _ pattern: Pretokenizer.Pattern, _ spill: CountsSpill?, _ share: Int) {
      self.texts = texts
      pretokens = PretokenCounts(pattern: pattern)
      self.spill = spill
      self.share = share
    }

    func count(_ batch: Batch) throws(PipelineError) {
      _ = try texts.forEach(in: batch) { text, place throws(PipelineError) in
        var start = 0
        while start < text.count {
          start = pretokens.count(text, from: start, upTo: share)
          if start < text.count { try spill?.write(&pretokens) }
        }
        bytes += text.count
        if !place.isContinued { documents += 1 }
      }
    }
  }
}

/// What bounds the memory of counting.
struct CountingMemory {
  /// In bytes.
  let limit: Int
  /// Where counts are written that it has no room for.
  let folder: String
}

/// All pretokens of a corpus and how often each occurs, in memory or on the disk.
struct CountedPretokens: ~Copyable {
  private let counts: PretokenCounts
  private let spill: CountsSpill?

  init(_ counts: consuming PretokenCounts) {
    self.counts = counts
    spill = nil
  }

  init(spilled: CountsSpill) {
    counts = PretokenCounts()
    spill = spilled
  }

  /// Calls `body` with each pretoken and its count, in no order.
  func forEach(
    isCancelled: () -> Bool = { false }, _ body: (Span<UInt8>, Int64) -> Void
  ) throws(PipelineError) {
    if let spill { try spill.forEach(isCancelled: isCancelled, body) } else { counts.forEach(body) }
  }
}
