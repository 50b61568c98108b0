/// Finds out how large shards become: all is done that writing them takes, but nothing is written.
///
///     let measure = ShardMeasure(tokenizer, table)
///     try measure.append(tokens.span, document: entry, split: .train)
///     let bytes = try measure.finish()
package final class ShardMeasure {
  private let tokenizer: TokenizerRecord
  private let table: CodecTable?
  private var shards: [Split: ShardWriter] = [:]

  package init(_ tokenizer: TokenizerRecord, _ table: CodecTable?) {
    self.tokenizer = tokenizer
    self.table = table
  }

  /// Adds a document, the last tokens of one that goes on.
  package func append(_ tokens: Span<UInt32>, document: DocumentEntry, split: Split) throws(StoreError) {
    _ = try shard(split).append(tokens, document)
  }

  /// Adds tokens of a document that goes on.
  package func append(part tokens: Span<UInt32>, split: Split) throws(StoreError) {
    try shard(split).append(part: tokens)
  }

  private func shard(_ split: Split) -> ShardWriter {
    if let shard = shards[split] { return shard }
    var header = ShardHeader(
      split: split, segment: 0, vocabularySize: tokenizer.vocabularySize, tokenizerDigest: tokenizer.digest)
    if let table { header.codecTableDigest = table.digest }
    let shard = ShardWriter(measuring: header, table?.encoder)
    shards[split] = shard
    return shard
  }

  /// What a shard takes besides its frames.
  package static let emptyBytes = ShardHeader.size + ShardFormat.frameHeaderSize + ShardFooter.size

  /// Ends the segment; returns the bytes of its shards. What is added then is of the next one.
  package func finish() throws(StoreError) -> Int {
    var bytes = 0
    for split in Split.allCases {
      if let shard = shards[split] { bytes += try shard.finish().storedBytes }
    }
    shards = [:]
    return bytes
  }
}
