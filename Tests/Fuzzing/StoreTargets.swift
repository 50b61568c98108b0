internal import Basics
internal import Store

extension FuzzTarget {
  static let storeTargets = [
    FuzzTarget("shard", seeds: { [try StoreFixture.shared.get().shard] }, read: shard),
    FuzzTarget("manifest", seeds: { [try StoreFixture.shared.get().manifest] }, read: manifest),
    FuzzTarget("codec-table", seeds: { [try StoreFixture.shared.get().table.bytes] }, read: codecTable),
    FuzzTarget("codec-lists", seeds: codecListsSeeds, read: codecLists),
    FuzzTarget("codec-frame", seeds: codecFrameSeeds, read: codecFrame),
    FuzzTarget("document-block", seeds: documentBlockSeeds, read: documentBlock),
  ]

  /// A shard as it is, then with the hashes of its header, parts, seek table and footer made right again, so that what they
  /// protect is read.
  @Sendable private static func shard(_ input: [UInt8]) throws {
    let fixture = try StoreFixture.shared.get()
    defer { try? fixture.put(fixture.shard, StoreFixture.shardName) }
    try fixture.put(input, StoreFixture.shardName)
    _ = try refusal {
      let found = try fixture.read()
      try expect(found == (fixture.tokens, fixture.documents), "other tokens or documents without an error")
    }
    let sealed = sealed(input, like: fixture.shard)
    try fixture.put(sealed, StoreFixture.shardName)
    _ = try refusal {
      let found = try fixture.read()
      try expect(found.tokens.count == fixture.tokens.count, "another number of tokens")
      try expect(found.tokens.allSatisfy { $0 < StoreFixture.vocabularySize }, "an id beyond the vocabulary")
      try expect(found.documents.allSatisfy { 0..<2 ~= $0.source }, "a source that is not there")
    }
    let report = try verify(fixture.folder)
    try expect(report.faults.isEmpty == (sealed == fixture.shard), "verify: \(report.faults)")
  }

