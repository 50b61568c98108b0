import Basics
import Store
import TestSupport
import Testing

@Suite("Codec tables")
struct CodecTableTests {
  @Test(arguments: 0..<12)
  func `a file is read back, and as the definition has it`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = [1, 2, 257, 5_000, 70_000, 30_000][Int(seed) % 6]
    let reference = ReferenceCodec(vocabularySize: vocabulary, using: &random)
    let file = reference.table.fileBytes
    #expect(try SuccessorLists(file: file) == reference.table)
    let read = try ReferenceCodec(file: file)
    #expect(read.frequent == reference.frequent && read.lists == reference.lists)
  }

  private static func file(_ fields: [UInt64], _ content: [UInt8], statedSize: UInt64? = nil) -> [UInt8] {
    Array("TESSTBL\n".utf8) + fields.flatMap { Reference.bytes($0, 4) } + Reference.bytes(0, 8)
      + Zstd.pack(content, statedSize: statedSize)
  }

  /// What no writer writes: name, file, and what the error says.
  private static let hostile: [(String, [UInt8], String)] = {
    let zeros = [UInt8](repeating: 0, count: 4)
    let impossible = "its content is impossible"
    return [
      ("nothing", [], "it does not begin like a codec table"),
      ("only a magic", Array("TESSTBL\n".utf8), "it does not begin like a codec table"),
      ("another magic", Array("TESSERA\n".utf8) + zeros + zeros, "it does not begin like a codec table"),
      ("version 2", file([2, 4, 0, 0], zeros), "it is of version 2, and this program reads version 1"),
      ("a vocabulary of 2^32 - 1", file([1, 0xffff_ffff, 0, 0], zeros), "its header is impossible"),
      ("a vocabulary over the limit", file([1, 1 << 22 + 1, 0, 0], zeros), "its header is impossible"),
      ("more frequent ids than ids", file([1, 4, 5, 0], zeros), "its header is impossible"),
      ("too many frequent ids", file([1, 65_536, 24_321, 0], zeros), "its header is impossible"),
      ("too few frequent ids of 65,536", file([1, 65_536, 24_319, 0], zeros), "its header is impossible"),
      ("2^32 - 1 successors", file([1, 4, 0, 0xffff_ffff], zeros), "its header is impossible"),
      ("no content", file([1, 4, 0, 0], []), impossible),
      ("a length too few", file([1, 4, 0, 0], [0, 0, 0]), impossible),
      ("a byte too many", file([1, 4, 0, 0], zeros + [0]), impossible),
      (
        "a length of 161", file([1, 4, 0, 161], [161, 0, 0, 0] + [UInt8](repeating: 0, count: 161)),
        impossible
      ),
      ("fewer successors than counted", file([1, 4, 0, 2], [1, 0, 0, 0, 0]), impossible),
      ("a list cut off", file([1, 4, 0, 2], [2, 0, 0, 0, 0]), impossible),
      ("a place beyond the vocabulary", file([1, 4, 0, 1], [1, 0, 0, 0, 4]), impossible),
      ("places that run beyond it", file([1, 4, 0, 5], [5, 0, 0, 0, 0, 0, 0, 0, 4]), impossible),
      (
        "a place of ten bytes", file([1, 4, 0, 1], [1, 0, 0, 0] + [UInt8](repeating: 0xff, count: 9) + [1]),
        impossible
      ),
      ("a varint without an end", file([1, 4, 0, 1], [1, 0, 0, 0, 0xff, 0xff]), impossible),
      ("a frequent id beyond the vocabulary", file([1, 4, 1, 0], [4] + zeros), impossible),
      ("frequent ids that run beyond it", file([1, 4, 2, 0], [3, 0] + zeros), impossible),
      (
        "a frequent id in two groups",
        file([1, 300, 257, 0], [UInt8](repeating: 0, count: 256) + [7] + [UInt8](repeating: 0, count: 300)),
        "a frequent id comes twice"
      ),
      (
        "a content that claims 2^62 bytes", file([1, 4, 0, 0], zeros, statedSize: 1 << 62),
        "its content is too large"
      ),
      ("a content that claims 32 MiB", file([1, 4, 0, 0], zeros, statedSize: 1 << 25), "zstd"),
      (
        "no zstd frame", Array(file([1, 4, 0, 0], zeros)[..<32]) + [1, 2, 3],
        "its content is too large or no zstd frame"
      ),
      ("bytes behind the frame", file([1, 4, 0, 0], zeros) + [0], "followed by something else"),
    ]
  }()

  @Test(arguments: hostile.indices)
  func `what no writer writes is refused by name`(index: Int) throws {
    let (name, file, reason) = Self.hostile[index]
    let error = try #require(throws: CodecTableError.self, "\(name)") { _ = try SuccessorLists(file: file) }
    #expect(error.reason.contains(reason), "\(name): \(error.reason)")
  }

  @Test func `tables that lie about sizes cost no memory`() async throws {
    await #expect(processExitsWith: .success) {
      try Limits.memory(beyondNow: 256 << 20)
      for (_, file, _) in Self.hostile {
        #expect(throws: CodecTableError.self) { _ = try SuccessorLists(file: file) }
      }
    }
  }

  @Test(arguments: 0..<20)
  func `contents that were tampered with are an error or a table that can be used`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let reference = ReferenceCodec(vocabularySize: 300, using: &random)
    let table = reference.table
    for _ in 0..<100 {
      var content = table.content
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        content[Int.random(in: content.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let file = Array(table.fileBytes[..<32]) + Zstd.pack(content)
      guard let lists = try? SuccessorLists(file: file) else { continue }
      #expect(lists.successors.allSatisfy { $0 < 300 } && lists.frequent.allSatisfy { $0 < 300 })
      #expect(lists.lengths.reduce(0) { $0 + Int($1) } == lists.successors.count)
    }
  }
}

