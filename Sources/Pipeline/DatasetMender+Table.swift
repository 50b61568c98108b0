internal import Basics
internal import Store

extension DatasetMender {
  /// Makes a codec table again, as encoding made it: from a sample of the sources.
  ///
  /// It was made before the first segment, so that a dataset that has grown is sampled as far as it went then: after which run
  /// that was is found by trying.
  ///
  /// - Throws: ``PipelineError/lostCodecTable(path:reason:)``; then nothing was changed.
  func restore(
    _ lost: DatasetRepair.LostTable, _ repair: DatasetRepair, _ threads: Int,
    _ report: @escaping @Sendable (Stage) -> Void, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) {
    let recorded = try RecordedSources(repair.dataset, folders: sources)
    let findings = try recorded.check(
      threads: threads, report: { report(.hashing($0)) }, isCancelled: isCancelled)
    var reason =
      "of the sources as they are another table comes: it was perhaps given, merged or made by another version"
    for plan in Self.candidates(repair) {
      if let number = plan.sources.indices.first(where: { findings[$0] != nil }) {
        reason = findings[number]!.description
        continue
      }
      guard let placed = recorded.placed else { break }
      let tokenizer = try TokenizerFolder(repair.dataset.tokenizer, keptIn: folder)
      let corpus = Corpus(sources: Array(placed.prefix(plan.sources.count)))
      let options = StepOptions.withoutComparing(plan.configuration)
      let (encoder, rule) = try DatasetEncoder.recorded(options, corpus, tokenizer)
      // Where documents were left out for the sake of others, the table came from a sample.
      let table =
        options == plan.configuration
        ? try encoder.codecTable(
          for: { SegmentsWork(encoder, plan, rule, skipping: [], isCancelled: isCancelled) }, plan,
          threads: threads, meter: Meter(totalBytes: 0) { _ in }, isCancelled: isCancelled
        ).table
        : try encoder.codecTable(
          plan.tokenizer, plan.segments, threads: threads, isCancelled: isCancelled)
      guard let table else { continue }
      if try storing({ () throws(StoreError) in try repair.restore(table, as: lost) }) { return }
    }
    throw .lostCodecTable(path: lost.path, reason: reason)
  }

  /// What the dataset may have been planned as when its table was made: all of it first, then from the earliest run on.
  private static func candidates(_ repair: DatasetRepair) -> [DatasetPlan] {
    let all = repair.plan
    var plans = [all]
    for count in Set(repair.segmentsAfterRuns).sorted().prefix(16) where 0..<all.segments.count ~= count {
      let ranges = all.segments[..<count].flatMap(\.ranges)
      let sources = (ranges.map(\.source).max() ?? -1) + 1
      // A source that goes on behind the segment was there as a whole.
      guard sources > 0,
        !all.segments[count...].contains(where: { $0.ranges.contains { $0.source < sources } })
      else { continue }
      var plan = all
      plan.sources = Array(all.sources.prefix(sources))
      plan.segments = Array(all.segments.prefix(count))
      plans.append(plan)
    }
    return plans
  }
}
