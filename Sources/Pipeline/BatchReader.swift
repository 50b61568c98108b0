internal import Basics
internal import Store
internal import Tokenizer

/// Reads the documents of a file, or of a part of one, in order.
protocol DocumentReader: AnyObject {
  /// Adds what follows to `batch`, about a batch's length at most; false where there is nothing more.
  func next(into batch: inout Batch) throws(PipelineError) -> Bool
}

/// Reads parts of a corpus, in order, into batches of about a megabyte.
///
/// Several small documents share a batch; a long one takes several, cut where it can be cut without changing a token.
final class BatchReader {
  private let sources: [Source]
  private let rule: SplitRule
  private let special: [[UInt8]]
  private let pattern: Pretokenizer.Pattern
  private let length: Int
  private let isCancelled: () -> Bool
  private var ranges: ArraySlice<SourceRange>
  private var reader: (any DocumentReader)?

  /// - Parameters:
  ///   - length: about how many bytes of text a batch has.
  ///   - isCancelled: asked where finding the tail of a packed source takes long.
  init(
    _ sources: [Source], _ ranges: [SourceRange], rule: SplitRule, special: [[UInt8]] = [],
    pattern: Pretokenizer.Pattern, length: Int = 1 << 20, isCancelled: @escaping () -> Bool = { false }
  ) {
    self.isCancelled = isCancelled
    self.sources = sources
    self.ranges = ranges[...]
    self.rule = rule
    self.special = special
    self.pattern = pattern
    self.length = length
  }

  /// The next batch, or nil at the end.
  func next() throws(PipelineError) -> Batch? {
    var batch = Batch()
    while batch.bytes.count < length {
      if let reader {
        if try !reader.next(into: &batch) { self.reader = nil }
      } else if let range = ranges.popFirst() {
        try open(range)
      } else {
        return batch.items.isEmpty && batch.rejects.isEmpty ? nil : batch
      }
    }
    return batch
  }

  private func open(_ range: SourceRange) throws(PipelineError) {
    let source = sources[range.source]
    var tail: Int?
    if case .tail(let fraction) = rule {
      tail = try TailCut.place(in: source, fraction: fraction, isCancelled: isCancelled)
    }
    switch source.format.layout {
    case .text:
      reader = try TextReader(
        source, number: range.source, tail: tail, rule: rule, special: special, pattern: pattern,
        length: length)
    case .jsonLines:
      reader = try LinesReader(source, number: range.source, range.bytes, tail: tail, length: length)
    }
  }
}
