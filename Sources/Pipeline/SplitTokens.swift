internal import Basics
internal import Store
internal import Tokenizer

/// A reader of one split that several objects can hold.
final class SplitTokens {
  let split: Split
  let extents: [ShardExtent]
  private var reader: SplitReader
  private var buffer: [TokenID] = []

  /// How many tokens are read at a time.
  static let step = 1 << 16

  init(_ dataset: Dataset, _ split: Split) throws(PipelineError) {
    self.split = split
    do {
      reader = try dataset.reader(split)
    } catch {
      throw .store(error)
    }
    extents = reader.extents
  }

  func cursor(atShard index: Int) -> SplitReader.DocumentCursor { reader.cursor(atShard: index) }

  func next(
    _ cursor: inout SplitReader.DocumentCursor
  ) throws(PipelineError) -> (document: DocumentEntry, tokens: Range<Int>)? {
    do { return try reader.next(&cursor) } catch { throw .store(error) }
  }

  /// Gives the tokens of `range` to `body`, some at a time.
  func read(
    _ range: Range<Int>, _ body: (Span<TokenID>) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    // Lent to `body`: what an object holds cannot be while another call may change it.
    var tokens: [TokenID] = []
    swap(&tokens, &buffer)
    defer { swap(&tokens, &buffer) }
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + Self.step, range.upperBound)
      do { try reader.read(start..<end, into: &tokens) } catch { throw .store(error) }
      try body(tokens.span)
      start = end
    }
  }

  /// The tokens of a range that is known to be short.
  func tokens(_ range: Range<Int>) throws(PipelineError) -> [TokenID] {
    var tokens: [TokenID] = []
    try read(range) { part throws(PipelineError) in for index in part.indices { tokens.append(part[index]) } }
    return tokens
  }
}

extension Tokenizer {
  /// Bytes of text that `tokens` stand for.
  ///
  /// - Throws: ``TokenizerError`` for an id that stands for none.
  func textLength(_ tokens: Span<TokenID>) throws(TokenizerError) -> Int {
    try TokenOffsets(tokens, self).end
  }
}
