internal import Basics
public import Store
internal import Tokenizer

/// The start of a document of a dataset, decoded for people to look at.
public struct DocumentSample: Sendable, Equatable {
  /// Which split it is in.
  public let split: Split
  /// Where it came from.
  public let document: DocumentEntry
  /// The start of its text; what is not UTF-8 is U+FFFD.
  public let text: String
  /// Whether there is more.
  public let isCut: Bool

  /// The first `count` documents of each split, each up to `length` tokens.
  public static func first(
    _ count: Int, of dataset: Dataset, upTo length: Int = 64
  ) throws(PipelineError) -> [DocumentSample] {
    let tokenizer = try Tokenizer(dataset.tokenizer)
    var samples: [DocumentSample] = []
    for split in dataset.splits {
      let stream = try DocumentStream(dataset, split.split)
      for _ in 0..<count {
        guard let head = stream.head else { break }
        samples.append(try sample(stream, head, dataset, tokenizer, upTo: length))
        try stream.advance()
      }
    }
    return samples
  }

  private static func sample(
    _ stream: DocumentStream, _ head: DocumentStream.Head, _ dataset: Dataset, _ tokenizer: Tokenizer,
    upTo length: Int
  ) throws(PipelineError) -> DocumentSample {
    let end = min(head.tokens.lowerBound + length, head.tokens.upperBound)
    var tokens: [TokenID] = []
    try storing { () throws(StoreError) in try stream.reader.read(head.tokens.lowerBound..<end, into: &tokens)
    }
    if tokens.last == dataset.tokenizer.endOfText { tokens.removeLast() }
    let bytes = tokens.flatMap { tokenizer.bytes(of: $0) ?? [] }
    return DocumentSample(
      split: stream.split, document: head.entry, text: String(decoding: bytes, as: UTF8.self),
      isCut: end < head.tokens.upperBound)
  }
}
