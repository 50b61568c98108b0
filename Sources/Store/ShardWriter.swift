internal import Basics

/// What the manifest says of a shard.
struct ShardRecord: Equatable, Sendable {
  var split: Split
  var segment: Int
  var tokens: Int
  var documents: Int
  var storedBytes: Int
  var contentDigest: Digest
  var storedDigest: Digest

  var fileName: String { Self.fileName(split, segment: segment) }

  static let suffix = ".shard"

  static func fileName(_ split: Split, segment: Int) -> String {
    let digits = "\(segment)"
    return "\(split)-\(String(repeating: "0", count: max(0, 5 - digits.utf8.count)))\(digits)\(suffix)"
  }

  /// Whether a file of that name is a shard, finished or not, of some dataset.
  static func isShard(_ name: String) -> Bool {
    guard let split = Split.allCases.first(where: { name.hasPrefix("\($0)-") }) else { return false }
    let rest = name.dropFirst("\(split)-".count)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let end = rest.dropFirst(digits.count)
    return digits.count >= 5 && (end == suffix || end.hasPrefix(suffix + AtomicFile.mark))
  }
}

/// Writes one shard, front to back. It exists under its name only once ``publish()`` returned.
final class ShardWriter {
  let header: ShardHeader
  /// Nil where only the shard's size is wanted.
  private var file: AtomicFile?
  private var compressor = ZstdCompressor(level: 3)
  private var frames: FrameEncoder
  private var seekTable = SeekTable()
  private var content = ContentDigest()
  private var stored = SHA256()
  /// Ids that do not fill a frame yet, as they will be stored.
  private var pending: [UInt8] = []
  private var block = DocumentBlock(firstToken: 0, firstDocument: 0)
  /// Bytes of the file not written yet.
  private var output: [UInt8] = []
  private var tokenCount = 0
  /// The place of the first token of the document that goes on.
  private var documentStart = 0
  private var documentCount = 0

  /// - Parameter successors: of the codec table that the header names.
  init(folder: String, header: ShardHeader, _ successors: SuccessorEncoder?) throws(FileError) {
    self.header = header
    frames = FrameEncoder(successors)
    file = try AtomicFile(Path.join(folder, ShardRecord.fileName(header.split, segment: header.segment)))
    output = header.bytes
  }

  /// A writer that writes nothing: ``finish()`` says what the shard would be.
  init(measuring header: ShardHeader, _ successors: SuccessorEncoder?) {
    self.header = header
    frames = FrameEncoder(successors)
    output = header.bytes
  }

  /// Adds tokens of a document that goes on.
  func append(part tokens: Span<UInt32>) throws(StoreError) {
    let full = ShardFormat.frameTokens * header.idWidth
    var place = 0
    while place < tokens.count {
      let room = (full - pending.count) / header.idWidth
      let part = place..<min(place + room, tokens.count)
      let before = pending.count
      let largest = IDBytes.append(tokens, part, width: header.idWidth, to: &pending)
      guard largest < header.vocabularySize else {
        // What is stored later must not have it: codec tables are looked up without checks.
        pending.removeLast(pending.count - before)
        throw .tokenBeyondVocabulary(id: largest, vocabularySize: header.vocabularySize)
      }
      place = part.upperBound
      if pending.count == full { try writeFrame() }
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
    if block.documents.count == ShardFormat.blockDocuments { try writeBlock() }
    return document
  }

  private func writeFrame() throws(StoreError) {
    content.add(ids: pending.span)
    let (size, codec) = frames.encode(pending, width: header.idWidth, appendingTo: &output)
    seekTable.append(
      storedSize: size, count: pending.count / header.idWidth, kind: codec, hash: XXH64.hash(pending.span))
    pending.removeAll(keepingCapacity: true)
    try flush(over: 1 << 18)
  }

  private func writeBlock() throws(StoreError) {
    let bytes = block.bytes
    content.add(documents: bytes.span)
    var frame: [UInt8] = []
    compressor.compress(bytes.span, appendingTo: &frame)
    output.append(littleEndian: ShardFormat.FrameMagic.documentBlock)
    output.append(littleEndian: UInt32(frame.count))
    output += frame
    seekTable.append(
      storedSize: ShardFormat.frameHeaderSize + frame.count, count: block.documents.count,
      kind: SeekTable.documentBlock, hash: XXH64.hash(bytes.span))
    block = DocumentBlock(firstToken: tokenCount, firstDocument: documentCount)
    try flush(over: 1 << 18)
  }

  /// Writes what has gathered, where it is more than `limit` bytes.
  private func flush(over limit: Int) throws(StoreError) {
    guard output.count > limit else { return }
    var bytes: [UInt8] = []
    swap(&bytes, &output)
    stored.update(bytes.span)
    do { try file?.write(bytes.span) } catch { throw .file(error) }
    bytes.removeAll(keepingCapacity: true)
    swap(&bytes, &output)
  }

  /// Writes the rest of the file, still under its temporary name.
  func finish() throws(StoreError) -> ShardRecord {
    precondition(documentStart == tokenCount, "the last document has parts but no end")
    if !pending.isEmpty { try writeFrame() }
    if !block.documents.isEmpty { try writeBlock() }
    let table = seekTable.bytes
    output += table
    try flush(over: 0)
    let footer = ShardFooter(
      tokenCount: tokenCount, documentCount: documentCount, partCount: seekTable.partCount,
      seekTableHash: XXH64.hash(table.span),
      contentDigest: content.finish(header, tokenCount: tokenCount, documentCount: documentCount),
      storedDigest: stored.finish())
    let size = seekTable.end + table.count + ShardFooter.size
    do { try file?.write(footer.bytes.span) } catch { throw .file(error) }
    return ShardRecord(
      split: header.split, segment: header.segment, tokens: tokenCount, documents: documentCount,
      storedBytes: size,
      contentDigest: footer.contentDigest, storedDigest: footer.storedDigest)
  }

  /// Gives the finished file its name, and waits until it is on the disk.
  func publish() throws(StoreError) {
    do { try file.take()!.commit() } catch { throw .file(error) }
  }
}
