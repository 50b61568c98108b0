internal import Basics

/// What a shard has between its header and its seek table, not compressed yet.
enum ShardPart: Sendable {
  /// The ids of a token frame, as they are stored, and how many.
  case frame([UInt8], count: Int)
  /// The content of a document block, and its documents.
  case block([UInt8], count: Int)
}

/// What is known of a shard once all of it is known.
struct ShardEnd: Sendable {
  var tokenCount: Int
  var documentCount: Int
  var contentDigest: Digest
}

/// Cuts the tokens and documents of one shard, front to back, into parts that can be compressed apart from each other.
final class ShardCutter {
  let header: ShardHeader
  private var content = ContentDigest()
  /// Ids that do not fill a frame yet, as they will be stored.
  private var pending: [UInt8] = []
  private var block = DocumentBlock(firstToken: 0, firstDocument: 0)
  private var parts: [ShardPart] = []
  private var tokenCount = 0
  /// The place of the first token of the document that goes on.
  private var documentStart = 0
  private var documentCount = 0

  init(_ header: ShardHeader) { self.header = header }

  /// The parts that were cut since the last call, in the order of the file.
  func takeParts() -> [ShardPart] {
    defer { parts = [] }
    return parts
  }

  /// Adds tokens of a document that goes on.
  func append(part tokens: Span<UInt32>) throws(StoreError) {
    let full = ShardFormat.frameTokens * header.idWidth
    var place = 0
    while place < tokens.count {
      let room = (full - pending.count) / header.idWidth
      let part = place..<min(place + room, tokens.count)
      let before = pending.count
      if before == 0 { pending.reserveCapacity(full) }
      let largest = IDBytes.append(tokens, part, width: header.idWidth, to: &pending)
      guard largest < header.vocabularySize else {
        // What is stored later must not have it: codec tables are looked up without checks.
        pending.removeLast(pending.count - before)
        throw .tokenBeyondVocabulary(id: largest, vocabularySize: header.vocabularySize)
      }
      place = part.upperBound
      if pending.count == full { endFrame() }
    }
    tokenCount += tokens.count
  }

  /// Adds a document's last tokens, and says where all of them came from; returns the entry with their number.
  func append(_ tokens: Span<UInt32>, _ document: DocumentEntry) throws(StoreError) -> DocumentEntry {
    try append(part: tokens)
    var document = document
    document.tokenCount = tokenCount - documentStart
    documentStart = tokenCount
    documentCount += 1
    block.documents.append(document)
    if block.documents.count == ShardFormat.blockDocuments { endBlock() }
    return document
  }

  /// Cuts off what is left.
  func end() -> ShardEnd {
    precondition(documentStart == tokenCount, "the last document has parts but no end")
    if !pending.isEmpty { endFrame() }
    if !block.documents.isEmpty { endBlock() }
    return ShardEnd(
      tokenCount: tokenCount, documentCount: documentCount,
      contentDigest: content.finish(header, tokenCount: tokenCount, documentCount: documentCount))
  }

  private func endFrame() {
    content.add(ids: pending.span)
    parts.append(.frame(pending, count: pending.count / header.idWidth))
    pending = []
  }

  private func endBlock() {
    let bytes = block.bytes
    content.add(documents: bytes.span)
    parts.append(.block(bytes, count: block.documents.count))
    block = DocumentBlock(firstToken: tokenCount, firstDocument: documentCount)
  }
}
