internal import Basics
internal import Store
internal import Tokenizer

/// How shards write their ids. It does not change what a dataset holds, nor its root hash.
public enum CodecChoice: Sendable, Equatable {
  /// Whichever is smallest: successor ranks with a table made from a sample of the corpus where that pays for itself.
  case auto
  /// The ids themselves.
  case plain
  /// Successor ranks with the codec table in this file, such as another dataset's.
  case table(String)
}

/// Encodes a sample of a corpus, from which a codec table is made.
///
/// A corpus of up to ``budget`` bytes is taken whole. Of a larger one pieces are taken, spread evenly over the bytes of all its
/// files: of text and lines of JSON where they are, of other files as much from their start. So the sample depends on the
/// sources and nothing else. Text that is at fault is passed over: the work itself will say what is wrong with it. What the system
/// refuses is an error, as the next try would give another sample.
final class CodecSample {
  private let options: DatasetEncoder
  private let plan: DatasetPlan
  private let isCancelled: () -> Bool
  private let pieceBytes: Int
  private var pieces: ArraySlice<Piece>
  private var reading: Reading?
  /// Bytes of text that were read.
  private var readBytes = 0
  private var tokens: [TokenID] = []
  /// Bytes of the sources that were sampled, packed ones as they lie on the disk.
  private var sampledBytes = 0

  /// About how many bytes of the sources are read, and at most twice as many of unpacked text encoded.
  static let budget = 32 << 20
  private static let mostPieces = 128
  private static let maximumTokens = 1 << 24

  private struct Piece {
    var range: SourceRange
    /// How many bytes of the source to take at most.
    var bytes: Int
    /// Whether it begins and ends anywhere, also within a line.
    var isCut = false
  }

  /// A piece that was begun.
  private struct Reading {
    let piece: Piece
    /// Nil where it is cut.
    let reader: BatchReader?
    var left: Int
  }

  init(
    _ options: DatasetEncoder, _ plan: DatasetPlan, isCancelled: @escaping () -> Bool
  ) {
    let budget = options.sampleBytes
    self.options = options
    self.plan = plan
    self.isCancelled = isCancelled
    pieceBytes = max(1, budget / Self.mostPieces)
    let total = options.corpus.sources.reduce(0) { $0 + $1.byteCount }
    pieces =
      total <= budget
      ? plan.segments.flatMap(\.ranges).map { Piece(range: $0, bytes: .max) }[...]
      : Self.spread(options.corpus.sources, total: total, budget: budget)[...]
  }

  /// The codec table that makes the dataset smallest; nil where plain ids do.
  func table(threads: Int) throws(PipelineError) -> CodecTable? {
    let text = textOptions
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count }, next: { () throws(PipelineError) in try next() },
      state: {
        BatchEncoder(
          options.corpus.sources, options.tokenizer.tokenizer, endOfText: plan.tokenizer.endOfText, text,
          rule: .hash(0))
      },
      work: { encoder, batch throws(PipelineError) in (try? encoder.encode(batch)) ?? EncodedBatch() },
      emit: { batch in
        guard tokens.count < Self.maximumTokens else { return }
        tokens += batch.tokens
        sampledBytes += batch.progress
      })
    let total = options.corpus.sources.reduce(0) { $0 + $1.byteCount }
    return CodecTable.make(
      from: tokens, vocabularySize: plan.tokenizer.vocabularySize,
      growth: max(1, Double(total) / Double(max(sampledBytes, 1))), threads: threads)
  }

  /// Pieces are cut anywhere, and names of special tokens in them mean nothing.
  private var textOptions: TextOptions {
    var text = options.text
    if text.invalid != .replace { text.invalid = .keep }
    text.special = .ordinary
    // A piece is no document: what is judged by its length or its words would be judged wrongly.
    text.steps = StepOptions()
    text.steps.newlines = options.text.steps.newlines
    text.steps.normalize = options.text.steps.normalize
    return text
  }

  /// As many pieces as the budget has room for, at the same distance from each other.
  private static func spread(_ sources: [Source], total: Int, budget: Int) -> [Piece] {
    let bytes = max(1, budget / mostPieces)
    let count = budget / bytes
    var pieces: [Piece] = []
    var (source, start) = (0, 0)
    for number in 0..<count {
      let place = Int(Double(total) * (Double(number) + 0.5) / Double(count))
      while start + sources[source].byteCount <= place, source < sources.count - 1 {
        start += sources[source].byteCount
        source += 1
      }
      add(source, sources[source], place - start, bytes, to: &pieces)
    }
    return pieces
  }

  private static func add(
    _ number: Int, _ source: Source, _ place: Int, _ bytes: Int, to pieces: inout [Piece]
  ) {
    if source.format.compression == .none, source.byteCount > bytes,
      [.text, .jsonLines].contains(source.format.layout)
    {
      let first = min(place, source.byteCount - bytes)
      pieces.append(
        Piece(range: SourceRange(source: number, bytes: first..<first + bytes), bytes: bytes, isCut: true))
    } else if pieces.last?.range.source == number {
      // More of a file that is read from its start.
      pieces[pieces.count - 1].bytes += bytes
    } else {
      pieces.append(Piece(range: SourceRange(source: number), bytes: bytes))
    }
  }
}

