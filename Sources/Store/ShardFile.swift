internal import Basics

/// One shard, open for reading: its frames and blocks, checked as they come.
///
/// Memory: the seek table, 40 bytes for each part of the shard.
final class ShardFile {
  let path: String
  let header: ShardHeader
  let footer: ShardFooter
  let table: SeekTable
  let file: File
  /// What codec 1 looks up, where the header names a table.
  private let decoder: SuccessorDecoder?

  /// Opens the shard that the manifest records, and refuses any other.
  init(_ dataset: Dataset, _ record: ShardRecord) throws(StoreError) {
    let path = Path.join(dataset.folder, record.fileName)
    let file = try Self.open(path)
    do {
      try Self.checkSize(file, record)
      footer = try Self.footer(file, record)
      header = try Self.header(file, record, dataset.tokenizer, dataset.codecTables)
      table = try Self.table(file, record, footer)
    } catch {
      throw error.storeError(path)
    }
    decoder = try dataset.codecTables.table(header.codecTableDigest)?.decoder
    self.path = path
    self.file = file
  }

  /// Refuses a shard in `folder` whose size or footer is not as recorded: all that can be told without reading it.
  static func checkEnd(_ record: ShardRecord, in folder: String) throws(StoreError) {
    let path = Path.join(folder, record.fileName)
    let file = try open(path)
    do {
      try checkSize(file, record)
      _ = try footer(file, record)
    } catch {
      throw error.storeError(path)
    }
  }

  private static func open(_ path: String) throws(StoreError) -> File {
    do { return try File.openFile(path) } catch {
      guard error.isMissing || error.isNoFile else { throw .file(error) }
      throw .damagedShard(ShardFault(path: path, reason: error.isMissing ? "it is missing" : "it is no file"))
    }
  }

  /// What reading a part can meet.
  enum Failure: Error {
    case file(FileError)
    case format(ShardFormatError)

    init(_ reason: String) { self = .format(ShardFormatError(reason: reason)) }

    func storeError(_ path: String) -> StoreError {
      switch self {
      case .file(let error): .file(error)
      case .format(let error): .damagedShard(ShardFault(path: path, reason: error.reason))
      }
    }
  }

  /// Reads bytes that must be there, as the size was checked.
  static func read(
    _ file: borrowing File, at offset: Int, count: Int, into bytes: inout [UInt8]
  ) throws(Failure) {
    do {
      try file.read(at: offset, count: count, into: &bytes)
    } catch {
      throw error.isCutOff ? Failure("it ends before byte \(offset + count)") : .file(error)
    }
  }

  private static func parse<Part>(_ body: () throws(ShardFormatError) -> Part) throws(Failure) -> Part {
    do { return try body() } catch { throw .format(error) }
  }

  private static func checkSize(_ file: borrowing File, _ record: ShardRecord) throws(Failure) {
    let size: Int
    do { size = try file.size() } catch { throw .file(error) }
    guard size == record.storedBytes else {
      throw Failure("it has \(size) bytes, and the manifest says \(record.storedBytes)")
    }
    guard size >= ShardHeader.size + SeekTable.storedSize(partCount: 0) + ShardFooter.size else {
      throw Failure("it is too short for a shard")
    }
  }

  private static func footer(_ file: borrowing File, _ record: ShardRecord) throws(Failure) -> ShardFooter {
    var bytes: [UInt8] = []
    try read(file, at: record.storedBytes - ShardFooter.size, count: ShardFooter.size, into: &bytes)
    let footer = try parse { () throws(ShardFormatError) in try ShardFooter(bytes.span) }
    guard footer.contentDigest == record.contentDigest, footer.storedDigest == record.storedDigest,
      footer.tokenCount == record.tokens, footer.documentCount == record.documents
    else { throw Failure("it is another shard than the one that the manifest names") }
    return footer
  }

  private static func header(
    _ file: borrowing File, _ record: ShardRecord, _ tokenizer: TokenizerRecord, _ codecTables: CodecTables
  ) throws(Failure) -> ShardHeader {
    var bytes: [UInt8] = []
    try read(file, at: 0, count: ShardHeader.size, into: &bytes)
    let header = try parse { () throws(ShardFormatError) in try ShardHeader(bytes.span) }
    var expected = ShardHeader(
      split: record.split, segment: record.segment, vocabularySize: tokenizer.vocabularySize,
      tokenizerDigest: tokenizer.digest)
    expected.codecTableDigest = header.codecTableDigest
    guard header == expected, codecTables.has(header.codecTableDigest) else {
      throw Failure("its header does not fit the manifest")
    }
    return header
  }

  private static func table(
    _ file: borrowing File, _ record: ShardRecord, _ footer: ShardFooter
  ) throws(Failure) -> SeekTable {
    let room = record.storedBytes - ShardHeader.size - ShardFooter.size
    guard footer.partCount <= room / SeekTable.entrySize else {
      throw Failure("its footer counts too many parts")
    }
    let size = SeekTable.storedSize(partCount: footer.partCount)
    var bytes: [UInt8] = []
    try read(file, at: record.storedBytes - ShardFooter.size - size, count: size, into: &bytes)
    let table = try parse { () throws(ShardFormatError) in try SeekTable(bytes.span, footer) }
    guard table.end == record.storedBytes - ShardFooter.size - size else {
      throw Failure("its parts do not fill the file")
    }
    return table
  }
}

