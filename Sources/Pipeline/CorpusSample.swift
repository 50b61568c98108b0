internal import Basics
internal import Store
internal import Tokenizer

/// Reads a sample of a corpus: pieces that are spread evenly over the bytes of all its files.
///
/// Of large files of text and of lines of JSON pieces are taken where they are, of other large files as much from their start; small
/// files are taken whole, one after another. So the sample depends on the sources and nothing else. Text that is at fault is
/// passed over: the work itself will say what is wrong with it. What the system refuses is an error, as the next try would give
/// another sample.
final class CorpusSample {
  /// A part of the sample.
  struct Piece {
    /// What it is of: a part of a source, or whole sources, one after another.
    var ranges: [SourceRange]
    /// How many bytes of the sources to take at most.
    var bytes: Int
    /// Whether it begins and ends anywhere, also within a line.
    var isCut = false
  }

  /// A piece that was begun.
  private struct Reading {
    let number: Int
    /// Nil where it is cut.
    let reader: BatchReader?
    var left: Int
  }

  /// Into how many pieces a large corpus' sample is divided.
  static let mostPieces = 128

  let pieces: [Piece]
  private let sources: [Source]
  private let text: TextOptions
  private let pattern: Pretokenizer.Pattern
  private let length: Int
  private let isCancelled: () -> Bool
  private var next = 0
  private var reading: Reading?
  /// How many pieces ended where they could not be read on, and why the first did.
  private(set) var faults = 0
  private(set) var firstFault: PipelineError?

  /// - Parameters:
  ///   - text: how it is read; ``options(_:)`` says what a cut piece can be read with.
  ///   - length: about how many bytes of text make a batch.
  init(
    _ pieces: [Piece], of sources: [Source], _ text: TextOptions, _ pattern: Pretokenizer.Pattern,
    length: Int,
    isCancelled: @escaping () -> Bool
  ) {
    self.pieces = pieces
    self.sources = sources
    self.text = text
    self.pattern = pattern
    self.length = length
    self.isCancelled = isCancelled
  }

  /// The options for pieces that are cut anywhere: names of special tokens in them mean nothing, and a piece is no document, so that
  /// what is judged by its length or its words would be judged wrongly.
  static func options(_ options: TextOptions) -> TextOptions {
    var text = options
    if text.invalid != .replace { text.invalid = .keep }
    text.special = .ordinary
    text.steps = StepOptions()
    text.steps.newlines = options.steps.newlines
    text.steps.normalize = options.steps.normalize
    return text
  }

  /// As many pieces as `budget` has room for, at the same distance from each other; the first one `phase` of it from the start.
  ///
  /// - Parameter fewerStarts: files that can only be read from their start are read so many times as far, and as many fewer of them.
  ///   What a reader has taken from a packed file and not given out yet then hardly counts.
  static func spread(
    over sources: [Source], budget: Int, phase: Double = 0.5, fewerStarts: Int = 1
  ) -> [Piece] {
    let total = sources.reduce(0) { $0 + $1.byteCount }
    let bytes = pieceBytes(budget)
    let count = budget / bytes
    var pieces: [Piece] = []
    var (source, start) = (0, 0)
    for number in 0..<count {
      let place = Int(Double(total) * (Double(number) + phase) / Double(count))
      while start + sources[source].byteCount <= place, source < sources.count - 1 {
        start += sources[source].byteCount
        source += 1
      }
      let isStart = sources[source].byteCount > bytes && !canBeCut(sources[source], bytes)
      guard !isStart || number % fewerStarts == 0 else { continue }
      add(source, sources, place - start, isStart ? fewerStarts * bytes : bytes, to: &pieces)
    }
    return pieces
  }

  /// How many bytes a piece has of a sample that has room for `budget`. Larger files are never read as a whole.
  static func pieceBytes(_ budget: Int) -> Int { max(1, budget / mostPieces) }

  /// Whether pieces of `bytes` bytes can be taken from the middle of a source.
  private static func canBeCut(_ source: Source, _ bytes: Int) -> Bool {
    source.isSeekable && source.byteCount > bytes
      && [.text, .jsonLines].contains(source.format.layout)
  }

