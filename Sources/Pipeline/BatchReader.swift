internal import Basics
internal import Store
internal import Tokenizer

/// Reads parts of a corpus, in order, into batches of about a megabyte.
///
/// Several small documents share a batch; a long one takes several, cut where it can be cut without changing a token.
final class BatchReader {
  /// So many items or left-out documents make a batch, however small they are.
  private static let mostItems = 1 << 14

  private let sources: [Source]
  private let rules: ReadingRules
  private let cuts: TailCuts
  private var ranges: ArraySlice<SourceRange>
  private var reader: (any DocumentReader)?
  private var number = 0

  init(_ sources: [Source], _ ranges: [SourceRange], _ rules: ReadingRules, _ cuts: TailCuts) {
    self.sources = sources
    self.ranges = ranges[...]
    self.rules = rules
    self.cuts = cuts
  }

  /// The next batch, or nil at the end.
  func next() throws(PipelineError) -> Batch? {
    var batch = Batch()
    while batch.bytes.count < rules.length, batch.items.count + batch.rejects.count < Self.mostItems {
      if let reader {
        // Much of an archive may be no text.
        try sources[number].checkCancelled()
        if try !reader.next(into: &batch) { self.reader = nil }
      } else if let range = ranges.popFirst() {
        number = range.source
        reader = try open(range)
      } else {
        // What was left out at the end counts, too.
        let isOver =
          batch.items.isEmpty && batch.rejects.isEmpty && batch.tooLong.isEmpty && batch.marks == 0
          && batch.progress == 0
        return isOver ? nil : batch
      }
    }
    return batch
  }

  private func open(_ range: SourceRange) throws(PipelineError) -> any DocumentReader {
    let source = sources[range.source]
    let tail = try cuts.place(in: source, number: range.source, rules)
    let place = try ReadingPlace(source, number: range.source, range.bytes, tail: tail)
    return try source.format.layout.reader(place, rules)
  }
}

/// Where the sources' tails begin, each looked for once, however many parts a source is read in.
final class TailCuts {
  private let isCancelled: () -> Bool
  private var last: (number: Int, place: Int?)?

  /// - Parameter isCancelled: asked where finding a tail takes long
  init(isCancelled: @escaping () -> Bool = { false }) { self.isCancelled = isCancelled }

  func place(in source: Source, number: Int, _ rules: ReadingRules) throws(PipelineError) -> Int? {
    if let last, last.number == number { return last.place }
    let place =
      switch rules.split {
      case .hash: Int?.none
      case .tail(let fraction):
        try TailCut.place(in: source, fraction: fraction, rules.options, isCancelled: isCancelled)
      case .exact(let fraction):
        try ExactCut.place(in: source, fraction: fraction, rules.options, isCancelled: isCancelled)
      }
    last = (number, place)
    return place
  }
}
