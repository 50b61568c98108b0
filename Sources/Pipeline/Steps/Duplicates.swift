internal import Store

/// How a document can be like an earlier one.
enum DuplicateKind: Int, CaseIterable, Sendable {
  case exact, near

  var name: String {
    switch self {
    case .exact: "drop-duplicates"
    case .near: "drop-near-duplicates"
    }
  }

  func isAsked(_ options: StepOptions) -> Bool {
    switch self {
    case .exact: options.dropDuplicates
    case .near: options.dropNearDuplicates
    }
  }
}

/// Where a document begins: the number of its source, and the byte in that.
struct DocumentPlace: Comparable, Sendable {
  let source: Int
  let offset: Int

  static func < (a: Self, b: Self) -> Bool { (a.source, a.offset) < (b.source, b.offset) }
}

/// A document that is left out because of an earlier one.
struct Duplicate: Sendable, Equatable {
  let place: DocumentPlace
  let kind: DuplicateKind
  /// The earlier one.
  let first: DocumentPlace

  init(_ place: DocumentPlace, _ kind: DuplicateKind, of first: DocumentPlace) {
    (self.place, self.kind, self.first) = (place, kind, first)
  }

  /// Sorts by place.
  var record: SIMD4<UInt64> {
    SIMD4(
      UInt64(place.source), UInt64(place.offset), UInt64(first.source) << 1 | UInt64(kind.rawValue),
      UInt64(first.offset))
  }

  init(_ record: SIMD4<UInt64>) {
    place = DocumentPlace(source: Int(record[0]), offset: Int(record[1]))
    kind = record[2] & 1 == 0 ? .exact : .near
    first = DocumentPlace(source: Int(record[2] >> 1), offset: Int(record[3]))
  }

  func reason(_ sources: [Source]) -> String {
    let other = "the document at byte \(first.offset) of '\(sources[first.source].name)'"
    return "\(kind.name): \(kind == .exact ? "equals" : "is nearly") \(other)"
  }
}

/// The documents of a corpus that are duplicates, by their places. They lie on the disk, but for a few.
final class Duplicates {
  private static let blockLength = 512

  private let file: RecordFile<SIMD4<UInt64>>
  /// The first place of each block on the disk.
  private var starts: [DocumentPlace] = []
  /// Behind all blocks on the disk.
  private var last: [Duplicate] = []
  private var cached: (block: Int, records: [Duplicate])?

  init(folder: String) { file = RecordFile(folder: folder, name: "encode.duplicates") }

  /// - Precondition: it comes behind those that are there.
  func append(_ duplicate: Duplicate) throws(PipelineError) {
    if last.count == Self.blockLength {
      starts.append(last[0].place)
      try file.append(last.map(\.record)[...])
      last.removeAll(keepingCapacity: true)
    }
    last.append(duplicate)
  }

  /// Those from `start` to before `end`, added to `found`.
  func find(
    from start: DocumentPlace, to end: DocumentPlace, into found: inout [Duplicate]
  ) throws(PipelineError) {
    // The block before the first one that begins at `start` or behind it may reach there.
    var block = max(0, starts.prefixCount { $0 < start } - 1)
    while block < starts.count, starts[block] < end {
      found += try records(block).filter { start <= $0.place && $0.place < end }
      block += 1
    }
    found += last.filter { start <= $0.place && $0.place < end }
  }

  private func records(_ block: Int) throws(PipelineError) -> [Duplicate] {
    if let cached, cached.block == block { return cached.records }
    let records = try file.read(block).map { Duplicate($0) }
    cached = (block, records)
    return records
  }
}

extension Array {
  /// How many elements come first for which `isBefore` is true.
  ///
  /// - Precondition: they do all come first
  func prefixCount(_ isBefore: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
