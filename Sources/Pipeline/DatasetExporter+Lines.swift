public import Basics
internal import Store
internal import Tokenizer

extension DatasetExporter {
  /// Writes one JSON object for each document, in the order of the sources:
  ///
  ///     {"ids":[464,3290],"text":"The dog","source":"books/a.txt","offset":0,"split":"train"}
  ///
  /// The `<|endoftext|>` behind the document is left out. Where its bytes are not UTF-8, `text` has U+FFFD for what is no
  /// character, and `bytes` has all of them in base64. Labelled documents have a `label`.
  public func writeLines(
    report: (Int) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false },
    to output: (Span<UInt8>) throws(FileError) -> Void
  ) throws(PipelineError) {
    var streams: [DocumentStream] = []
    for split in dataset.splits { streams.append(try DocumentStream(dataset, split.split)) }
    let decoder = Decoder(tokenizer)
    var done = 0
    var waiting: [UInt8] = []
    while let stream = streams.filter({ $0.head != nil }).min(by: { $0.precedes($1) }), let head = stream.head
    {
      let line = try DocumentLine(self, stream, head, decoder, isCancelled)
      try line.write { bytes throws(PipelineError) in
        waiting += bytes
        guard waiting.count >= 1 << 16 else { return }
        try filing { () throws(FileError) in try output(waiting.span) }
        waiting.removeAll(keepingCapacity: true)
      }
      done += head.tokens.count
      report(done)
      try stream.advance()
    }
    try filing { () throws(FileError) in try output(waiting.span) }
  }

  /// Writes the same lines to `documents.jsonl` in `folder`, which exists once it is whole, and returns its path.
  public func writeLines(
    folder: String, report: (Int) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
  ) throws(PipelineError) -> String {
    let path = Path.join(folder, "documents.jsonl")
    let file = try filing { () throws(FileError) in
      try Folder.create(folder)
      return try AtomicFile(path)
    }
    try writeLines(report: report, isCancelled: isCancelled) { bytes throws(FileError) in
      try file.write(bytes)
    }
    do { try file.commit() } catch { throw .file(error) }
    return path
  }
}

/// The documents of a split, one after another.
final class DocumentStream {
  typealias Head = (entry: DocumentEntry, tokens: Range<Int>)

  let split: Split
  var reader: SplitReader
  private(set) var head: Head?
  private var cursor = SplitReader.DocumentCursor()

  init(_ dataset: Dataset, _ split: Split) throws(PipelineError) {
    self.split = split
    do {
      reader = try dataset.reader(split)
    } catch {
      throw .store(error)
    }
    try advance()
  }

  func advance() throws(PipelineError) {
    do {
      if let next = try reader.next(&cursor) { head = (next.document, next.tokens) } else { head = nil }
    } catch {
      throw .store(error)
    }
  }

  /// Whether the next document comes before the other's in the sources.
  func precedes(_ other: DocumentStream) -> Bool {
    guard let left = head?.entry, let right = other.head?.entry else { return head != nil }
    return (left.source, left.byteOffset) < (right.source, right.byteOffset)
  }
}

/// One line of the export. Long documents pass through in steps.
private struct DocumentLine {
  private let exporter: DatasetExporter
  private let stream: DocumentStream
  private let entry: DocumentEntry
  private let tokens: Range<Int>
  private let decoder: Decoder
  private let isCancelled: () -> Bool

  init(
    _ exporter: DatasetExporter, _ stream: DocumentStream, _ head: DocumentStream.Head, _ decoder: Decoder,
    _ isCancelled: @escaping () -> Bool
  ) throws(PipelineError) {
    self.exporter = exporter
    self.stream = stream
    self.decoder = decoder
    self.isCancelled = isCancelled
    entry = head.entry
    var end: [TokenID] = []
    if let last = head.tokens.last {
      try storing { () throws(StoreError) in try stream.reader.read(last..<last + 1, into: &end) }
    }
    let hasMark = end == [exporter.dataset.tokenizer.endOfText]
    tokens = head.tokens.lowerBound..<head.tokens.upperBound - (hasMark ? 1 : 0)
  }

  func write(_ output: ([UInt8]) throws(PipelineError) -> Void) throws(PipelineError) {
    var line = Array("{\"ids\":[".utf8)
    var isFirst = true
    try forEachStep { tokens throws(PipelineError) in
      TokenFormat.json.write(tokens, isFirst: isFirst, to: &line)
      isFirst = false
      try output(line)
      line.removeAll(keepingCapacity: true)
    }
    line += Array("],\"text\":\"".utf8)
    var repair = TextRepair()
    try forEachPiece { bytes, isLast throws(PipelineError) in
      var text: [UInt8] = []
      repair.repair(bytes, isLast: isLast, into: &text)
      var quoted: [UInt8] = []
      JSON.write(text, to: &quoted)
      line += quoted.dropFirst().dropLast()
      try output(line)
      line.removeAll(keepingCapacity: true)
    }
    line.append(UInt8(ascii: "\""))
    if repair.hasReplaced { try writeBytes(&line, output) }
    line += Array(",".utf8) + place.bytes.dropFirst() + [ASCII.newline]
    try output(line)
  }

  private func writeBytes(
    _ line: inout [UInt8], _ output: ([UInt8]) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    line += Array(",\"bytes\":\"".utf8)
    var base64 = Base64Pieces()
    try forEachPiece { bytes, isLast throws(PipelineError) in
      var text: [UInt8] = []
      base64.encode(bytes, isLast: isLast, into: &text)
      try output(line + text)
      line.removeAll(keepingCapacity: true)
    }
    line.append(UInt8(ascii: "\""))
  }

  private var place: JSON {
    var members: [JSON.Member] = [
      JSON.Member("source", .string(exporter.dataset.sources[entry.source].path)),
      JSON.Member("offset", .integer(entry.byteOffset)), JSON.Member("split", .string(stream.split.rawValue)),
    ]
    if let label = entry.label { members.append(JSON.Member("label", .integer(label))) }
    return .object(members)
  }

  private func forEachStep(_ body: (Span<TokenID>) throws(PipelineError) -> Void) throws(PipelineError) {
    try exporter.forEachStep(&stream.reader, tokens, isCancelled, body)
  }

  /// Gives the document's bytes to `body`, and whether they are the last; at least once.
  private func forEachPiece(_ body: ([UInt8], Bool) throws(PipelineError) -> Void) throws(PipelineError) {
    try forEachStep { tokens throws(PipelineError) in
      var bytes: [UInt8] = []
      do throws(TokenizerError) {
        try decoder.decode(tokens, into: &bytes)
      } catch {
        throw .tokenizer(folder: exporter.dataset.tokenizer.name, error)
      }
      try body(bytes, false)
    }
    try body([], true)
  }
}
