import Basics
import Store
import TestSupport
import Testing

@Suite("Codec 1")
struct CodecTests {
  /// The bytes of the page's example, line by line.
  private static func pageExample() throws -> [[UInt8]] {
    let page = String(decoding: try File.contents("\(Shared.package)/docs/shard-format.md"), as: UTF8.self)
    let block = page.split(separator: "## Example of codec 1\n")[1].split(separator: "```")[1]
    return block.split(separator: "\n").map { line in
      line.prefix { $0 != "|" }.split(separator: " ").map { UInt8($0, radix: 16)! }
    }
  }

  private static func exampleLists() -> [[UInt32]] {
    var lists = [[UInt32]](repeating: [], count: 257)
    (lists[5], lists[7], lists[256]) = ([7, 6], [256], [5])
    return lists
  }

  @Test func `the page's example is what the encoder writes and the decoder reads`() throws {
    let example = try Self.pageExample()
    let reference = ReferenceCodec(frequent: [5, 7, 256], lists: Self.exampleLists())
    #expect(Array(reference.table.fileBytes[..<32]) == example[0] + example[1])
    let zeros = [UInt8](repeating: 0, count: 248)
    #expect(reference.table.content == example[2] + example[3] + zeros + example[4...7].flatMap(\.self))
    let tokens: [UInt32] = (0..<13).flatMap { _ in [5, 7] } + [256, 5, 6, 7, 256, 9, 9]
    let frame = example[8...].flatMap(\.self)
    #expect(reference.encode(tokens, width: 2) == frame)
    #expect(try reference.decode(frame, count: 33, width: 2) == tokens)
    var content: [UInt8] = []
    SuccessorEncoder(reference.table).encode(bytes(tokens, 2), width: 2, into: &content)
    #expect(content == frame)
    #expect(decode(frame, count: 33, SuccessorDecoder(reference.table)) == tokens)
  }

  private func bytes(_ tokens: [UInt32], _ width: Int) -> [UInt8] {
    tokens.flatMap { Reference.bytes(UInt64($0), width) }
  }

  /// What the fast decoder makes of a content; nil where it refuses.
  private func decode(_ content: [UInt8], count: Int, _ decoder: SuccessorDecoder) -> [UInt32]? {
    // What lies behind must not matter, nor what lies around the frame's place.
    let padded = content + [UInt8](repeating: 0xa7, count: SuccessorDecoder.padding)
    var ids = [UInt32](repeating: 77, count: count + 5)
    guard decoder.decode(padded, size: content.count, count: count, into: &ids, at: 3) else { return nil }
    #expect(ids[..<3] == [77, 77, 77] && ids[(count + 3)...] == [77, 77])
    return Array(ids[3..<count + 3])
  }

  private static let vocabularies = [3, 257, 24_321, 65_535, 65_536, 65_537, 200_000]

  @Test(arguments: 0..<60)
  func `agrees with the definition`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = Self.vocabularies[Int(seed) % Self.vocabularies.count]
    let width = vocabulary <= 65_536 ? 2 : 4
    let reference = ReferenceCodec(vocabularySize: vocabulary, using: &random)
    let encoder = SuccessorEncoder(reference.table), decoder = SuccessorDecoder(reference.table)
    var content: [UInt8] = []
    for count in [0, 1, 2, 15, 16, 17, 31, 32, 33, Int.random(in: 34...600, using: &random)] {
      let tokens = Self.tokens(count, reference, &random)
      encoder.encode(bytes(tokens, width), width: width, into: &content)
      #expect(content == reference.encode(tokens, width: width))
      #expect(decode(content, count: count, decoder) == tokens)
      #expect(try reference.decode(content, count: count, width: width) == tokens)
    }
  }

  /// Tokens that often follow one another as the lists say.
  private static func tokens(_ count: Int, _ codec: ReferenceCodec, _ random: inout SplitMix64) -> [UInt32] {
    var tokens: [UInt32] = []
    let listed = codec.lists.indices.filter { !codec.lists[$0].isEmpty }.map { UInt32($0) }
    while tokens.count < count {
      let list = tokens.last.map { codec.lists[Int($0)] } ?? []
      let choice = random.unit()
      let token =
        choice < 0.6
        ? list.randomElement(using: &random)
        : choice < 0.9 ? listed.randomElement(using: &random) : codec.frequent.randomElement(using: &random)
      tokens.append(token ?? UInt32.random(in: 0..<UInt32(codec.lists.count), using: &random))
    }
    return tokens
  }

  @Test func `a frame has room for 8,192 of the longest codes`() throws {
    for vocabulary in [65_535, 1 << 22] {
      let width = vocabulary == 65_535 ? 2 : 4
      let table = SuccessorLists(
        frequent: [], lengths: [UInt8](repeating: 0, count: vocabulary), successors: [])
      let tokens = [UInt32](repeating: UInt32(vocabulary - 1), count: 8_192)
      var content: [UInt8] = []
      SuccessorEncoder(table).encode(bytes(tokens, width), width: width, into: &content)
      #expect(content.count == 30 + 8_192 * (1 + width))
      #expect(decode(content, count: 8_192, SuccessorDecoder(table)) == tokens)
    }
  }

  @Test(arguments: 0..<40)
  func `of contents that were tampered with the same are refused as by the definition`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = Self.vocabularies[Int(seed) % Self.vocabularies.count]
    let width = vocabulary <= 65_536 ? 2 : 4
    let reference = ReferenceCodec(vocabularySize: vocabulary, using: &random)
    let decoder = SuccessorDecoder(reference.table)
    let count = Int.random(in: 1...300, using: &random)
    let whole = reference.encode(Self.tokens(count, reference, &random), width: width)
    var refused = 0
    for trial in 0..<200 {
      var content = whole
      let changes = trial % 4
      for _ in 0..<changes {
        content[Int.random(in: content.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if trial % 3 == 0 { content.removeLast(Int.random(in: 0...content.count, using: &random)) }
      if trial % 5 == 0 {
        content += (0..<Int.random(in: 0...9, using: &random)).map { _ in random.next() > .max / 2 ? 255 : 0 }
      }
      let expected = try? reference.decode(content, count: count, width: width)
      #expect(decode(content, count: count, decoder) == expected)
      refused += expected == nil ? 1 : 0
    }
    #expect(1..<200 ~= refused)
  }

  @Test func `contents of any bytes reach nothing outside`() throws {
    var random = SplitMix64(seed: 1)
    let reference = ReferenceCodec(vocabularySize: 65_536, using: &random)
    let decoder = SuccessorDecoder(reference.table)
    for byte in [0, 159, 160, 254, 255] as [UInt8] {
      for size in [0, 29, 30, 31, 100, 40_990, 65_536] {
        _ = decode([UInt8](repeating: byte, count: size), count: 8_192, decoder)
      }
    }
    for _ in 0..<50 {
      let content = (0..<Int.random(in: 30...65_536, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      _ = decode(content, count: Int.random(in: 1...8_192, using: &random), decoder)
    }
  }
}
