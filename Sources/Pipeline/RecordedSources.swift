internal import Basics
public import Store

/// The files that a dataset was made from, looked for again.
///
///     var sources = try RecordedSources(dataset, folders: ["/data/corpora"])
///     let findings = try sources.check(threads: 2)   // those that are missing or changed
///
/// A source is looked for at its recorded path in each of the folders, and without the path's first folder, in case a folder
/// is the corpus itself; without folders, at its path from here and in the ``Cache``. Of several files the first of the
/// recorded size is taken, else the first.
public struct RecordedSources: Sendable {
  private let records: [SourceRecord]
  private var found: [Source?] = []

  /// A source that is not what the dataset was made from.
  public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// What the dataset calls it.
    public let name: String
    /// Where it is; nil where it is missing.
    public let path: String?
    /// What is wrong, in words.
    public let reason: String

    /// Which source, what is wrong, and what to do about it.
    public var description: String {
      path.map { "source '\(name)' ('\($0)'): \(reason)" } ?? "source '\(name)': \(reason)"
    }
  }

  /// Looks for all of the dataset's sources. Nothing is read yet.
  public init(_ dataset: Dataset, folders: [String]) throws(PipelineError) {
    records = dataset.sources
    found.reserveCapacity(records.count)
    for record in records { found.append(try Self.find(record, folders)) }
  }

  private static func find(_ record: SourceRecord, _ folders: [String]) throws(PipelineError) -> Source? {
    let parts = record.path.split(separator: "/", omittingEmptySubsequences: false)
    // A path out of the folders was never written by us.
    guard !parts.contains(".."), !parts.contains("") else { return nil }
    let rest = parts.dropFirst().joined(separator: "/")
    var places = folders.map { Path.join($0, record.path) }
    if folders.isEmpty {
      places.append(record.path)
      if parts.count == 1 {
        // Builders call a file by its name alone.
        let entries = Catalog.entries.filter { $0.files.contains { $0.name == record.path } }
        places += entries.map { Path.join(Cache.folder($0.name), record.path) }
      }
      if !rest.isEmpty, Cache.isName(String(parts[0])) {
        places.append(Path.join(Cache.folder(String(parts[0])), rest))
      }
    } else if !rest.isEmpty {
      places += folders.map { Path.join($0, rest) }
    }
    var first: Source?
    for place in places where Folder.kind(place) == .file {
      guard let source = try Corpus([place]).sources.first else { continue }
      if source.byteCount == record.byteCount { return source }
      first = first ?? source
    }
    return first
  }

  /// The source of that number, or nil where it is missing.
  func source(_ number: Int) -> Source? { found[number] }

  /// All sources by number, any other in place of one that is missing; nil where all are.
  var placed: [Source]? {
    guard let any = found.lazy.compactMap(\.self).first else { return records.isEmpty ? [] : nil }
    return found.map { $0 ?? any }
  }

  /// Reads the sources of those numbers (or all) to their ends, and names those that are missing or changed, by number.
  ///
  /// - Parameter report: called with the bytes read so far.
  public func check(
    _ numbers: Set<Int>? = nil, threads: Int, report: @escaping @Sendable (Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) -> [Int: Finding] {
    var findings: [Int: Finding] = [:]
    var same: [Int] = []
    for number in records.indices where numbers?.contains(number) ?? true {
      let record = records[number]
      guard let source = found[number] else {
        let reason =
          StandardInput.isName(record.path)
          ? "it was standard input; write the same bytes to a file of this name and name its folder with --sources"
          : "missing; name the folder that it is in with --sources"
        findings[number] = Finding(name: record.path, path: nil, reason: reason)
        continue
      }
      if source.byteCount == record.byteCount {
        same.append(number)
      } else {
        findings[number] = Finding(record, byteCount: source.byteCount, digest: nil, at: source.path)
      }
    }
    let meter = Meter(totalBytes: 0) { report($0.bytes) }
    let now = try SourceDigests.records(
      of: same.map { found[$0]! }, threads: threads, meter: meter, isCancelled: isCancelled)
    for (number, now) in zip(same, now) where now.digest != records[number].digest {
      findings[number] = Finding(
        records[number], byteCount: now.byteCount, digest: now.digest, at: found[number]!.path)
    }
    return findings
  }
}

extension RecordedSources.Finding {
  /// What says that the file at `path` is not the one of `record`: its size or else its SHA-256.
  init(_ record: SourceRecord, byteCount: Int, digest: Digest?, at path: String) {
    name = record.path
    self.path = path
    reason =
      if byteCount == record.byteCount, let digest {
        "changed: its SHA-256 is \(digest), and was \(record.digest)"
      } else {
        "changed: it has \(byteCount) bytes, and had \(record.byteCount)"
      }
  }
}
