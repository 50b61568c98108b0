internal import Basics
internal import Store
internal import Tokenizer

/// A sample of a corpus, encoded and measured, from which the size of the whole is estimated.
final class SizeSample {
  /// What came of a piece of the sample.
  struct Measured: Sendable {
    /// Bytes of the files, packed ones as they lie on the disk.
    var bytes = 0
    var documents = 0
    var textBytes = 0
    var tokens = 0
    /// What the tokens take in shards.
    var storedBytes = 0
    /// Files that were read as a whole, whatever their size, and are one text each; and those of them that no step left out.
    var texts = 0
    var keptTexts = 0
  }

  /// Files of a kind resemble each other more than those of others.
  struct Kind: Hashable, Sendable {
    let isPacked: Bool
    /// Whether a file has many documents, as lines, rows or elements.
    let isRecords: Bool

    init(_ source: Source) {
      self.init(!source.isSeekable, source.format.layout != .text)
    }

    private init(_ isPacked: Bool, _ isRecords: Bool) {
      self.isPacked = isPacked
      self.isRecords = isRecords
    }

    static let all = [Kind(false, false), Kind(false, true), Kind(true, false), Kind(true, true)]
  }

  private let options: DatasetEncoder
  private let plan: DatasetPlan
  private let table: CodecTable?
  private let evaluation: EvaluationTexts?
  private let sample: CorpusSample
  private var measured: [Kind: [Measured]] = [:]
  private(set) var readBytes = 0
  private(set) var unreadable = 0

  init(
    _ options: DatasetEncoder, _ plan: DatasetPlan, _ table: CodecTable?, isCancelled: @escaping () -> Bool
  ) throws(PipelineError) {
    self.options = options
    self.plan = plan
    self.table = table
    evaluation = try options.text.evaluation()
    // In the middle between the pieces that the codec table is made of: they are written smaller than others.
    let pieces = CorpusSample.spread(
      over: options.corpus.sources, budget: options.sampleBytes, phase: 0, fewerStarts: 8)
    sample = CorpusSample(
      pieces, of: options.corpus.sources, options.text, options.tokenizer.tokenizer.pattern,
      length: max(1, options.sampleBytes / CorpusSample.mostPieces), isCancelled: isCancelled)
  }

  /// Whether some files are too large to be read whole and cannot be read from their middle.
  var readsStarts: Bool {
    sample.pieces.contains { piece in
      !piece.isCut && piece.ranges.contains { options.corpus.sources[$0.source].byteCount > piece.bytes }
    }
  }

  /// How many files that are one text each were judged by the steps, and how many of them stayed. Of those of more than
  /// ``CorpusSample/pieceBytes(_:)`` only pieces are read.
  var judgedTexts: (all: Int, kept: Int) {
    measured.values.joined().reduce((0, 0)) { ($0.0 + $1.texts, $0.1 + $1.keptTexts) }
  }

  /// Encoders for documents that are there as a whole, and for pieces of documents.
  private struct Encoders: ~Copyable {
    var whole: BatchEncoder
    var cut: BatchEncoder
  }

  /// - Throws: where nothing could be read, why
  func run(threads: Int, meter: Meter) throws(PipelineError) {
    let sources = options.corpus.sources
    func encoder(_ text: TextOptions) -> BatchEncoder {
      BatchEncoder(
        sources, options.tokenizer.tokenizer, endOfText: plan.tokenizer.endOfText, text, rule: .hash(0),
        evaluation)
    }
    var fault: PipelineError?
    try OrderedWork.run(
      threads: threads, size: { $0.bytes.count },
      next: { () throws(PipelineError) in try sample.nextBatch() },
      state: { Encoders(whole: encoder(options.text), cut: encoder(CorpusSample.options(options.text))) },
      work: { (encoders: inout Encoders, batch: Batch) throws(PipelineError) -> Found? in
        found(batch, &encoders)
      },
      emit: { (found: Found?) throws(PipelineError) in
        guard let found else { return }
        switch found.outcome {
        case .success(let piece):
          readBytes += piece.bytes
          measured[found.kind, default: []].append(piece)
        case .failure(let error):
          unreadable += 1
          fault = fault ?? error
        }
        meter.update { $0.bytes = readBytes }
      })
    unreadable += sample.faults
    if measured.isEmpty, let fault = sample.firstFault ?? fault { throw fault }
  }

