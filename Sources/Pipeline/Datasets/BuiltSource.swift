internal import Basics
internal import Store
internal import Tokenizer

/// What a builder's dataset records of how it was made, so that it can be made again from its file.
///
/// The options are `LabelledDataset.configuration` and `InstructionDataset.configuration`.
enum BuiltSource {
  case labelled(LabelledSplit, LabelledTable.Columns, labels: [String])
  case instructions(InstructionDataset.Shares)

  /// Nil where the options are not of a builder that this program has, with exactly these members.
  init?(_ configuration: JSON) {
    let shares = configuration["fractions"]?.elements?.compactMap(\.number) ?? []
    guard shares.count == 2 else { return nil }
    switch configuration["builder"]?.string {
    case "labelled-texts":
      guard let seed = configuration["seed"]?.integer.flatMap(UInt32.init(exactly:)),
        let labels = configuration["labels"]?.elements?.compactMap(\.string),
        case .bool(let isBalanced)? = configuration["balance"]
      else { return nil }
      var split = LabelledSplit()
      (split.seed, split.train, split.validation) = (seed, shares[0], shares[1])
      split.isBalanced = isBalanced
      let columns = LabelledTable.Columns(
        label: configuration["label-column"]?.string, text: configuration["text-column"]?.string)
      self = .labelled(split, columns, labels: labels)
      guard LabelledDataset.configuration(split, columns, labels) == configuration else { return nil }
    case "instructions":
      var kept = InstructionDataset.Shares()
      (kept.train, kept.test) = (shares[0], shares[1])
      self = .instructions(kept)
      guard InstructionDataset.configuration(kept) == configuration else { return nil }
    default: return nil
    }
  }

  /// The documents of the file at `path`, in their order.
  func documents(of path: String) throws(DatasetsError) -> [BuiltDocument] {
    switch self {
    case .labelled(let split, let columns, let labels):
      let table = try LabelledTable(path, columns: columns)
      guard table.labels == labels else {
        throw .tooFewRows(file: path, reason: "its labels are \(table.labels), and were \(labels)")
      }
      return Array(LabelledDataset(table, split: split).documents)
    case .instructions(let shares):
      var dataset = try InstructionDataset(path)
      dataset.shares = shares
      return Array(dataset.documents)
    }
  }

  /// Encodes a segment of the file again, into `sink`.
  ///
  /// - Parameter number: the source's number in the dataset.
  func encode(
    _ segment: Int, of source: Source, number: Int, _ tokenizer: TokenizerRecord, into sink: any SegmentSink,
    meter: Meter, isCancelled: () -> Bool
  ) throws(PipelineError) {
    var encoder = BuiltEncoder(
      try Tokenizer(tokenizer), endOfText: tokenizer.endOfText, file: source.path, source: number)
    var batch = EncodedBatch()
    batch.segment = segment
    for document in try found(source.path) {
      if isCancelled() { throw .cancelled }
      let start = batch.tokens.count
      let entry = try encoder.encode(document, into: &batch.tokens)
      batch.texts.append(
        EncodedBatch.Text(tokenCount: batch.tokens.count - start, split: document.split, entry: entry))
      guard batch.tokens.count >= Self.batchTokens else { continue }
      _ = try sink.take(batch)
      (batch.tokens, batch.texts) = ([], [])
    }
    batch.endsSegment = true
    _ = try sink.take(batch)
    meter.update { $0.bytes += source.byteCount }
  }

  private static let batchTokens = 1 << 18

  private func found(_ path: String) throws(PipelineError) -> [BuiltDocument] {
    do {
      return try documents(of: path)
    } catch {
      switch error {
      case .pipeline(let error): throw error
      case .file(let error): throw .file(error)
      case .cancelled: throw .cancelled
      default: throw .notReencodable(folder: path, reason: "\(error)")
      }
    }
  }
}

/// Encodes the documents of a builder.
struct BuiltEncoder: ~Copyable {
  private var encoder: Encoder
  private let endOfText: TokenID
  private let file: String
  private let source: Int

  /// - Parameters:
  ///   - file: what errors call it.
  ///   - source: its number in the dataset.
  init(_ tokenizer: Tokenizer, endOfText: TokenID, file: String, source: Int) {
    encoder = Encoder(tokenizer)
    self.endOfText = endOfText
    self.file = file
    self.source = source
  }

  /// Appends the document's tokens, its `<|endoftext|>` too, to `tokens`.
  mutating func encode(
    _ document: BuiltDocument, into tokens: inout [TokenID]
  ) throws(PipelineError) -> DocumentEntry {
    do {
      try encoder.encode(document.text.span, into: &tokens)
    } catch {
      throw .encoding(file: file, line: nil, offset: document.place.lowerBound, error)
    }
    tokens.append(endOfText)
    return DocumentEntry(
      source: source, byteOffset: document.place.lowerBound, byteCount: document.place.count,
      textHash: XXH64.hash(document.text.span), label: document.label)
  }
}
