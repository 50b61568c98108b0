internal import Basics
internal import Glibc

/// Seconds since 1970.
func currentTime() -> Int { time(nil) }

/// A run of the program that makes the dataset.
struct Run: Equatable, Sendable {
  var number: Int
  var started: Int
  /// Nil while it runs, and for good where it did not come to the end of all segments.
  var ended: Int?
  /// How many of the dataset's segments it committed.
  var segments = 0

  private var values: [SQLiteValue] {
    [.integer(number), .integer(started), .optional(ended), .integer(segments)]
  }

  var digest: Digest {
    var digest = RowDigest()
    digest.add(values)
    return digest.finish()
  }

  var row: [SQLiteValue] { values + [.digest(digest)] }
}

extension Manifest {
  /// The runs so far, each checked against its digest.
  func runs() throws(StoreError) -> [Run] {
    var runs: [Run] = []
    var segments = 0
    try forEach("SELECT number, started, ended, segments, digest FROM run ORDER BY number") {
      row throws(StoreError) in
      let run = Run(
        number: row.integer(0), started: row.integer(1), ended: row.isNull(2) ? nil : row.integer(2),
        segments: row.integer(3))
      guard run.number == runs.count, try digest(row, 4) == run.digest else {
        throw damage("row \(runs.count) of the table run does not match its digest")
      }
      segments += try count(row, 3)
      // As many fit into the numbers of their rows.
      guard segments < 1 << 32 else { throw damage("its runs count more segments than there can be") }
      runs.append(run)
    }
    return runs
  }

  /// How many segments there were at the end of each run, of those that the dataset still has.
  func segmentsAfterRuns() throws(StoreError) -> [Int] {
    var counts: [Int] = []
    for run in try runs() { counts.append((counts.last ?? 0) + run.segments) }
    return counts
  }

  /// How many segments, from the first on, are finished for good: those that there were when the dataset was last complete.
  func finishedSegments(_ contents: Contents) throws(StoreError) -> Int {
    if contents.state == .complete { return contents.segments.count }
    let runs = try runs()
    guard let last = runs.lastIndex(where: { $0.ended != nil }) else { return 0 }
    let committed = contents.segments.prefix { $0 != nil }.count
    return min(committed, runs[...last].reduce(0) { $0 + $1.segments })
  }
}

extension [Run] {
  /// The runs whose counts change where only `kept` of the segments that they committed stay: the latest lose theirs first.
  func keeping(_ kept: Int) -> [Run] {
    var changed: [Run] = []
    var rest = kept
    for var run in self {
      let segments = Swift.min(run.segments, rest)
      rest -= segments
      guard segments != run.segments else { continue }
      run.segments = segments
      changed.append(run)
    }
    return changed
  }
}