  /// `input` as long as the whole shard, with its footer but for the number of parts.
  private static func sealed(_ input: [UInt8], like whole: [UInt8]) -> [UInt8] {
    let body = whole.count - 128
    var bytes = Array(input.prefix(body))
    bytes += whole[bytes.count..<whole.count]
    if input.count >= body + 32 {
      bytes.replaceSubrange(body + 24..<body + 26, with: input[body + 24..<body + 26])
    }
    func seal(_ part: Range<Int>, at place: Int) {
      let hash = XXH64.hash(bytes.span.extracting(part))
      for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: hash >> UInt64(8 * index)) }
    }
    seal(0..<104, at: 104)
    let table = body - 8 - 16 * (Int(bytes[body + 24]) | Int(bytes[body + 25]) << 8)
    if table >= 0 {
      // The parts that lie before the table, as far as their sizes let them be found.
      var place = 112
      for entry in stride(from: table + 8, to: body, by: 16) {
        let end = place + (0..<4).reduce(0) { $0 | Int(bytes[entry + $1]) << (8 * $1) }
        guard end <= table else { break }
        seal(place..<end, at: entry + 8)
        place = end
      }
      seal(table..<body, at: body + 32)
    }
    seal(body..<body + 104, at: body + 104)
    return bytes
  }

  /// A manifest is an error, or says what it said.
  @Sendable private static func manifest(_ input: [UInt8]) throws {
    let fixture = try StoreFixture.shared.get()
    try fixture.put(input, StoreFixture.manifestName)
    // All of it, as a writer may find a removal to be finished: without shards nothing would be read of the inputs that follow.
    defer { try? fixture.restore() }
    _ = try refusal {
      let dataset = try Dataset.open(fixture.folder)
      try expect(dataset.rootHash == fixture.rootHash, "another root hash without an error")
      try expect(try dataset.plan() == fixture.plan, "another plan without an error")
      let found = try fixture.read()
      try expect(found == (fixture.tokens, fixture.documents), "other tokens or documents without an error")
      let rejects = try dataset.rejects()
      let expected = [RejectedDocument(source: 1, byteOffset: 9_000, reason: "too short")]
      try expect(rejects == expected, "other rejects without an error: \(rejects)")
    }
    // The writers' way to open it; a plan of its own is refused.
    _ = try refusal { _ = try DatasetWriter(folder: fixture.folder, plan: fixture.plan) }
    _ = try verify(fixture.folder)
  }

  @Sendable private static func codecTable(_ input: [UInt8]) throws {
    let path = try Scratch.write(input, to: "codec.table")
    try check(try CodecTable.read(path, vocabularySize: StoreFixture.vocabularySize).lists)
  }

  /// The fields of the header, then the content, as no compressor would let a mutation through.
  @Sendable private static func codecLists(_ input: [UInt8]) throws {
    guard input.count >= 12 else { return }
    let file =
      Array("TESSTBL\n".utf8) + [1, 0, 0, 0] + input[..<12] + [UInt8](repeating: 0, count: 8)
      + packed(Array(input[12...]))
    try check(try SuccessorLists(file: file))
  }

  private static func check(_ lists: SuccessorLists) throws {
    try expect(try SuccessorLists(file: lists.fileBytes) == lists, "a table is read back as another one")
    // Every list is looked up, with bytes that it may not have.
    let decoder = SuccessorDecoder(lists)
    var ids = [UInt32](repeating: 0, count: 500)
    for seed in 0..<4 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let content = (0..<600).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = decoder.decode(
        content + [UInt8](repeating: 255, count: SuccessorDecoder.padding), size: 600, count: 500, into: &ids)
    }
  }

  /// How many tokens, then a frame's content.
  @Sendable private static func codecFrame(_ input: [UInt8]) throws {
    guard input.count >= 2 else { return }
    let lists = try StoreFixture.shared.get().table.lists
    let count = min(8_192, Int(input[0]) | Int(input[1]) << 8)
    let content = Array(input[2...])
    var ids = [UInt32](repeating: 0, count: count)
    let padding = [UInt8](repeating: input[1], count: SuccessorDecoder.padding)
    let isRight = SuccessorDecoder(lists).decode(
      content + padding, size: content.count, count: count, into: &ids)
    guard isRight else { return }
    try expect(ids.allSatisfy { $0 < StoreFixture.vocabularySize }, "an id beyond the vocabulary")
    var again: [UInt8] = []
    SuccessorEncoder(lists).encode(
      ids.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }, width: 2, into: &again)
    var same = [UInt32](repeating: 0, count: count)
    let isSame = SuccessorDecoder(lists).decode(
      again + padding, size: again.count, count: count, into: &same)
    try expect(isSame && same == ids, "ids are not what they were after encoding them again")
  }

  /// How many documents, then a block's content.
  @Sendable private static func documentBlock(_ input: [UInt8]) throws {
    guard input.count >= 2 else { return }
    let count = min(8_192, Int(input[0]) | Int(input[1]) << 8)
    let content = Array(input[2...])
    let block = try DocumentBlock(content.span, count: count)
    try expect(block.documents.count == count, "\(block.documents.count) documents of \(count)")
    let bytes = block.bytes
    try expect(try DocumentBlock(bytes.span, count: count) == block, "a block is read back as another one")
  }
}

extension FuzzTarget {
  @Sendable private static func codecListsSeeds() throws -> [[UInt8]] {
    let lists = try StoreFixture.shared.get().table.lists
    return [
      Array(lists.fileBytes[12..<24]) + lists.content, [4, 0, 0, 0] + [UInt8](repeating: 0, count: 12),
    ]
  }

  @Sendable private static func codecFrameSeeds() throws -> [[UInt8]] {
    let fixture = try StoreFixture.shared.get()
    return [0, 1, 5, 300].map { count in
      var content: [UInt8] = []
      let ids = fixture.tokens[..<count].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      SuccessorEncoder(fixture.table.lists).encode(ids, width: 2, into: &content)
      return [UInt8(truncatingIfNeeded: count), UInt8(count >> 8)] + content
    }
  }

  @Sendable private static func documentBlockSeeds() throws -> [[UInt8]] {
    let documents = try StoreFixture.shared.get().documents
    return [1, 3, documents.count].map { count in
      var block = DocumentBlock(firstToken: 0, firstDocument: 0)
      block.documents = Array(documents[..<count])
      return [UInt8(count), 0] + block.bytes
    }
  }

  /// A zstd frame of raw blocks, with size and checksum.
  private static func packed(_ content: [UInt8]) -> [UInt8] {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0b1110_0100] + number(UInt64(content.count), 8)
    var rest = content[...]
    repeat {
      let block = rest.prefix(1 << 17)
      rest = rest.dropFirst(block.count)
      frame += number(UInt64(block.count << 3) | (rest.isEmpty ? 1 : 0), 3) + block
    } while !rest.isEmpty
    return frame + number(XXH64.hash(content.span) & 0xffff_ffff, 4)
  }
}