  /// What came of a batch, or why it could not be encoded.
  private struct Found: Sendable {
    let kind: Kind
    let outcome: Result<Measured, PipelineError>
  }

  private func found(_ batch: Batch, _ encoders: inout Encoders) -> Found? {
    guard let source = batch.items.first?.source else { return nil }
    let kind = Kind(options.corpus.sources[source])
    let isCut = sample.pieces[batch.segment].isCut && !kind.isRecords
    do throws(PipelineError) {
      let encoded = isCut ? try encoders.cut.encode(batch) : try encoders.whole.encode(batch)
      var found = try measure(encoded, bytes: batch.progress)
      if !isCut, !kind.isRecords {
        // The larger a file, the more likely a piece begins with it: only those behind it are there whatever their size.
        let first = sample.pieces[batch.segment].ranges[0].source
        found.keptTexts = encoded.texts.count { text in text.entry.map { $0.source != first } ?? false }
        found.texts = found.keptTexts + encoded.rejects.count { $0.source != first }
      }
      return Found(kind: kind, outcome: .success(found))
    } catch {
      return Found(kind: kind, outcome: .failure(error))
    }
  }

  private func measure(_ batch: EncodedBatch, bytes: Int) throws(PipelineError) -> Measured {
    let measure = ShardMeasure(plan.tokenizer, table)
    var found = Measured(bytes: bytes, textBytes: batch.textBytes, tokens: batch.tokens.count)
    found.documents = batch.texts.count { $0.entry != nil }
    found.storedBytes = try storing { () throws(StoreError) in
      try measure.append(batch, endingPieces: true)
      return max(0, try measure.finish() - ShardMeasure.emptyBytes)
    }
    return found
  }

  /// What all files of the kinds that are wanted come to.
  func estimate(
    _ amount: KeyPath<Measured, Int>, in wanted: (Kind) -> Bool = { _ in true }
  ) -> DatasetForecast.Amount {
    var totals: [Kind: Int] = [:]
    for source in options.corpus.sources { totals[Kind(source), default: 0] += source.byteCount }
    var (value, variance) = (0.0, 0.0)
    // In the same order each time: sums of fractions depend on it.
    for kind in Kind.all where wanted(kind) {
      guard let total = totals[kind] else { continue }
      var pieces = measured[kind] ?? []
      // Of a kind that the sample has little of, nothing can be said by itself.
      if pieces.count < Self.fewPieces { pieces = Kind.all.filter(wanted).flatMap { measured[$0] ?? [] } }
      let ratio = Ratio(pieces.map { (Double($0[keyPath: amount]), Double($0.bytes)) })
      value += ratio.value * Double(total)
      variance += ratio.variance(of: Double(total))
    }
    let error = value > 0 ? 1.96 * variance.squareRoot() / value : 0
    return DatasetForecast.Amount(value: Int(value.rounded()), error: error)
  }

  private static let fewPieces = 8
}

/// An amount by the byte, from pieces of a sample: Cochran's ratio estimate.
private struct Ratio {
  let value: Double
  /// Of ``value``, as if the corpus had no end.
  private let spread: Double
  private let sampled: Double

  init(_ pieces: [(amount: Double, bytes: Double)]) {
    let bytes = pieces.reduce(0) { $0 + $1.bytes }
    let value = bytes > 0 ? pieces.reduce(0) { $0 + $1.amount } / bytes : 0
    let squares = pieces.reduce(0) { sum, piece in
      let rest = piece.amount - value * piece.bytes
      return sum + rest * rest
    }
    let count = Double(pieces.count)
    spread = count > 1 && bytes > 0 ? count / (count - 1) * squares / (bytes * bytes) : 0
    self.value = value
    sampled = bytes
  }

  /// Of the amount in `total` bytes.
  func variance(of total: Double) -> Double { spread * total * total * max(0, 1 - sampled / max(total, 1)) }
}