@Suite("Making codec tables")
struct CodecTableBuildingTests {
  /// Text-like tokens: each is followed by few others most of the time.
  static func tokens(_ count: Int, vocabularySize: Int = 1_000, seed: UInt64 = 1) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    var tokens: [UInt32] = [0]
    while tokens.count < count {
      let skewed = UInt32(Double(vocabularySize - 1) * random.unit() * random.unit() * random.unit())
      tokens.append(
        random.unit() < 0.7 ? (tokens[tokens.count - 1] &* 31 &+ skewed % 7) % UInt32(vocabularySize) : skewed
      )
    }
    return tokens
  }

  @Test(arguments: [1.0, 10.0])
  func `lists have the commonest successors in order`(growth: Double) throws {
    let tokens = Self.tokens(60_000)
    let lists = try #require(CodecTable.make(from: [tokens], vocabularySize: 1_000, growth: growth)).lists
    var counts = [[UInt32: Int]](repeating: [:], count: 1_000)
    for (previous, token) in zip(tokens, tokens.dropFirst()) { counts[Int(previous)][token, default: 0] += 1 }
    var place = 0
    for id in 0..<1_000 {
      let length = Int(lists.lengths[id])
      let list = lists.successors[place..<place + length].map { counts[id][$0]! }
      let expected = counts[id].values.filter { $0 >= (growth == 1 ? 2 : 1) }.sorted(by: >).prefix(160)
      #expect(list.prefix(4) == expected.prefix(4))
      #expect(list.sorted(by: >) == Array(expected))
      place += length
    }
  }

  @Test func `any number of threads makes the same table`() throws {
    let tokens = Self.tokens(100_000, vocabularySize: 70_000)
    let one = try #require(CodecTable.make(from: [tokens], vocabularySize: 70_000, growth: 8))
    for threads in [2, 3, 8] {
      let other = CodecTable.make(from: [tokens], vocabularySize: 70_000, growth: 8, threads: threads)
      #expect(other?.bytes == one.bytes)
    }
  }

  @Test(arguments: [UInt64(1), 2])
  func `it does not matter where the tokens are cut`(seed: UInt64) throws {
    // So many that they are sorted in two parts.
    let tokens = Self.tokens(2_300_000, seed: seed)
    let one = try #require(CodecTable.make(from: [tokens], vocabularySize: 1_000, growth: 1))
    var random = SplitMix64(seed: seed)
    var chunks: [[UInt32]] = [[]]
    var start = 0
    while start < tokens.count {
      let end = min(
        tokens.count, start + Int.random(in: 0...400_000, using: &random) / (chunks.count % 3 + 1))
      chunks.append(Array(tokens[start..<end]))
      start = end
    }
    chunks.append([])
    let other = CodecTable.make(from: chunks, vocabularySize: 1_000, growth: 1, threads: 2)
    #expect(other?.bytes == one.bytes)
  }

  @Test func `where none pays for itself there is none`() {
    var random = SplitMix64(seed: 5)
    let noise = (0..<50_000).map { _ in UInt32.random(in: 0..<50_000, using: &random) }
    #expect(CodecTable.make(from: [noise], vocabularySize: 50_000, growth: 1) == nil)
    for tokens in [[], [1], [1, 2], [UInt32](repeating: 7, count: 20_000), Self.tokens(200)] {
      #expect(CodecTable.make(from: [tokens], vocabularySize: 1_000, growth: 1) == nil)
    }
    #expect(CodecTable.make(from: [Self.tokens(60_000)], vocabularySize: 1 << 22 + 1, growth: 1) == nil)
  }
}
