internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct Decoding {
  @Test func `an id beyond the vocabulary is named with its place, and nothing is written`() throws {
    let tokenizer = try TestVocabulary().tokenizer()
    var bytes: [UInt8] = [1]
    #expect(throws: TokenizerError.unknownID(900, position: 2, size: 257)) {
      try Decoder(tokenizer).decode(([1, 2, 900] as [TokenID]).span, into: &bytes)
    }
    #expect(bytes == [1])
  }

  @Test func `special tokens are their names`() throws {
    #expect(try TestVocabulary().tokenizer().decode([256]) == Array("<|endoftext|>".utf8))
  }

  @Test func `a stream never ends in the middle of a character`() throws {
    let tokenizer = try TestVocabulary().tokenizer()
    var decoder = StreamingDecoder(tokenizer)
    var text: [UInt8] = [], steps: [String] = []
    for token in try tokenizer.encode("aé日👍") {
      try decoder.append(token, into: &text)
      steps.append(String(decoding: text, as: UTF8.self))
    }
    #expect(steps == ["a", "a", "aé", "aé", "aé", "aé日", "aé日", "aé日", "aé日", "aé日👍"])
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `a stream gives the bytes that decoding at once gives`(seed: UInt64) throws {
    let tokenizer = try TestVocabulary(["a b", "Ã ©".replacing("Ã ©", with: "b a")]).tokenizer()
    var texts = RandomText(seed: seed)
    let bytes = texts.bytes(pieces: 10)
    var decoder = StreamingDecoder(tokenizer)
    var text: [UInt8] = []
    for token in try tokenizer.encode(bytes) {
      try decoder.append(token, into: &text)
      // What is held back could still become a character: at most its first three bytes.
      #expect(bytes.count - text.count >= 0)
    }
    #expect(bytes.count - text.count <= 3)
    decoder.finish(into: &text)
    #expect(text == bytes)
  }

  @Test func `bytes that begin no character are not held back`() throws {
    let tokenizer = try TestVocabulary().tokenizer()
    for bytes in [[0xff], [0x80], [0xc0], [0xe0, 0x80], [0xed, 0xa0], [0xf4, 0x90], [0xf5]] as [[UInt8]] {
      var decoder = StreamingDecoder(tokenizer)
      var text: [UInt8] = []
      for token in try tokenizer.encode(bytes) { try decoder.append(token, into: &text) }
      #expect(text == bytes, "\(bytes)")
    }
  }
}
