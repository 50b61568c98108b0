internal import Basics
internal import Store
internal import Tokenizer

/// Takes segments that were encoded again and compares them with what the dataset holds.
final class SegmentComparison: SegmentSink {
  private let dataset: Dataset
  private let tokenizer: Tokenizer
  private let damaged: Set<String>
  private var readers: [Split: SplitTokens] = [:]
  private var walks: [Split: Walk] = [:]
  private var segment: Int?
  /// The splits that the sources give documents of, where the dataset has no such shard.
  private var strangers: Set<Split> = []
  /// What the sources say of it that was left out.
  private var rejects: [RejectedDocument] = []
  /// The first difference of each shard.
  private(set) var differences: [DatasetDifference] = []
  /// Tokens that were the same.
  private(set) var tokens = 0

  /// - Parameter damaged: paths of shards that are passed over.
  init(_ dataset: Dataset, _ tokenizer: Tokenizer, passingOver damaged: Set<String>) throws(PipelineError) {
    self.dataset = dataset
    self.tokenizer = tokenizer
    self.damaged = damaged
    for split in dataset.splits { readers[split.split] = try SplitTokens(dataset, split.split) }
  }

  /// Where the comparison is in one shard.
  private struct Walk {
    let extent: ShardExtent
    var cursor: SplitReader.DocumentCursor
    /// The document that the next tokens belong to.
    var head: (document: DocumentEntry, tokens: Range<Int>)?
    /// Tokens of it that were compared.
    var place = 0
    /// Documents before it.
    var number = 0
    /// What follows is not compared: a difference was found, or the shard is damaged.
    var isOver = false
  }

  func take(_ batch: EncodedBatch) throws(PipelineError) -> SegmentParts? {
    if segment != batch.segment { begin(batch.segment) }
    var start = 0
    for text in batch.texts {
      let part = batch.tokens.span.extracting(start..<start + text.tokenCount)
      start += text.tokenCount
      do throws(PipelineError) {
        try compare(part, text)
      } catch .store(let error) {
        end(text.split, "\(error)")
      }
    }
    rejects += batch.rejects.map {
      RejectedDocument(source: $0.source, byteOffset: $0.offset, reason: $0.reason)
    }
    if batch.endsSegment { try end(batch.segment) }
    return nil
  }

  /// Compares what is known only once all of a segment came.
  private func end(_ segment: Int) throws(PipelineError) {
    let stored = try storing { () throws(StoreError) in try dataset.rejects(segment: segment) }
    if stored != rejects {
      differences.append(
        DatasetDifference(
          shard: dataset.folder,
          reason: """
            segment \(segment) left out \(stored.count) documents, and the sources give \(rejects.count) others or \
            for other reasons
            """))
    }
    for split in Split.allCases {
      guard let walk = walks[split], !walk.isOver, walk.number < walk.extent.documents.count else {
        continue
      }
      end(
        split, "the sources give \(walk.number) documents, and the shard has \(walk.extent.documents.count)")
    }
    self.segment = nil
  }

  func abandon() { segment = nil }

  private func begin(_ number: Int) {
    segment = number
    strangers = []
    rejects = []
    walks = [:]
    for (split, reader) in readers {
      guard let index = reader.extents.firstIndex(where: { $0.segment == number }) else { continue }
      let extent = reader.extents[index]
      walks[split] = Walk(
        extent: extent, cursor: reader.cursor(atShard: index), isOver: damaged.contains(extent.path))
    }
  }

  /// Notes a difference and leaves the shard.
  private func end(
    _ split: Split, _ reason: String, token: Int? = nil, textByte: Int? = nil, at entry: DocumentEntry? = nil
  ) {
    let walk = walks[split]
    let entry = walk?.head?.document ?? entry
    differences.append(
      DatasetDifference(
        shard: walk?.extent.path ?? "\(dataset.folder): segment \(segment ?? 0), \(split)",
        document: walk?.number, source: entry.map { dataset.sources[$0.source].path },
        offset: entry?.byteOffset, token: token, textByte: textByte, reason: reason))
    walks[split]?.isOver = true
  }

  private func compare(_ part: Span<TokenID>, _ text: EncodedBatch.Text) throws(PipelineError) {
    let split = text.split
    guard var walk = walks[split], let reader = readers[split] else {
      guard strangers.insert(split).inserted else { return }
      return end(split, "the sources give documents, and the dataset has no such shard", at: text.entry)
    }
    guard !walk.isOver else { return }
    if walk.head == nil {
      guard walk.number < walk.extent.documents.count else {
        return end(split, "the sources give a document more than the shard has", at: text.entry)
      }
      walk.head = try reader.next(&walk.cursor)
      walk.place = 0
      walks[split] = walk
    }
    guard let (document, range) = walk.head else { return }
    let stored = range.dropFirst(walk.place).prefix(part.count)
    let same = try commonLength(part, stored.startIndex..<stored.endIndex, reader)
    tokens += same
    guard same == part.count else { return try differ(part, same, walk, reader, split) }
    walk.place += part.count
    if let entry = text.entry {
      walks[split] = walk
      if let reason = Self.reason(document, entry, walk.place) { return end(split, reason) }
      walk.head = nil
      walk.number += 1
    }
    walks[split] = walk
  }

  /// How many of the first of `part` are those stored at `range`.
  private func commonLength(
    _ part: Span<TokenID>, _ range: Range<Int>, _ reader: SplitTokens
  ) throws(PipelineError) -> Int {
    var same = 0
    var isOver = false
    try reader.read(range) { tokens throws(PipelineError) in
      guard !isOver else { return }
      var index = 0
      while index < tokens.count, tokens[index] == part[same + index] { index += 1 }
      same += index
      isOver = index < tokens.count
    }
    return same
  }

  /// Names the first token that is another.
  private func differ(
    _ part: Span<TokenID>, _ same: Int, _ walk: Walk, _ reader: SplitTokens, _ split: Split
  ) throws(PipelineError) {
    guard let (_, range) = walk.head else { return }
    let token = walk.place + same
    let place = range.lowerBound + token
    var length = 0
    try reader.read(range.lowerBound..<place) { tokens throws(PipelineError) in
      length += (try? tokenizer.textLength(tokens)) ?? 0
    }
    let stored =
      place < range.upperBound ? "it is \(try reader.tokens(place..<place + 1)[0])" : "the document has ended"
    end(split, "\(stored), and the source gives \(part[same])", token: token, textByte: length)
  }

  /// What is different between the stored document and the one encoded again, whose tokens are the same so far.
  private static func reason(_ stored: DocumentEntry, _ again: DocumentEntry, _ tokens: Int) -> String? {
    if stored.tokenCount != tokens {
      return "it has \(stored.tokenCount) tokens, and the source gives \(tokens)"
    }
    if (stored.source, stored.byteOffset, stored.byteCount)
      != (again.source, again.byteOffset, again.byteCount)
    {
      return """
        it is said to be \(stored.byteCount) bytes of source \(stored.source) from byte \(stored.byteOffset), and is \
        \(again.byteCount) of source \(again.source) from \(again.byteOffset)
        """
    }
    if stored.textHash != again.textHash { return "its text hash is not that of the source's text" }
    return stored.label != again.label ? "its label is another" : nil
  }
}
