import Basics
import Store
import TestSupport
import Testing

/// A change to a shard, all hashes and digests of which are right again: only the format's own limits can refuse it.
struct Forgery: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the error says.
  let reason: String
  let change: @Sendable (inout ShardParts) -> Void

  init(_ name: String, _ reason: String, _ change: @escaping @Sendable (inout ShardParts) -> Void) {
    self.name = name
    self.reason = reason
    self.change = change
  }

  var testDescription: String { name }

  func apply(to folder: String) throws {
    try forge("train-00000.shard", in: folder) { shard in
      change(&shard)
      shard.seal()
    }
  }

  /// A number in the header.
  static func header(_ name: String, at offset: Int, _ value: UInt64, size: Int = 4, _ reason: String)
    -> Forgery
  {
    Forgery(name, reason) {
      $0.header.replaceSubrange(offset..<offset + size, with: Reference.bytes(value, size))
    }
  }

  /// A number in an entry of the seek table: 0 is the token frame, 1 the document block.
  static func entry(
    _ name: String, _ entry: Int, at offset: Int, _ value: UInt64, size: Int, _ reason: String
  ) -> Forgery {
    Forgery(name, reason) {
      $0.entries[entry].replaceSubrange(offset..<offset + size, with: Reference.bytes(value, size))
    }
  }

  static func footer(_ name: String, at offset: Int, _ value: UInt64, _ reason: String) -> Forgery {
    Forgery(name, reason) {
      $0.footer.replaceSubrange(offset..<offset + 8, with: Reference.bytes(value, 8))
    }
  }

  /// Other ids in the token frame.
  static func ids(_ name: String, _ ids: [UInt32], _ reason: String) -> Forgery {
    Forgery(name, reason) {
      let content = ids.flatMap { Reference.bytes(UInt64($0), 2) }
      $0.replace(0, with: Zstd.pack(content))
    }
  }

  /// The same ids in another frame.
  static func frame(
    _ name: String, _ reason: String, _ frame: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) -> Forgery {
    Forgery(name, reason) {
      let content = Sample.fixed.tokens(.train).flatMap { Reference.bytes(UInt64($0), 2) }
      $0.replace(0, with: frame(content))
    }
  }

  /// Another content of the document block.
  static func block(_ name: String, statedSize: UInt64? = nil, _ content: [UInt8], _ reason: String)
    -> Forgery
  {
    Forgery(name, reason) {
      let frame = Zstd.pack(content, statedSize: statedSize)
      $0.replace(
        1, with: [0x51, 0x2a, 0x4d, 0x18] + Reference.bytes(UInt64(frame.count), 4) + frame)
    }
  }

  static func block(_ name: String, _ reason: String, _ change: (inout BlockColumns) -> Void) -> Forgery {
    var columns = BlockColumns()
    change(&columns)
    return block(name, columns.bytes, reason)
  }
}

@Suite("Hostile shards")
struct HostileShardTests {
  @Test(arguments: Forgery.headers + Forgery.tables + Forgery.footers + Forgery.frames + Forgery.blocks)
  func `what no writer writes is refused, though every hash is right`(forgery: Forgery) throws {
    let folder = try fixedDataset()
    try forgery.apply(to: folder.path)
    let dataset = try Dataset.open(folder.path)
    let error = try #require(throws: StoreError.self) {
      _ = try dataset.tokens(.train)
      _ = try dataset.documents(.train)
    }
    #expect("\(error)".contains(forgery.reason))
    let report = try verify(folder.path)
    #expect(report.faults.contains { "\($0)".contains(forgery.reason) })
  }

  @Test func `a shard put together again without a change is whole`() throws {
    let folder = try fixedDataset()
    for forgery in [
      Forgery.ids("the same ids", Sample.fixed.tokens(.train), ""),
      .block("the same documents", BlockColumns().bytes, ""),
    ] {
      try forgery.apply(to: folder.path)
      let dataset = try Dataset.open(folder.path)
      #expect(try dataset.documents(.train) == Sample.fixed.documents(.train))
      #expect(try verify(folder.path).faults == [])
    }
  }

  @Test func `sizes that are lies cost no memory`() async throws {
    await #expect(processExitsWith: .success) {
      // Whoever believes the lies needs gigabytes.
      try Limits.memory(beyondNow: 256 << 20)
      for forgery in Forgery.headers + Forgery.tables + Forgery.footers + Forgery.frames + Forgery.blocks {
        let folder = try fixedDataset()
        try forgery.apply(to: folder.path)
        #expect(throws: StoreError.self) { try Dataset.open(folder.path).documents(.train) }
        #expect(try !verify(folder.path).faults.isEmpty)
      }
    }
  }

  @Test func `a checksum inside a frame is verified by verify, as readers have the hash of the stored bytes`()
    throws
  {
    let folder = try fixedDataset()
    let forgery = Forgery.frame("a wrong checksum", "") {
      var frame = Zstd.pack($0)
      frame[frame.count - 1] ^= 1
      return frame
    }
    try forgery.apply(to: folder.path)
    #expect(try Dataset.open(folder.path).documents(.train) == Sample.fixed.documents(.train))
    let faults = try verify(folder.path).faults
    #expect(faults.count == 1)
    #expect("\(faults)".contains("frame 0: zstd: Restored data doesn't match checksum"))
  }

  @Test func `other ids of the right form are what the content digest is for`() throws {
    let folder = try fixedDataset()
    try Forgery.ids("other ids", Sample.fixed.tokens(.train).map { $0 ^ 1 }, "").apply(to: folder.path)
    let faults = try verify(folder.path).faults
    #expect(faults.count == 1)
    #expect("\(faults)".contains("its documents do not match its content digest"))
  }

  @Test func `documents from elsewhere than the manifest says are noticed, though every digest is right`()
    throws
  {
    let folder = try fixedDataset()
    var columns = BlockColumns()
    columns.lengths[1] += 1
    let forgery = Forgery.block("a longer document", columns.bytes, "")
    try forge("train-00000.shard", in: folder.path) { shard in
      forgery.change(&shard)
      try shard.sealContent()
      shard.seal()
    }
    let faults = try verify(folder.path).faults
    #expect(faults.count == 1)
    #expect("\(faults)".contains("its documents do not fit the manifest's lineage"))
  }
}