  private static func add(
    _ number: Int, _ sources: [Source], _ place: Int, _ bytes: Int, to pieces: inout [Piece]
  ) {
    if canBeCut(sources[number], bytes) {
      let first = min(place, sources[number].byteCount - bytes)
      let range = SourceRange(source: number, bytes: first..<first + bytes)
      pieces.append(Piece(ranges: [range], bytes: bytes, isCut: true))
    } else if let last = pieces.last, !last.isCut, last.ranges.contains(where: { $0.source == number }) {
      // More of a file that is read from its start.
      pieces[pieces.count - 1].bytes += bytes
    } else {
      let end = sources.indices[number...].first { canBeCut(sources[$0], bytes) } ?? sources.count
      var filled = 0
      let files = (number..<end).prefix { source in
        defer { filled += sources[source].byteCount }
        return filled < bytes
      }
      pieces.append(Piece(ranges: files.map { SourceRange(source: $0) }, bytes: bytes))
    }
  }

  /// The next text of the sample, with the number of its piece as its segment; nil at the end. What is read must not
  /// depend on how far the threads are that encode it.
  func nextBatch() throws(PipelineError) -> Batch? {
    while true {
      if isCancelled() { throw .cancelled }
      if var batch = try batchOfPiece() {
        batch.segment = next - 1
        return batch
      }
      guard next < pieces.count else { return nil }
      let piece = pieces[next]
      reading = Reading(number: next, reader: piece.isCut ? nil : reader(piece.ranges), left: piece.bytes)
      next += 1
    }
  }

  /// What follows of the piece that is being read; nil at its end, or where its text is at fault.
  private func batchOfPiece() throws(PipelineError) -> Batch? {
    guard let now = reading else { return nil }
    guard let reader = now.reader else {
      reading = nil
      return try passingOver { () throws(PipelineError) in try lines(in: pieces[now.number].ranges[0]) }
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
      default:
        faults += 1
        firstFault = firstFault ?? error
        return nil
      }
    }
  }

  private func reader(_ ranges: [SourceRange]) -> BatchReader {
    let rules = ReadingRules(split: .hash(0), options: text, special: [], pattern: pattern, length: length)
    return BatchReader(sources, ranges, rules, TailCuts())
  }

  /// The lines that begin in a piece from the middle of a source, to the end of the last one: so each is as likely to be taken
  /// as any other, however long it is. Of text without a line end all of the piece.
  private func lines(in range: SourceRange) throws(PipelineError) -> Batch? {
    let source = sources[range.source]
    guard let place = range.bytes else { return nil }
    let start = max(0, place.lowerBound - 1)
    let (bytes, end) = try Self.read(source, start..<place.upperBound)
    var batch = Batch()
    batch.progress = place.count
    let isText = source.format.layout == .text
    var first = place.lowerBound == 0 ? 0 : bytes.firstIndex(of: ASCII.newline).map { $0 + 1 }
    if isText, first ?? end >= end { first = place.lowerBound - start }
    if let first, first < min(end, place.upperBound - start) { batch.bytes = Array(bytes[first..<end]) }
    batch.items = [
      Batch.Item(
        source: range.source, range: 0..<batch.bytes.count, offset: start + (first ?? 0),
        content: isText ? .document(.train) : .lines(Batch.Lines(first: 1, start: 0, tail: nil)))
    ]
    return batch
  }

  /// The bytes of `range` and what follows; `end` is where a line ends, the first at the range's end or behind it.
  private static func read(
    _ source: Source, _ range: Range<Int>
  ) throws(PipelineError) -> (bytes: [UInt8], end: Int) {
    let stream = try source.open(range.lowerBound..<source.byteCount)
    var bytes: [UInt8] = []
    while bytes.count < range.count + longestRest {
      let from = max(bytes.count, range.count - 1)
      guard try stream.read(upTo: max(1 << 16, range.count - bytes.count), appendingTo: &bytes) > 0 else {
        break
      }
      if from < bytes.count, let newline = ByteSearch.first(ASCII.newline, in: bytes.span, from..<bytes.count)
      {
        return (bytes, newline + 1)
      }
    }
    return (bytes, bytes.count)
  }

  /// How far a line may go on behind a piece. One that is longer is cut, and no JSON then.
  private static let longestRest = 4 << 20
}
