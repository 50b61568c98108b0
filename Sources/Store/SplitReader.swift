internal import Basics

/// Reads the tokens of a split as one sequence: its shards in order.
///
/// Every frame is checked when it is read, so that damage is an error and never a wrong token. All reads are positioned
/// reads of whole frames and blocks, so that a file that was cut or a disk that fails is an error as well. Memory is bounded:
/// the last eight frames (or as many as were asked for, about 45 KiB each and at most 75), the files and seek tables of the
/// last 64 shards or fewer (40 bytes for 8,192 tokens), and where documents are looked up the last 64 document blocks (64 KiB
/// each).
public struct SplitReader: ~Copyable {
  /// Tokens in the split.
  public let tokenCount: Int
  /// Documents in the split.
  public let documentCount: Int

  let dataset: Dataset
  let shards: [ShardRecord]
  /// The place in the split of each shard's first token, and after the last.
  let starts: [Int]
  /// The shards used last, the most recent at the end.
  private var open: [(index: Int, file: ShardFile)] = []
  private var scratch = ShardFile.Scratch()
  private var cache: FrameCache
  private var blocks = DocumentBlockCache(slots: 64)

  private let openShards: Int

  package static let mostOpenShards = 64
  static let standardCachedFrames = 8

  init(_ dataset: Dataset, _ split: Split, cachedFrames: Int, openShards: Int) {
    self.dataset = dataset
    self.openShards = min(openShards, Self.mostOpenShards)
    cache = FrameCache(slots: cachedFrames)
    shards = dataset.shards(split)
    var starts = [0]
    for shard in shards { starts.append(starts.last! + shard.tokens) }
    self.starts = starts
    tokenCount = starts.last!
    documentCount = shards.reduce(0) { $0 + $1.documents }
  }

