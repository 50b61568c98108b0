internal import Basics
public import Store
public import Tokenizer

/// Where a token of a dataset came from.
///
///     let trace = try TokenTrace(Dataset.open("shards"), .train, token: 123_456, sources: [])
///     trace.source        // "books/a.txt"
///     trace.sourceBytes   // 9_021..<9_025
public struct TokenTrace: Sendable, Equatable {
  /// The token's id.
  public let id: TokenID
  /// The text that it stands for.
  public let bytes: [UInt8]
  /// The shard's path.
  public let shard: String
  /// The number of the document in the shard.
  public let documentNumber: Int
  /// The document.
  public let document: DocumentEntry
  /// The token's place in the document.
  public let place: Int
  /// Where it is in the document's text, in bytes. The `<|endoftext|>` behind the text has none of it.
  public let textBytes: Range<Int>
  /// What the dataset calls the source.
  public let source: String
  /// The file in the source that has the document, where the source is an archive and is there.
  public let member: String?
  /// Where it is in the source's text (docs/readers.md: unpacked, and as UTF-8), in bytes; nil where a document's text is not its bytes
  /// of the source, as in lines of JSON, or where that cannot be known: the source is an archive and is missing.
  public let sourceBytes: Range<Int>?
  /// The line of the source, or of its member, at which the document begins, where text is not the source's bytes and the source is there.
  public let line: Int?
  /// Whether the source has the token's bytes there; nil where that cannot be seen: the source is missing, or has no such bytes.
  public let isInSource: Bool?
  /// The text before the token and after it, within the document; what is not UTF-8 is U+FFFD.
  public let before: String
  public let after: String

  /// Follows the token at `token` of a split back to its source.
  ///
  /// - Parameters:
  ///   - sources: folders to look for the source in, as for ``RecordedSources``.
  ///   - context: how many tokens of text before and after it.
  /// - Throws: ``PipelineError/noSuchToken(_:split:count:)``.
  public init(
    _ dataset: Dataset, _ split: Split, token: Int, sources: [String], context: Int = 24
  ) throws(PipelineError) {
    let reader = try SplitTokens(dataset, split)
    guard let index = reader.extents.firstIndex(where: { $0.tokens.contains(token) }) else {
      throw .noSuchToken(token, split: split, count: reader.extents.last?.tokens.upperBound ?? 0)
    }
    let (number, entry, range) = try Self.document(at: token, in: index, reader)
    let tokenizer = try Tokenizer(dataset.tokenizer)
    let decoding = TraceDecoding(reader, tokenizer, dataset.tokenizer)
    let start = try decoding.length(range.lowerBound..<token)
    id = try reader.tokens(token..<token + 1)[0]
    bytes = tokenizer.bytes(of: id) ?? []
    let isMark = token == range.upperBound - 1 && id == dataset.tokenizer.endOfText
    textBytes = start..<start + (isMark ? 0 : bytes.count)
    shard = reader.extents[index].path
    documentNumber = number
    document = entry
    place = token - range.lowerBound
    source = dataset.sources[entry.source].path
    let length =
      try textBytes.upperBound + decoding.length(token + 1..<range.upperBound, withoutMark: true)
    let options = try Self.configuration(dataset, segment: reader.extents[index].segment)
    let file = try RecordedSources(dataset, folders: sources).source(entry.source)?.reading(
      TextOptions(traced: options))
    let found = try file?.text(at: entry.byteOffset..<entry.byteOffset + entry.byteCount)
    member = found?.name
    // Texts that were changed on their way may have the same length. In another encoding, what was replaced is so in the source's text.
    let changes = ["newlines", "normalize", "strip-gutenberg"].contains { options[$0] != nil }
    let isPlain =
      SourceFormat(named: found?.name ?? source).layout == .text && length == entry.byteCount && !changes
      && (options["invalid"] != "replace" || options["encoding"] != nil)
    sourceBytes =
      isPlain ? entry.byteOffset + start..<entry.byteOffset + textBytes.upperBound : nil
    before = try decoding.text(max(range.lowerBound, token - context)..<token)
    after = try decoding.text(token + 1..<min(range.upperBound, token + 1 + context))
    (line, isInSource) = try Self.look(
      into: file, sourceBytes, isMark ? [] : bytes,
      linesBetween: found?.offset ?? 0, and: entry.byteOffset)
  }

