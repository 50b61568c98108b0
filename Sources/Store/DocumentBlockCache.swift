/// Where documents begin in the shards' blocks that were looked at last.
struct DocumentBlockCache {
  private struct Entry {
    var shard: Int
    var block: Int
    /// The place of each document's first token in the shard, and after the last document.
    var starts: [Int]
  }

  /// The most recent at the end.
  private var entries: [Entry] = []
  private let slots: Int

  init(slots: Int) { self.slots = slots }

  /// Calls `body` with the places within `range` of the shard where a document begins, in order. Documents without tokens
  /// begin where the next one does.
  mutating func starts(
    in range: Range<Int>, of shard: ShardFile, _ index: Int, _ scratch: inout ShardFile.Scratch,
    _ body: (Int) -> Void
  ) throws(ShardFile.Failure) {
    var block = try find(range.lowerBound, shard, index, &scratch)
    var last = -1
    while block < shard.table.blocks.count {
      let starts = try starts(block, shard, index, &scratch)
      guard starts[0] < range.upperBound else { return }
      var place = Self.first(starts, from: range.lowerBound)
      while place < starts.count - 1, starts[place] < range.upperBound {
        if starts[place] > last { body(starts[place]) }
        last = starts[place]
        place += 1
      }
      block += 1
    }
  }

  /// The last block whose documents begin at or before `token`.
  private mutating func find(
    _ token: Int, _ shard: ShardFile, _ index: Int, _ scratch: inout ShardFile.Scratch
  ) throws(ShardFile.Failure) -> Int {
    var low = 0
    var high = shard.table.blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if try starts(middle, shard, index, &scratch)[0] <= token { low = middle } else { high = middle }
    }
    return low
  }

  /// The first of the ascending `starts` that is at or beyond `token`.
  private static func first(_ starts: [Int], from token: Int) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func starts(
    _ block: Int, _ shard: ShardFile, _ index: Int, _ scratch: inout ShardFile.Scratch
  ) throws(ShardFile.Failure) -> [Int] {
    if let found = entries.lastIndex(where: { $0.shard == index && $0.block == block }) {
      if found < entries.count - 1 { entries.append(entries.remove(at: found)) }
      return entries[entries.count - 1].starts
    }
    let content = try shard.readBlock(block, &scratch)
    guard content.firstDocument == block * ShardFormat.blockDocuments else {
      throw ShardFile.Failure("its document blocks do not follow each other")
    }
    try content.check(
      firstToken: content.firstToken, firstDocument: content.firstDocument,
      tokenCount: shard.footer.tokenCount, isLast: block == shard.table.blocks.count - 1, sources: .max)
    var starts = [content.firstToken]
    starts.reserveCapacity(content.documents.count + 1)
    for document in content.documents { starts.append(starts[starts.count - 1] + document.tokenCount) }
    if entries.count == slots { entries.removeFirst() }
    entries.append(Entry(shard: index, block: block, starts: starts))
    return starts
  }
}
