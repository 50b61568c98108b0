internal import Basics
internal import Store

/// A first pass over a corpus that finds the documents that are duplicates, before any is encoded.
///
/// All documents go through the steps that come before; what remains is compared by a hash of 128 bits (exactly) or by its ``MinHash``
/// (nearly). The first document of each group is kept: the one in the first source, and there at the lowest byte. So the outcome depends on the corpus and the steps alone,
/// and a run that goes on where another one stopped finds the same. Memory is bounded: by what ``RecordSorter`` holds, and for near duplicates
/// by 4 bytes a document.
struct DuplicateSearch {
  private let options: StepOptions
  private let folder: String
  private let memory: Int
  private let exact: RecordSorter<SIMD4<UInt64>>
  private let near: NearDuplicates

  init(_ options: StepOptions, folder: String, memory: Int) {
    self.options = options
    self.folder = folder
    self.memory = memory
    exact = RecordSorter(folder: folder, name: "encode.hashes", memory: memory)
    near = NearDuplicates(folder: folder, memory: memory)
  }

  /// What is compared of a document.
  struct Fingerprint: Sendable {
    let place: DocumentPlace
    var hash: (UInt64, UInt64) = (0, 0)
    /// A key for each band of the ``MinHash``; none where the text is too short to compare.
    var bands: [UInt64] = []
  }

  /// Takes documents' fingerprints, in the corpus' order.
  func add(_ fingerprints: [Fingerprint]) throws(PipelineError) {
    for print in fingerprints {
      if options.dropDuplicates {
        try exact.append(
          SIMD4(print.hash.0, print.hash.1, UInt64(print.place.source), UInt64(print.place.offset)))
      }
      if options.dropNearDuplicates { try near.add(print) }
    }
  }

  /// The duplicates among all that were added.
  func finish(isCancelled: () -> Bool) throws(PipelineError) -> Duplicates {
    let sorter = RecordSorter<SIMD4<UInt64>>(folder: folder, name: "encode.places", memory: memory)
    var first: SIMD4<UInt64>?
    try exact.finish(isCancelled: isCancelled) { record throws(PipelineError) in
      if let first, first[0] == record[0], first[1] == record[1] {
        try sorter.append(Duplicate(Self.place(record), .exact, of: Self.place(first)).record)
      } else {
        first = record
      }
    }
    try near.finish(isCancelled: isCancelled) { place, other throws(PipelineError) in
      try sorter.append(Duplicate(place, .near, of: other).record)
    }
    let duplicates = Duplicates(folder: folder)
    try sorter.finish(isCancelled: isCancelled) { record throws(PipelineError) in
      try duplicates.append(Duplicate(record))
    }
    return duplicates
  }

  private static func place(_ record: SIMD4<UInt64>) -> DocumentPlace {
    DocumentPlace(source: Int(record[2]), offset: Int(record[3]))
  }
}

/// Makes fingerprints of the documents of batches. One for each thread.
struct Fingerprinter: ~Copyable {
  private let options: StepOptions
  private let texts: BatchTexts
  private let hash: TextHash
  private var runner: StepRunner
  private var minHash = MinHash()

  init(_ texts: BatchTexts, _ options: StepOptions, _ evaluation: EvaluationTexts?, _ hash: TextHash) {
    self.options = options
    self.texts = texts
    self.hash = hash
    runner = StepRunner(options, evaluation)
  }

  /// The fingerprints of all documents that the steps keep and in which they leave something. A file of no bytes has no place of its own.
  mutating func fingerprints(_ batch: Batch) throws(PipelineError) -> [DuplicateSearch.Fingerprint] {
    var prints: [DuplicateSearch.Fingerprint] = []
    _ = try texts.forEach(in: batch) { text, place throws(PipelineError) in
      guard !place.isContinued, place.entry == nil, place.byteCount > 0 else { return }
      if case .dropped = runner.run(text) { return }
      var print = DuplicateSearch.Fingerprint(
        place: DocumentPlace(source: place.source, offset: place.offset))
      let text = runner.text.bytes
      guard !text.isEmpty else { return }
      if options.dropDuplicates { print.hash = hash.hash(text.span) }
      if options.dropNearDuplicates { print.bands = minHash.bands(text.span) }
      prints.append(print)
    }
    return prints
  }
}
