internal import Store
internal import Tokenizer

/// The tokens of a batch, and which documents they belong to.
struct EncodedBatch: Sendable {
  struct Text: Sendable {
    let tokenCount: Int
    let split: Split
    /// Nil where the document goes on in another batch.
    var entry: DocumentEntry?
    /// Nil for a whole document, and where there are no steps.
    var piece: Piece?
  }

  /// A piece of a document as the steps left it.
  struct Piece: Sendable {
    let bytes: [UInt8]
    let outcome: PieceOutcome
  }

  var tokens: [TokenID] = []
  var texts: [Text] = []
  /// Documents that were left out.
  var rejects: [Batch.Reject] = []
  var textBytes = 0
  var stepCounts: [StepCount] = []
  /// As in the ``Batch``; so too those that follow.
  var progress = 0
  var marks = 0
  var segment = 0
  var endsSegment = false

  /// Calls `body` with each text and its tokens, in order.
  func forEachText<Failure>(_ body: (Text, Span<TokenID>) throws(Failure) -> Void) throws(Failure) {
    var start = 0
    for text in texts {
      try body(text, tokens.span.extracting(start..<start + text.tokenCount))
      start += text.tokenCount
    }
  }
}

/// Encodes batches. One for each thread.
struct BatchEncoder: ~Copyable {
  private let sources: [Source]
  private let special: SpecialTokenPolicy
  /// Names of special tokens that must not be cut through.
  private let names: [[UInt8]]
  private let pattern: Pretokenizer.Pattern
  private let endOfText: TokenID
  private let texts: BatchTexts
  private let rule: SplitRule
  private let steps: StepOptions
  private var runner: StepRunner
  private var encoder: Encoder

  init(
    _ sources: [Source], _ tokenizer: Tokenizer, endOfText: TokenID, _ options: TextOptions, rule: SplitRule,
    _ evaluation: EvaluationTexts? = nil, cacheBytes: Int = Encoder.defaultCacheBytes
  ) {
    self.sources = sources
    self.endOfText = endOfText
    special = options.special
    names = options.special.names(in: tokenizer)
    pattern = tokenizer.pattern
    texts = BatchTexts(sources, options, rule: rule)
    self.rule = rule
    steps = options.steps
    runner = StepRunner(steps, evaluation)
    encoder = Encoder(tokenizer, cacheBytes: cacheBytes)
  }

  mutating func encode(_ batch: Batch) throws(PipelineError) -> EncodedBatch {
    var output = EncodedBatch()
    (output.progress, output.segment, output.endsSegment) = (batch.progress, batch.segment, batch.endsSegment)
    output.tokens.reserveCapacity(batch.bytes.count / 3)
    output.marks = batch.marks
    var dropped = batch.tooLong.map { long in
      Batch.Reject(
        source: long.source, offset: long.offset, reason: runner.dropTooLong(bytes: long.byteCount))
    }
    output.rejects = try texts.forEach(in: batch) { text, place throws(PipelineError) in
      if steps.isEmpty {
        try add(text, place, place.split, to: &output)
      } else if place.isContinued || place.entry != nil {
        try step(piece: text, place, &dropped, &output)
      } else {
        try step(text, place, batch.duplicates, &dropped, &output)
      }
    }
    output.rejects = (output.rejects + dropped).sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
    guard !steps.isEmpty else { return output }
    output.stepCounts = runner.takeCounts()
    return output
  }

  /// Puts a whole document through the steps, and adds what remains.
  private mutating func step(
    _ text: Span<UInt8>, _ place: BatchTexts.Place, _ duplicates: [Duplicate],
    _ dropped: inout [Batch.Reject], _ output: inout EncodedBatch
  ) throws(PipelineError) {
    var outcome = runner.run(text)
    if case .dropped = outcome {} else { outcome = compare(place, duplicates) }
    if case .dropped(let reason) = outcome {
      return dropped.append(Batch.Reject(source: place.source, offset: place.offset, reason: reason))
    }
    let bytes = runner.text.bytes
    var split = place.split
    // The reader went by the text as it was.
    if case .hash = rule { split = rule.split(head: bytes.span) }
    try add(bytes.span, place, split, to: &output)
  }

  /// Whether a document that the steps keep is dropped because of an earlier one.
  private mutating func compare(_ place: BatchTexts.Place, _ duplicates: [Duplicate]) -> StepOutcome {
    let own = DocumentPlace(source: place.source, offset: place.offset)
    let slot = duplicates.prefixCount { $0.place < own }
    let found = slot < duplicates.count && duplicates[slot].place == own && place.byteCount > 0
    for kind in DuplicateKind.allCases where kind.isAsked(steps) {
      guard found, duplicates[slot].kind == kind else {
        runner.count(kind, .kept)
        continue
      }
      let outcome = StepOutcome.dropped(duplicates[slot].reason(sources))
      runner.count(kind, outcome)
      return outcome
    }
    return .kept
  }

  /// Puts a piece of a document through the steps, and adds what remains; all of it is dropped where steps want to judge it.
  private mutating func step(
    piece text: Span<UInt8>, _ place: BatchTexts.Place, _ dropped: inout [Batch.Reject],
    _ output: inout EncodedBatch
  ) throws(PipelineError) {
    if steps.judges {
      guard let entry = place.entry else { return }
      let reason = runner.dropTooLong(bytes: entry.byteCount)
      return dropped.append(Batch.Reject(source: entry.source, offset: entry.byteOffset, reason: reason))
    }
    let outcome = runner.run(piece: text)
    let bytes = runner.text.bytes
    try add(bytes.span, place, place.split, to: &output)
    output.texts[output.texts.count - 1].piece = EncodedBatch.Piece(bytes: bytes, outcome: outcome)
  }

  private mutating func add(
    _ text: Span<UInt8>, _ place: BatchTexts.Place, _ split: Split, to output: inout EncodedBatch
  ) throws(PipelineError) {
    let start = output.tokens.count
    try encode(text, place, into: &output.tokens)
    if !place.isContinued { output.tokens.append(endOfText) }
    output.textBytes += text.count
    output.texts.append(
      EncodedBatch.Text(
        tokenCount: output.tokens.count - start, split: split,
        entry: place.isContinued ? nil : place.entry ?? Self.entry(text, place)))
  }

  private mutating func encode(
    _ text: Span<UInt8>, _ place: BatchTexts.Place, into tokens: inout [TokenID]
  ) throws(PipelineError) {
    try place.forEachPiece(of: text, sources, names, pattern) { piece throws(TokenizerError) in
      try encoder.encode(piece, special: special, into: &tokens)
    }
  }

  private static func entry(_ text: Span<UInt8>, _ place: BatchTexts.Place) -> DocumentEntry {
    DocumentEntry(
      source: place.source, byteOffset: place.offset, byteCount: place.byteCount, textHash: XXH64.hash(text))
  }
}
