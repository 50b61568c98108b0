internal import Basics
internal import Store

extension DatasetEncoder {
  /// The documents that are duplicates of others, found in a pass over the whole corpus; nil where nobody asked for them.
  func duplicates(
    _ plan: DatasetPlan, _ rule: SplitRule, _ evaluation: EvaluationTexts?, _ folder: String, _ threads: Int,
    _ meter: Meter, _ isCancelled: @escaping () -> Bool
  ) throws(PipelineError) -> Duplicates? {
    guard text.steps.comparesDocuments else { return nil }
    meter.update { $0.isComparing = true }
    let search = DuplicateSearch(text.steps, folder: folder, memory: sortingMemory)
    let sources = corpus.sources
    let reader = BatchReader(
      sources, plan.segments.flatMap(\.ranges), readingRules(rule), TailCuts(isCancelled: isCancelled))
    let hash = TextHash()
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) -> Batch? in
        if isCancelled() { throw .cancelled }
        return try reader.next()
      },
      state: { Fingerprinter(BatchTexts(sources, text, rule: rule), text.steps, evaluation, hash) },
      work: { fingerprinter, batch throws(PipelineError) in
        (try fingerprinter.fingerprints(batch), batch.progress)
      },
      emit: { (prints, progress) throws(PipelineError) in
        try search.add(prints)
        meter.update { $0.bytes += progress }
      })
    for source in sources { try source.checkUnchanged() }
    let duplicates = try search.finish(isCancelled: isCancelled)
    meter.update {
      $0.isComparing = false
      $0.bytes = 0
    }
    return duplicates
  }
}

extension Duplicates {
  /// Those that begin in `batch`, in order.
  func among(_ batch: Batch) throws(PipelineError) -> [Duplicate] {
    var found: [Duplicate] = []
    for item in batch.items {
      let start = DocumentPlace(source: item.source, offset: item.offset)
      let end = DocumentPlace(source: item.source, offset: item.offset + item.range.count)
      try find(from: start, to: end, into: &found)
    }
    return found.sorted { ($0.place, $0.kind.rawValue) < ($1.place, $1.kind.rawValue) }
  }
}
