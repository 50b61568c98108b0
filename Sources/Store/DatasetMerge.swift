public import Basics

/// Joins datasets of one tokenizer into one, without encoding anything again.
///
///     let merge = try DatasetMerge(["books", "web"])
///     let summary = try merge.write(to: "all")   // the segments of books, then those of web
///
/// Segments keep their order and their token frames as they are stored; what counts segments and sources is written anew. The
/// root hash is a function of the parts alone, and does not depend on how they are grouped: merging A with B, and that with
/// C, gives what merging A, B and C gives. Killed at any instant, a rerun goes on behind the last whole segment.
public struct DatasetMerge: Sendable {
  /// The datasets, in order.
  public let parts: [Dataset]
  /// What the joined dataset is planned as: its sources and segments are those of the parts, one after another.
  public let plan: DatasetPlan

  /// - Throws: ``StoreError/otherTokenizer(folder:tokenizer:others:othersTokenizer:)``, and what ``Dataset/open(_:)`` throws.
  /// - Precondition: there is a folder.
  public init(_ folders: [String]) throws(StoreError) {
    precondition(!folders.isEmpty, "nothing can be made of no dataset")
    var parts: [Dataset] = []
    var configurations: [(segments: Int, configuration: JSON)] = []
    var sources: [SourceRecord] = []
    var segments: [SegmentPlan] = []
    for folder in folders {
      let (dataset, plan) = try Dataset.open(folder, Manifest.open(folder))
      try dataset.requireTokenizer(of: parts.first ?? dataset)
      parts.append(dataset)
      for part in plan.configurations { configurations.append((part.segments.count, part.configuration)) }
      for segment in plan.segments {
        segments.append(
          SegmentPlan(
            ranges: segment.ranges.map { SourceRange(source: sources.count + $0.source, bytes: $0.bytes) }))
      }
      sources += plan.sources
    }
    self.parts = parts
    plan = DatasetPlan(
      tokenizer: parts[0].tokenizer, configuration: DatasetPlan.joined(configurations), sources: sources,
      segments: segments)
  }

  /// Bytes of all shards.
  public var storedBytes: Int { parts.reduce(0) { $0 + $1.shards().reduce(0) { $0 + $1.storedBytes } } }

  /// Makes the joined dataset in `folder`, or what is missing of it.
  ///
  /// Every frame and document is read and checked on the way.
  ///
  /// - Parameter report: called with the bytes of shards that are done.
  /// - Returns: what the dataset holds; nil where somebody asked to stop.
  public func write(
    to folder: String, report: (Int) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(StoreError) -> DatasetSummary? {
    let writer = try DatasetWriter(folder: folder, plan: plan)
    let done = writer.committedSegments
    var number = 0
    var firstSource = 0
    var bytes = 0
    for part in parts {
      let manifest = try Manifest.open(part.folder)
      if !writer.isComplete { try writer.adopt(part.codecTables) }
      for segment in part.segments {
        if !done.contains(number) {
          if isCancelled() { return nil }
          var transfer = SegmentTransfer(part, to: folder, number: number, firstSource: firstSource)
          let (record, rows) = try transfer.run(segment, manifest)
          try writer.record(record, rows)
        }
        bytes += segment.shards.reduce(0) { $0 + $1.storedBytes }
        report(bytes)
        number += 1
      }
      firstSource += part.sources.count
    }
    return try writer.finish()
  }
}

extension DatasetPlan {
  /// The options of each run of segments: one for all, but in a dataset that was merged of several.
  public var configurations: [(segments: Range<Int>, configuration: JSON)] {
    guard let merged = configuration["merged"]?.elements else { return [(segments.indices, configuration)] }
    var parts: [(segments: Range<Int>, configuration: JSON)] = []
    var end = 0
    for part in merged {
      guard let count = part["segments"]?.integer, let options = part["configuration"],
        0...segments.count - end ~= count
      else { return [(segments.indices, configuration)] }
      parts.append((end..<end + count, options))
      end += count
    }
    return end == segments.count ? parts : [(segments.indices, configuration)]
  }

  /// What the options of datasets become that follow each other in one: as they are where all are the same.
  static func joined(_ parts: [(segments: Int, configuration: JSON)]) -> JSON {
    var joined: [(segments: Int, configuration: JSON)] = []
    for part in parts where part.segments > 0 || parts.count == 1 {
      if joined.last?.configuration == part.configuration {
        joined[joined.count - 1].segments += part.segments
      } else {
        joined.append(part)
      }
    }
    if joined.count < 2 { return joined.first?.configuration ?? parts[0].configuration }
    return [
      "merged": .array(
        joined.map { ["segments": .integer($0.segments), "configuration": $0.configuration] })
    ]
  }
}