extension ShardFile {
  /// What reading parts needs besides the file: to be kept from one to the next.
  struct Scratch: ~Copyable {
    fileprivate var decompressor: ZstdDecompressor
    /// The part read last, as it is stored.
    fileprivate(set) var stored: [UInt8] = []
    /// What a frame of codec 1 holds.
    fileprivate var codes: [UInt8] = []
    /// The content of the document block, or of the plain frame, that was read last.
    fileprivate(set) var content: [UInt8] = []

    /// - Parameter verifiesChecksums: those inside zstd's frames, too, which say nothing that the hash of a part's stored bytes
    ///   did not.
    init(verifiesChecksums: Bool = false) {
      decompressor = ZstdDecompressor(verifiesChecksums: verifiesChecksums)
    }
  }

  /// Reads a frame into `tokens` from `start`, every check made.
  ///
  /// - Precondition: there is room for the frame's tokens.
  func readFrame(
    _ index: Int, into tokens: inout [UInt32], at start: Int, _ scratch: inout Scratch
  ) throws(Failure) {
    let part = table.frames[index]
    try readStored(part, &scratch)
    guard part.kind == Codec.plain else {
      let size = try decompress(part, scratch.stored, &scratch.decompressor, into: &scratch.codes)
      guard decoder!.decode(scratch.codes, size: size, count: part.count, into: &tokens, at: start) else {
        throw Self.impossibleCodes
      }
      return
    }
    if let problem = scratch.decompressor.decompress(
      scratch.stored, count: part.count * header.idWidth, into: &scratch.content)
    {
      throw Failure(problem)
    }
    let largest = IDBytes.read(scratch.content.span, width: header.idWidth, into: &tokens, at: start)
    guard largest < header.vocabularySize else {
      throw Failure("it holds token \(largest) of a vocabulary of \(header.vocabularySize)")
    }
  }

  /// Reads a frame of which perhaps not all is wanted: ``unpack(_:of:)`` makes its ids.
  func readFrame(_ index: Int, into frame: inout TokenFrame, _ scratch: inout Scratch) throws(Failure) {
    let part = table.frames[index]
    frame.ids.resize(to: part.count)
    frame.packed = 0
    guard part.kind != Codec.plain else { return try readFrame(index, into: &frame.ids, at: 0, &scratch) }
    try readStored(part, &scratch)
    frame.size = try decompress(part, scratch.stored, &scratch.decompressor, into: &frame.codes)
    frame.packed = .max
  }

  /// Decodes what is not decoded yet of a frame's ids at `range`.
  func unpack(_ range: Range<Int>, of frame: inout TokenFrame) throws(Failure) {
    if frame.packed != 0, !frame.unpack(range, decoder!) { throw Self.impossibleCodes }
  }

  /// Reads a part as it is stored: nothing else is done with bytes that do not match their hash.
  private func readStored(
    _ part: SeekTable.Part, _ scratch: inout Scratch, _ reason: String = "its bytes do not match their hash"
  ) throws(Failure) {
    try Self.read(file, at: part.offset, count: part.storedSize, into: &scratch.stored)
    guard XXH64.hash(scratch.stored.span) == part.hash else { throw Failure(reason) }
  }

  /// Replaces `codes` by the content of a frame of codec 1, with what must lie behind it; returns the content's size. There is
  /// a decoder then.
  private func decompress(
    _ part: SeekTable.Part, _ stored: [UInt8], _ decompressor: inout ZstdDecompressor,
    into codes: inout [UInt8]
  ) throws(Failure) -> Int {
    guard part.kind == Codec.successors else {
      throw Failure("it uses codec \(part.kind), which this program does not know")
    }
    guard decoder != nil else { throw Failure("it uses codec 1, and its shard names no codec table") }
    guard let size = ZstdDecompressor.contentSize(stored.span), size <= ShardFormat.maximumFrameSize
    else { throw Failure("it is too large or no zstd frame") }
    if let problem = decompressor.decompress(
      stored, count: size, padding: SuccessorDecoder.padding, into: &codes)
    {
      throw Failure(problem)
    }
    return size
  }

  private static var impossibleCodes: Failure { Failure("its codes are impossible") }

  /// Reads a block of documents, every check made. Its bytes are in the scratch's content.
  func readBlock(_ index: Int, _ scratch: inout Scratch) throws(Failure) -> DocumentBlock {
    let part = table.blocks[index]
    try readStored(part, &scratch, "document block \(index) does not match its hash")
    guard let frame = Self.skippableContent(scratch.stored) else {
      throw Failure("document block \(index) is not where it should be")
    }
    guard let size = ZstdDecompressor.contentSize(frame.span), size <= ShardFormat.maximumBlockSize else {
      throw Failure("document block \(index) is too large")
    }
    if let problem = scratch.decompressor.decompress(frame, count: size, into: &scratch.content) {
      throw Failure("document block \(index): \(problem)")
    }
    let content = scratch.content
    return try Self.parse { () throws(ShardFormatError) in try DocumentBlock(content.span, count: part.count)
    }
  }
}

extension ShardFile {
  /// What the skippable frame of a document block holds.
  private static func skippableContent(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > ShardFormat.frameHeaderSize,
      bytes.span.littleEndian(at: 0) == ShardFormat.FrameMagic.documentBlock,
      bytes.span.littleEndian(at: 4) == UInt32(bytes.count - ShardFormat.frameHeaderSize)
    else { return nil }
    return Array(bytes[ShardFormat.frameHeaderSize...])
  }
}

extension FileError {
  /// The file ended before what was to be read: this is how `File` says so.
  var isCutOff: Bool { code == 0 }
}