  /// Replaces `tokens` by those at `range`.
  ///
  /// - Precondition: `range` is within `0..<tokenCount`.
  public mutating func read(_ range: Range<Int>, into tokens: inout [UInt32]) throws(StoreError) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= tokenCount, "the split has \(tokenCount) tokens")
    tokens.resize(to: range.count)
    var place = range.lowerBound
    while place < range.upperBound {
      let index = shardIndex(of: place)
      let shard = try shard(index)
      let (frame, offset) = (place - starts[index]).quotientAndRemainder(dividingBy: ShardFormat.frameTokens)
      let count = shard.table.frames[frame].count
      let wanted = offset..<min(count, offset + range.upperBound - place)
      try copy(wanted, of: frame, index, shard, to: &tokens, at: place - range.lowerBound)
      place += wanted.count
    }
  }

  /// A whole frame goes straight to where it is wanted; of others the rest may be wanted next, and is decoded then.
  private mutating func copy(
    _ wanted: Range<Int>, of frame: Int, _ index: Int, _ shard: ShardFile, to tokens: inout [UInt32],
    at start: Int
  ) throws(StoreError) {
    let count = shard.table.frames[frame].count
    let key = index << 32 | frame
    do {
      var slot = cache.slot(key)
      if slot == nil {
        guard wanted.count < count else {
          return try shard.readFrame(frame, into: &tokens, at: start, &scratch)
        }
        slot = try cache.fill(key) { target throws(ShardFile.Failure) in
          try shard.readFrame(frame, into: &target, &scratch)
        }
      }
      try cache.copy(wanted, from: slot!, to: &tokens, at: start) { target throws(ShardFile.Failure) in
        try shard.unpack(wanted, of: &target)
      }
    } catch {
      throw dataset.located(error, frame: frame, shards[index], shard)
    }
  }

  /// The shard that holds the token at `place`: the last that starts at or before it.
  private func shardIndex(of place: Int) -> Int {
    var low = 0
    var high = shards.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  private mutating func shard(_ index: Int) throws(StoreError) -> ShardFile {
    if let last = open.last, last.index == index { return last.file }
    if let found = open.firstIndex(where: { $0.index == index }) {
      open.append(open.remove(at: found))
    } else {
      if open.count == openShards { open.removeFirst() }
      do {
        open.append((index, try ShardFile(dataset, shards[index])))
      } catch {
        throw dataset.located(error, shards[index])
      }
    }
    return open[open.count - 1].file
  }

  /// Calls `body` with all tokens from `start` on, a piece of at most half a million (2 MiB) at a time, and the place of its
  /// first, until it says false or all were read.
  public mutating func scan(
    from start: Int = 0, _ body: (_ place: Int, _ tokens: Span<UInt32>) throws -> Bool
  ) throws {
    var tokens: [UInt32] = []
    var place = start
    while place < tokenCount {
      // Pieces end where frames do, so that none is decoded twice.
      let shard = shardIndex(of: place)
      let offset = place - starts[shard]
      let end = min(starts[shard + 1], place - offset % ShardFormat.frameTokens + Self.pieceSize)
      try read(place..<end, into: &tokens)
      guard try body(place, tokens.span) else { return }
      place = end
    }
  }

  private static let pieceSize = 64 * ShardFormat.frameTokens

  /// Replaces `found` by the places within `range` where a document begins, in order.
  ///
  /// The document table is searched, a block of 8,192 documents at a time: a look-up reads as many blocks as it takes to
  /// halve the shard's down to one, and none where they were read not long ago.
  ///
  /// - Precondition: `range` is within `0..<tokenCount`.
  public mutating func documentStarts(in range: Range<Int>, into found: inout [Int]) throws(StoreError) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= tokenCount, "the split has \(tokenCount) tokens")
    found.removeAll(keepingCapacity: true)
    var place = range.lowerBound
    while place < range.upperBound {
      let index = shardIndex(of: place)
      let shard = try shard(index)
      let start = starts[index]
      let end = min(range.upperBound, starts[index + 1])
      do {
        try blocks.starts(in: place - start..<end - start, of: shard, index, &scratch) {
          found.append(start + $0)
        }
      } catch {
        throw dataset.located(error.storeError(shard.path), shards[index])
      }
      place = end
    }
  }

  /// Where a walk through the documents is.
  public struct DocumentCursor: Sendable {
    fileprivate var shard = 0
    fileprivate var block = 0
    /// The documents of the block that are to come.
    fileprivate var documents: ArraySlice<DocumentEntry> = []
    /// Tokens and documents of the shard that were passed.
    fileprivate var place = 0
    fileprivate var number = 0

    /// Before the first document.
    public init() {}

    /// Before the first document of a shard, which is counted among the split's.
    init(shard: Int) { self.shard = shard }
  }

  /// The next document and the place of its tokens, in the order they were written; nil after the last. So several walks
  /// can go on side by side, and a long document's tokens can be read in parts.
  public mutating func next(
    _ cursor: inout DocumentCursor
  ) throws(StoreError) -> (document: DocumentEntry, tokens: Range<Int>)? {
    while cursor.documents.isEmpty {
      guard cursor.shard < shards.count else { return nil }
      let shard = try shard(cursor.shard)
      guard cursor.block < shard.table.blocks.count else {
        let next = cursor.shard + 1
        cursor = DocumentCursor()
        cursor.shard = next
        continue
      }
      cursor.documents = try documents(
        cursor.block, of: shard, cursor.shard, firstToken: cursor.place, firstDocument: cursor.number)[...]
      cursor.block += 1
      cursor.number += cursor.documents.count
    }
    let document = cursor.documents.removeFirst()
    let start = starts[cursor.shard] + cursor.place
    cursor.place += document.tokenCount
    return (document, start..<start + document.tokenCount)
  }

  /// Calls `body` with every document and its tokens, in the order they were written.
  ///
  /// Memory grows with the longest document.
  public mutating func forEachDocument(_ body: (DocumentEntry, Span<UInt32>) throws -> Void) throws {
    var tokens: [UInt32] = []
    var cursor = DocumentCursor()
    while let (document, range) = try next(&cursor) {
      try read(range, into: &tokens)
      try body(document, tokens.span)
    }
  }

  /// The documents of a block, which must continue where the one before ended.
  private mutating func documents(
    _ block: Int, of shard: ShardFile, _ index: Int, firstToken: Int, firstDocument: Int
  ) throws(StoreError) -> [DocumentEntry] {
    do {
      let isLast = block == shard.table.blocks.count - 1
      let content = try shard.readBlock(block, &scratch)
      try content.check(
        firstToken: firstToken, firstDocument: firstDocument, tokenCount: shard.footer.tokenCount,
        isLast: isLast,
        sources: dataset.sources.count)
      return content.documents
    } catch {
      throw dataset.located(error.storeError(shard.path), shards[index])
    }
  }
}

extension DocumentBlock {
  /// Refuses a block that does not continue where the one before ended, or that goes past the shard's end.
  func check(
    firstToken: Int, firstDocument: Int, tokenCount: Int, isLast: Bool, sources: Int
  ) throws(ShardFile.Failure) {
    var end = firstToken
    for document in documents {
      let (sum, overflows) = end.addingReportingOverflow(document.tokenCount)
      guard !overflows, sum <= tokenCount, document.source < sources else {
        throw ShardFile.Failure("a document block tells of tokens or sources that are not there")
      }
      end = sum
    }
    guard self.firstToken == firstToken, self.firstDocument == firstDocument, !isLast || end == tokenCount
    else {
      throw ShardFile.Failure("its document blocks do not follow each other")
    }
  }
}
