import Basics
import Store
import TestSupport
import Testing

@Suite("Damaged shards")
struct ShardDamageTests {
  private let folder: TemporaryFolder
  private let dataset: Dataset
  private let shard: String
  private let whole: [UInt8]

  init() throws {
    folder = try fixedDataset()
    dataset = try Dataset.open(folder.path)
    shard = folder("train-00000.shard")
    whole = try File.contents(shard)
  }

  /// A new file each time: to shorten and rewrite one makes some file systems wait for the disk.
  private func replaceShard(by bytes: [UInt8]) throws {
    try Folder.remove(shard)
    try folder.write(bytes, to: "train-00000.shard")
  }

  /// Reads all that the split has; true where that is an error, and an issue where it is something else than was written.
  private func isRefused() -> Bool {
    do {
      let tokens = try dataset.tokens(.train)
      #expect(tokens == Sample.fixed.tokens(.train))
      let documents = try dataset.documents(.train)
      #expect(documents == Sample.fixed.documents(.train))
      return false
    } catch {
      guard case StoreError.damagedShard(let fault)? = error as? StoreError else {
        Issue.record(error)
        return true
      }
      #expect(fault.path == shard)
      return true
    }
  }

  private func isNoticed() throws -> Bool {
    try !verify(folder.path).faults.isEmpty
  }

  @Test func `a whole shard has no fault`() throws {
    #expect(!isRefused())
    #expect(try !isNoticed())
  }

  @Test func `a flipped bit anywhere is noticed by verify, and reading never gives anything else`() throws {
    var unread: [Int] = []
    for bit in 0..<8 * whole.count {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try replaceShard(by: damaged)
      let isRefused = isRefused()
      if !isRefused { unread.append(bit) }
      // Verify is slow: one bit of each byte, and all that a reader does not need.
      if !isRefused || bit % 8 == bit / 8 % 8 {
        #expect(try isNoticed(), "bit \(bit % 8) of byte \(bit / 8)")
      }
    }
    // Every byte is under a hash that reading needs.
    #expect(unread.isEmpty, "bits \(unread)")
  }

  @Test func `what is wrong is named by the part that it is in`() throws {
    let parts = ShardParts(whole)
    let block = 112 + parts.parts[0].count
    let table = block + parts.parts[1].count
    let footer = whole.count - 128
    for (offset, reason) in [
      (0, "it does not begin like a shard"), (8, "it does not begin like a shard"),
      (16, "it is of version 0, and this program reads version 1"),
      (20, "its header does not match its hash"),
      (72, "its header does not match its hash"), (111, "its header does not match its hash"),
      (112, "frame 0: its bytes do not match their hash"), (block - 1, "frame 0: its bytes do not match"),
      (block, "document block 0 does not match its hash"), (block + 8, "document block 0"),
      (table - 1, "document block 0 does not match its hash"),
      (table, "its seek table does not match its hash"),
      (table + 4, "its seek table does not match its hash"),
      (table + 8, "its seek table does not match its hash"),
      (table + 15, "its seek table does not match its hash"), (footer, "its footer does not match its hash"),
      (footer + 8, "its footer does not match its hash"),
      (footer + 104, "its footer does not match its hash"),
      (footer + 112, "its footer contradicts itself"), (footer + 127, "its end is missing or overwritten"),
    ] {
      var damaged = whole
      damaged[offset] ^= 1
      try replaceShard(by: damaged)
      let faults = try verify(folder.path).faults
      #expect(faults.count == 1 && "\(faults)".contains(reason), "byte \(offset): \(faults)")
    }
  }

  @Test func `bytes overwritten at random are noticed`() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<300 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try replaceShard(by: damaged)
      _ = isRefused()
      #expect(try isNoticed() == (damaged != whole))
    }
  }

  @Test func `a shard cut off anywhere is noticed`() throws {
    for count in whole.indices {
      try replaceShard(by: Array(whole[..<count]))
      #expect(isRefused(), "\(count) bytes")
      #expect(try isNoticed(), "\(count) bytes")
    }
  }

  @Test(arguments: [1, 7, 128, 5_000])
  func `a shard with something behind or before it is noticed`(count: Int) throws {
    for strange in [[UInt8](repeating: 0, count: count), whole + whole] {
      for damaged in [whole + strange, strange + whole] {
        try replaceShard(by: damaged)
        #expect(isRefused())
        #expect(try isNoticed())
      }
    }
  }

  @Test func `a shard of the same dataset under another's name is noticed`() throws {
    try replaceShard(by: try File.contents(folder("val-00000.shard")))
    #expect(isRefused())
    #expect(try isNoticed())
  }

  @Test func `a shard of another dataset is noticed, even of the same size`() throws {
    var other = Sample.fixed
    other.segments[0][0].tokens[0] = 998
    let others = try StoreTests.dataset(other)
    let strange = try File.contents(others("train-00000.shard"))
    #expect(strange.count == whole.count)
    try replaceShard(by: strange)
    #expect(isRefused())
    let report = try verify(folder.path)
    #expect(
      report.faults.map(\.description) == [
        """
        '\(shard)' is damaged: it is another shard than the one that the manifest names; it held documents 0 to 4, \
        from bytes 0..<12 of 'corpus/0.txt', bytes 700..<715 of 'corpus/1.txt', bytes 12..<12 of 'corpus/0.txt' and 1 \
        more; make it again from the sources with `prep repair`, or restore the file from a copy
        """
      ])
  }

  @Test func `a missing shard is named`() throws {
    try Folder.remove(shard)
    #expect(isRefused())
    let report = try verify(folder.path)
    #expect(report.faults.count == 1)
    #expect("\(report.faults[0])".hasPrefix("'\(shard)' is damaged: it is missing; it held documents 0 to 4"))
  }

  @Test func `a folder in a shard's place is an error`() throws {
    try Folder.remove(shard)
    try Folder.create(shard)
    #expect(throws: StoreError.self) { try dataset.tokens(.train) }
    #expect(try isNoticed())
  }

  @Test func `the other splits stay readable`() throws {
    try Folder.remove(shard)
    for split in [Split.val, .test] {
      #expect(try dataset.documents(split) == Sample.fixed.documents(split))
    }
  }

  @Test func `a shard that changes while it is read is noticed`() throws {
    var reader = try dataset.reader(.train)
    var tokens: [UInt32] = []
    try reader.read(0..<1, into: &tokens)
    let file = try File.create(shard)
    try file.write(Array(whole.dropLast(200)).span)
    var cursor = SplitReader.DocumentCursor()
    let error = try #require(throws: StoreError.self) { while try reader.next(&cursor) != nil {} }
    #expect("\(error)".hasPrefix("'\(shard)' is damaged: it ends before byte"))
  }
}