extension CodecSample {
  /// The next text of the sample. What is read must not depend on how far the threads that encode it are.
  private func next() throws(PipelineError) -> Batch? {
    while readBytes < 2 * options.sampleBytes {
      if isCancelled() { throw .cancelled }
      guard let batch = try nextBatch() else {
        guard let piece = pieces.popFirst() else { return nil }
        reading = Reading(piece: piece, reader: piece.isCut ? nil : reader(piece.range), left: piece.bytes)
        continue
      }
      readBytes += batch.bytes.count
      return batch
    }
    return nil
  }

  /// What follows of the piece that is being read; nil at its end, or where its text is at fault.
  private func nextBatch() throws(PipelineError) -> Batch? {
    guard let now = reading else { return nil }
    guard let reader = now.reader else {
      reading = nil
      return try passingOver { () throws(PipelineError) in try lines(in: now.piece) }
    }
    guard now.left > 0,
      let batch = try passingOver({ () throws(PipelineError) in try reader.next() })
    else {
      reading = nil
      return nil
    }
    reading?.left -= batch.progress
    return batch
  }

  private func passingOver(
    _ read: () throws(PipelineError) -> Batch?
  ) throws(PipelineError) -> Batch? {
    do {
      return try read()
    } catch {
      switch error {
      case .file, .changed: throw error
      default: return nil
      }
    }
  }

  private func reader(_ range: SourceRange) -> BatchReader {
    let rules = ReadingRules(
      split: .hash(0), options: textOptions, special: [], pattern: options.tokenizer.tokenizer.pattern,
      length: pieceBytes)
    return BatchReader(options.corpus.sources, [range], rules, TailCuts())
  }

  /// The whole lines of a piece from the middle of a source; of text without a line end all of it.
  private func lines(in piece: Piece) throws(PipelineError) -> Batch? {
    let source = options.corpus.sources[piece.range.source]
    let isText = source.format.layout == .text
    var bytes: [UInt8] = []
    let stream = try source.open(piece.range.bytes)
    while try stream.read(upTo: pieceBytes, appendingTo: &bytes) > 0 {}
    var batch = Batch()
    batch.progress = bytes.count
    if let first = bytes.firstIndex(of: ASCII.newline), let last = bytes.lastIndex(of: ASCII.newline),
      first < last
    {
      batch.bytes = Array(bytes[first + 1...last])
    } else if isText {
      batch.bytes = bytes
    }
    batch.items = [
      Batch.Item(
        source: piece.range.source, range: 0..<batch.bytes.count, offset: 0,
        content: isText ? .document(.train) : .lines(Batch.Lines(first: 1, start: 0, tail: nil)))
    ]
    return batch
  }
}
