internal import Store
internal import Tokenizer

/// The tokens of a batch, and which documents they belong to.
struct EncodedBatch: Sendable {
  struct Text: Sendable {
    let tokenCount: Int
    let split: Split
    /// Nil where the document goes on in another batch.
    let entry: DocumentEntry?
  }

  var tokens: [TokenID] = []
  var texts: [Text] = []
  /// Documents that were left out.
  var rejects: [Batch.Reject] = []
  var textBytes = 0
  /// As in the ``Batch``.
  var progress = 0
  var segment = 0
  var endsSegment = false
}

/// Encodes batches. One for each thread.
struct BatchEncoder: ~Copyable {
  private let sources: [Source]
  private let special: SpecialTokenPolicy
  private let endOfText: TokenID
  private let texts: BatchTexts
  private var encoder: Encoder

  init(
    _ sources: [Source], _ tokenizer: Tokenizer, endOfText: TokenID, _ options: TextOptions, rule: SplitRule
  ) {
    self.sources = sources
    self.endOfText = endOfText
    special = options.special
    texts = BatchTexts(sources, options, rule: rule)
    encoder = Encoder(tokenizer)
  }

  mutating func encode(_ batch: Batch) throws(PipelineError) -> EncodedBatch {
    var output = EncodedBatch()
    (output.progress, output.segment, output.endsSegment) = (batch.progress, batch.segment, batch.endsSegment)
    output.tokens.reserveCapacity(batch.bytes.count / 3)
    output.rejects = try texts.forEach(in: batch) { text, place throws(PipelineError) in
      let start = output.tokens.count
      try encode(text, place, into: &output.tokens)
      if !place.isContinued { output.tokens.append(endOfText) }
      output.textBytes += text.count
      output.texts.append(
        EncodedBatch.Text(
          tokenCount: output.tokens.count - start, split: place.split,
          entry: place.isContinued ? nil : place.entry ?? Self.entry(text, place)))
    }
    return output
  }

  private mutating func encode(
    _ text: Span<UInt8>, _ place: BatchTexts.Place, into tokens: inout [TokenID]
  ) throws(PipelineError) {
    do {
      try encoder.encode(text, special: special, into: &tokens)
    } catch {
      throw .encoding(
        file: place.member?.file ?? sources[place.source].path, line: place.line,
        offset: place.offset - (place.member?.base ?? 0), error)
    }
  }

  private static func entry(_ text: Span<UInt8>, _ place: BatchTexts.Place) -> DocumentEntry {
    DocumentEntry(
      source: place.source, byteOffset: place.offset, byteCount: place.byteCount, textHash: XXH64.hash(text))
  }
}