  /// The options that a segment was made with.
  private static func configuration(_ dataset: Dataset, segment: Int) throws(PipelineError) -> JSON {
    let plan = try storing { () throws(StoreError) in try dataset.plan() }
    return plan.configurations.first { $0.segments.contains(segment) }?.configuration ?? dataset.configuration
  }

  private static func document(
    at token: Int, in shard: Int, _ reader: SplitTokens
  ) throws(PipelineError) -> (number: Int, entry: DocumentEntry, tokens: Range<Int>) {
    var cursor = reader.cursor(atShard: shard)
    var number = 0
    while let (entry, tokens) = try reader.next(&cursor) {
      if tokens.contains(token) { return (number, entry, tokens) }
      number += 1
    }
    preconditionFailure("documents tile their shard: the reader has checked it")
  }

  /// What the source itself says.
  private static func look(
    into source: Source?, _ range: Range<Int>?, _ bytes: [UInt8], linesBetween start: Int, and end: Int
  ) throws(PipelineError) -> (line: Int?, isInSource: Bool?) {
    guard let source else { return (nil, nil) }
    guard let range else {
      let end = min(end, source.limit)
      return (try source.lines(in: min(start, end)..<end) + 1, nil)
    }
    guard range.upperBound <= source.limit else { return (nil, false) }
    let stream = try source.open(range)
    var found: [UInt8] = []
    while found.count < range.count {
      guard try stream.read(upTo: range.count - found.count, appendingTo: &found) > 0 else { break }
    }
    return (nil, found == bytes)
  }
}

extension Source {
  /// Bytes that can be asked for: of what is packed nobody knows how many there are.
  fileprivate var limit: Int { isSeekable ? byteCount : Int.max }

  /// The text in an archive that has the document at `range`; nil where this is no archive, or has none there.
  fileprivate func text(at range: Range<Int>) throws(PipelineError) -> ArchiveTexts.Text? {
    guard let archive = try texts() else { return nil }
    var found: ArchiveTexts.Text?
    while let step = try archive.next() {
      guard case .text(let text) = step else { continue }
      guard text.offset <= range.lowerBound else { break }
      let end = try archive.end()
      guard range.upperBound <= end else { continue }
      // A document without a byte is a file without one, where there is such a file.
      if !range.isEmpty || text.offset == end { return text }
      found = found ?? text
    }
    return found
  }
}

extension TextOptions {
  /// What of a dataset's options says how its sources' bytes become text.
  fileprivate init(traced configuration: JSON) {
    self.init()
    textField = configuration["text-field"]?.string ?? textField
    encoding = configuration["encoding"]?.string
    // What stands in an encoding's text for what is none takes room there. Where there was nothing such, what the source has now is seen as it is.
    let recorded = configuration["invalid"]?.string.flatMap(Invalid.init) ?? .fail
    invalid = recorded == .fail ? .keep : recorded
  }
}

/// Decodes parts of a document.
private struct TraceDecoding {
  private let reader: SplitTokens
  private let tokenizer: Tokenizer
  private let record: TokenizerRecord

  init(_ reader: SplitTokens, _ tokenizer: Tokenizer, _ record: TokenizerRecord) {
    self.reader = reader
    self.tokenizer = tokenizer
    self.record = record
  }

  /// Bytes of text that the tokens at `range` stand for; `withoutMark` where the last of them is the `<|endoftext|>` behind
  /// a document.
  func length(_ range: Range<Int>, withoutMark: Bool = false) throws(PipelineError) -> Int {
    let range = withoutMark && !range.isEmpty ? range.dropLast() : range
    var length = 0
    try reader.read(range) { tokens throws(PipelineError) in
      do throws(TokenizerError) { length += try tokenizer.textLength(tokens) } catch {
        throw .tokenizer(folder: record.name, error)
      }
    }
    return length
  }

  func text(_ range: Range<Int>) throws(PipelineError) -> String {
    var bytes: [UInt8] = []
    for token in try reader.tokens(range) { bytes += tokenizer.bytes(of: token) ?? [] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
