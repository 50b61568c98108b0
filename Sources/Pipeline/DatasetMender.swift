internal import Basics
public import Store

/// Makes the damaged and missing shards of a dataset again, from the sources that it was made from.
///
///     let mended = try DatasetMender("shards").run(threads: 2)
///     mended.repaired   // ["shards/train-00007.shard"]
///
/// A shard gets its name only where its content digest is the recorded one: else the old file stays as it was, and the
/// reason is in the report. The dataset's root hash is the same before and after.
public struct DatasetMender: Sendable {
  /// The dataset's folder.
  public let folder: String
  /// Where the sources are; none for their recorded paths.
  public let sources: [String]

  /// Mending of the dataset in `folder`.
  public init(_ folder: String, sources: [String] = []) {
    self.folder = folder
    self.sources = sources
  }

  /// What work is under way, and the bytes of it that are done.
  public enum Stage: Sendable, Equatable {
    /// Shards are read.
    case verifying(Int, of: Int)
    /// The sources of damaged shards are read.
    case hashing(Int)
    /// They are encoded.
    case encoding(Int)
  }

  /// What was found and done.
  public struct Report: Sendable {
    /// Codec tables that were damaged or missing.
    public internal(set) var lostTables: [DatasetRepair.LostTable] = []
    /// Shards that were damaged, each with its first fault.
    public internal(set) var damaged: [DatasetRepair.Damage] = []
    /// Paths of codec tables and shards that were made again.
    public internal(set) var repaired: [String] = []
    /// Paths of whole shards whose stored bytes the manifest did not know.
    public internal(set) var adopted: [String] = []
    /// Shards that could not be made again, and why.
    public internal(set) var failures: [Failure] = []
    /// Sources that could not be used.
    public internal(set) var findings: [RecordedSources.Finding] = []
  }

  /// A segment whose damaged shards are as they were.
  public struct Failure: Sendable {
    /// The number of the segment.
    public let segment: Int
    /// The paths of its damaged shards.
    public let paths: [String]
    /// Why they could not be made again, in words.
    public let reason: String
  }

  /// Finds what is damaged and makes it again: codec tables first, as shards cannot be read without.
  ///
  /// - Parameter found: called with each fault, in words, before anything is done about it.
  /// - Throws: where nothing can be mended at all: ``PipelineError/store(_:)`` for a damaged manifest or a dataset in use;
  ///   ``PipelineError/notReencodable(folder:reason:)`` where the dataset's own tokenizer is not what it should be; ``PipelineError/cancelled``.
  public func run(
    threads: Int, found: (String) -> Void = { _ in },
    report: @escaping @Sendable (Stage) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> Report {
    let repair = try storing { () throws(StoreError) in try DatasetRepair(folder) }
    var result = Report()
    result.lostTables = repair.lostTables
    for table in repair.lostTables {
      found(table.fault.problem)
      try restore(table, repair, threads, report, isCancelled)
      result.repaired.append(table.path)
    }
    let survey = try storing { () throws(StoreError) in
      try repair.survey(report: { report(.verifying($0.bytes, of: $0.totalBytes)) }, isCancelled: isCancelled)
    }
    if survey.wasCancelled { throw .cancelled }
    result.damaged = survey.damaged
    result.adopted = survey.adopted
    for damage in survey.damaged { found(damage.fault.problem) }
    if !survey.damaged.isEmpty { try mend(repair, &result, threads, report, isCancelled) }
    return result
  }

  private func mend(
    _ repair: DatasetRepair, _ result: inout Report, _ threads: Int,
    _ report: @escaping @Sendable (Stage) -> Void, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(PipelineError) {
    let damaged = Dictionary(grouping: result.damaged, by: \.segment)
    let recorded = try RecordedSources(repair.dataset, folders: sources)
    func needed(_ segment: Int) -> Set<Int> { Set(repair.plan.segments[segment].ranges.map(\.source)) }
    let findings = try recorded.check(
      damaged.keys.reduce(into: []) { $0.formUnion(needed($1)) }, threads: threads,
      report: { report(.hashing($0)) }, isCancelled: isCancelled)
    result.findings = findings.sorted { $0.key < $1.key }.map(\.value)
    var segments: [Int] = []
    func fail(_ segment: Int, _ reason: String) {
      result.failures.append(
        Failure(segment: segment, paths: damaged[segment]!.map(\.path), reason: reason))
    }
    for segment in damaged.keys.sorted() {
      if let source = needed(segment).sorted().first(where: { findings[$0] != nil }) {
        fail(segment, findings[source]!.description)
      } else {
        segments.append(segment)
      }
    }
    guard !segments.isEmpty, let placed = recorded.placed else { return }
    let sink = RepairSink(repair, damaged.mapValues { Set($0.map(\.split)) })
    let meter = Meter(totalBytes: 0) { report(.encoding($0.bytes)) }
    let failures = try Reencoding(repair.dataset, repair.plan, sources: placed).run(
      segments, into: sink, threads: threads, meter: meter, isCancelled: isCancelled)
    for failure in failures { fail(failure.segment, "\(failure.error)") }
    result.failures.sort { $0.segment < $1.segment }
    result.repaired += sink.repaired
  }
}

/// Writes the damaged shards of segments.
private final class RepairSink: SegmentSink {
  private let repair: DatasetRepair
  private let splits: [Int: Set<Split>]
  private var segment: SegmentRepair?
  private(set) var repaired: [String] = []

  init(_ repair: DatasetRepair, _ splits: [Int: Set<Split>]) {
    self.repair = repair
    self.splits = splits
  }

  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts? {
    let segment = self.segment ?? repair.beginSegment(batch.segment, splits: splits[batch.segment] ?? [])
    self.segment = segment
    do throws(StoreError) {
      try batch.forEachText { text, tokens throws(StoreError) in
        if let entry = text.entry {
          try segment.append(tokens, document: entry, split: text.split)
        } else {
          try segment.append(part: tokens, split: text.split)
        }
      }
      if batch.endsSegment {
        repaired += try segment.commit()
        self.segment = nil
      }
    } catch {
      throw .store(error)
    }
    return nil
  }

  func abandon() { segment = nil }
}
