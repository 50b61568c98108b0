import Basics
import Store

/// Made-up documents, and the dataset that they make.
struct Sample {
  var plan: DatasetPlan
  /// By segment, in the order of appending.
  var segments: [[Document]]

  struct Document: Equatable {
    var entry: DocumentEntry
    var tokens: [UInt32]
    var split: Split
  }

  /// - Parameter documents: how many each segment has; one source a segment.
  init(
    documents: [Int], longest: Int = 300, vocabularySize: Int = 1_000, seed: UInt64 = 1,
    isLabelled: Bool = false
  ) {
    var random = SplitMix64(seed: seed)
    let end = UInt32(vocabularySize - 1)
    var segments: [[Document]] = []
    var sources: [SourceRecord] = []
    for (source, count) in documents.enumerated() {
      var offset = 0
      var segment: [Document] = []
      for _ in 0..<count {
        let length = Int.random(in: 0...longest, using: &random)
        let tokens = (0..<length).map { _ in
          UInt32.random(in: 0..<min(end, 1 + UInt32(random.unit() * 90)), using: &random)
        }
        let split: Split = random.unit() < 0.2 ? .val : .train
        offset += Int.random(in: 0...3, using: &random)
        let entry = DocumentEntry(
          source: source, byteOffset: offset, byteCount: 4 * length, textHash: random.next(),
          label: isLabelled ? Int.random(in: 0...1, using: &random) : nil, tokenCount: length + 1)
        offset += 4 * length
        segment.append(Document(entry: entry, tokens: tokens + [end], split: split))
      }
      segments.append(segment)
      sources.append(
        SourceRecord(
          path: "corpus/\(source).txt", byteCount: offset,
          digest: SHA256.hash(Array("\(source) \(seed)".utf8))))
    }
    self.segments = segments
    plan = DatasetPlan(
      tokenizer: Self.tokenizer(vocabularySize), configuration: ["split": "hash", "val-fraction": 0.2],
      sources: sources,
      segments: documents.indices.map { SegmentPlan(ranges: [SourceRange(source: $0)]) })
  }

  /// Made without chance: its digests are known. All splits, two sources in a segment, a segment without documents.
  static let fixed = Sample()

  private init() {
    func document(
      _ source: Int, _ offset: Int, _ tokens: [UInt32], _ split: Split, label: Int? = nil
    ) -> Document {
      let entry = DocumentEntry(
        source: source, byteOffset: offset, byteCount: 3 * tokens.count,
        textHash: 0x0123_4567_89ab_cdef &* UInt64(offset + 1), label: label, tokenCount: tokens.count + 1)
      return Document(entry: entry, tokens: tokens + [999], split: split)
    }
    segments = [
      [
        document(0, 0, [1, 2, 3], .train), document(0, 9, [4], .train, label: 0),
        document(1, 700, [5, 6, 7, 8, 998], .train, label: 70), document(1, 715, [9], .val),
        document(0, 12, [], .train), document(1, 5, [300, 300, 300], .train), document(1, 800, [10], .test),
      ],
      [],
      [document(2, 40, [11, 12], .val), document(2, 46, [13], .val)],
    ]
    plan = DatasetPlan(
      tokenizer: Self.tokenizer(1_000), configuration: ["split": "hash", "fraction": 0.25, "steps": []],
      sources: (0..<3).map {
        SourceRecord(path: "corpus/\($0).txt", byteCount: 1_000 * $0 + 12, digest: SHA256.hash([UInt8($0)]))
      },
      segments: [
        SegmentPlan(ranges: [SourceRange(source: 0), SourceRange(source: 1, bytes: 0..<900)]),
        SegmentPlan(ranges: [SourceRange(source: 1, bytes: 900..<1_012)]),
        SegmentPlan(ranges: [SourceRange(source: 2)]),
      ])
  }

  static func tokenizer(_ vocabularySize: Int) -> TokenizerRecord {
    TokenizerRecord(
      name: "sample", digest: SHA256.hash(Array("tokenizer \(vocabularySize)".utf8)),
      vocabularySize: vocabularySize,
      endOfText: UInt32(vocabularySize - 1),
      files: [
        StoredFile(name: "vocab.json", bytes: Array("{}".utf8)),
        StoredFile(name: "merges.txt", bytes: Array("#version: 0.2\n".utf8)),
      ])
  }

  func documents(_ split: Split) -> [Document] { segments.flatMap { $0.filter { $0.split == split } } }

  func tokens(_ split: Split) -> [UInt32] { documents(split).flatMap(\.tokens) }

  /// Appends a segment's documents, and one reject.
  func write(_ index: Int, to segment: inout SegmentWriter) throws {
    for document in segments[index] {
      try segment.append(document.tokens.span, document: document.entry, split: document.split)
    }
    segment.reject(source: index, byteOffset: 7 * index, reason: "too short")
  }

  func write(_ index: Int, _ writer: DatasetWriter) throws {
    var segment = try writer.beginSegment(index)
    try write(index, to: &segment)
    try segment.commit()
  }

  /// Writes all that is missing.
  @discardableResult
  func write(to folder: String) throws -> DatasetSummary {
    let writer = try DatasetWriter(folder: folder, plan: plan)
    for index in segments.indices where !writer.committedSegments.contains(index) { try write(index, writer) }
    return try writer.finish()
  }
}

extension Folder {
  /// Every file but the manifest, by name.
  static func shards(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try Folder.names(folder) where name != "manifest.sqlite" {
      files[name] = try File.contents(Path.join(folder, name))
    }
    return files
  }
}
