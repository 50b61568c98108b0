internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Loading a vocabulary` {
  private let good = TestVocabulary(["a b", "ab c", "c c"])

  private func load(_ vocabulary: String? = nil, _ merges: String? = nil) throws -> Tokenizer {
    try Tokenizer(
      vocabularyFile: Array((vocabulary ?? good.vocabularyFile).utf8),
      mergesFile: Array((merges ?? good.mergesFile).utf8))
  }

  @Test func `what is written is what was read`() throws {
    let tokenizer = try load()
    #expect(tokenizer.size == 260)
    #expect(tokenizer.endOfText == 259)
    #expect(String(decoding: tokenizer.mergesFile(), as: UTF8.self) == good.mergesFile)
    let again = try Tokenizer(vocabularyFile: tokenizer.vocabularyFile(), mergesFile: tokenizer.mergesFile())
    #expect(again.digest == tokenizer.digest)
  }

  @Test func `spelling does not matter`() throws {
    // Escapes, white space, another order of entries; no version, carriage returns.
    let members = try JSON.parse(good.vocabularyFile).members!.reversed()
    let spelled = members.map { member in
      let name = member.name.unicodeScalars.map { "\\u" + "000\(String($0.value, radix: 16))".suffix(4) }
        .joined()
      return "\"\(name)\" :\t\(member.value.integer!)"
    }
    let merges = good.mergesFile.split(separator: "\n").dropFirst().joined(separator: "\r\n")
    #expect(try load("{\n\(spelled.joined(separator: ",\n"))\n}\n", merges).digest == load().digest)
  }

  @Test func `the digest tells tokenizers apart`() throws {
    let others = [
      ["a b", "ab c"], ["ab c", "a b"], ["a b", "c c", "ab c"], ["a b", "ab c", "c c", "cc c"],
    ]
    let digests = try others.filter { $0 != ["ab c", "a b"] }.map {
      try TestVocabulary($0).tokenizer().digest
    }
    #expect(Set(digests + [try load().digest]).count == 4)
  }

  @Test func `names that are not of the byte alphabet are special tokens all the same`() throws {
    let file = good.vocabularyFile.dropLast() + ",\"<a b 日>\":260,\"[PAD]\":261}"
    let tokenizer = try load(String(file))
    #expect(tokenizer.specialTokens.map(\.name) == ["<|endoftext|>", "<a b 日>", "[PAD]"])
    #expect(tokenizer.bytes(of: 260) == Array("<a b 日>".utf8))
    #expect(try tokenizer.encode("ab<a b 日>", special: .allow(["<a b 日>"])) == [256, 260])
    #expect(
      try Tokenizer(vocabularyFile: tokenizer.vocabularyFile(), mergesFile: tokenizer.mergesFile()).digest
        == tokenizer.digest)
  }

  @Test func `faults of the vocabulary are named`() throws {
    func fault(_ change: (inout String) -> Void) -> TokenizerError? {
      var file = good.vocabularyFile
      change(&file)
      return #expect(throws: TokenizerError.self) { try load(file) }
    }
    #expect(fault { $0 = "" } == .badVocabulary(reason: "the text ends in the middle of a value", offset: 0))
    #expect(fault { $0 = "[]" } == .badVocabulary(reason: "expected an object", offset: 0))
    #expect(fault { $0 = "{\"a\": 1.5}" } == .badVocabulary(reason: "expected a whole number", offset: 6))
    #expect(fault { $0 = "{\"a\": -1}" } == .badVocabulary(reason: "the id -1 is negative", offset: 5))
    #expect(fault { $0 = "{\"\": 1}" } == .badVocabulary(reason: "a token is empty", offset: 4))
    #expect(fault { $0.replace("\"!\":0", with: "\"!\":1") } == .duplicateID(1))
    #expect(fault { $0.replace("\"!\":0", with: "\"!\":7000000000") } == .missingID(0))
    #expect(fault { $0.replace("\"<|endoftext|>\":259", with: "\"a\":259") } == .duplicateToken("a", 64, 259))
    #expect(fault { $0.replace("\"!\":0", with: "\"abcc\":0") } == .missingByte(33))
    #expect(fault { $0.replace("\"<|endoftext|>\":259", with: "\"abcc\":259") } == .notMade("abcc", id: 259))
    #expect(
      fault { $0.replace("<|endoftext|>", with: "<" + String(repeating: "a", count: 70_000) + ">") }
        == .tokenTooLong(bytes: 70_002, limit: 65_535))
  }

  @Test func `faults of the merges are named with their line`() throws {
    func fault(_ merges: String) -> TokenizerError? {
      #expect(throws: TokenizerError.self) { try load(nil, merges) }
    }
    #expect(fault("#version: 0.2\nab c\na b\nc c\n") == .mergeOutOfOrder("ab", line: 2))
    #expect(fault("a b\nab c\nc x\n") == .unknownToken("cx", line: 3))
    #expect(
      fault("a b\nab\n") == .badMerge(reason: "there are no two tokens with a blank between them", line: 2))
    #expect(
      fault("a b\n\nab c\n")
        == .badMerge(reason: "there are no two tokens with a blank between them", line: 2))
    #expect(
      fault("a b\nab 日\n")
        == .badMerge(reason: "a character is not of the alphabet that bytes are written in", line: 2))
    #expect(fault("a b\nab c\na b\nc c\n") == .duplicateMerge(line: 3))
    #expect(fault("#version: 0.2\na b\na b\nab c\nc c\n") == .duplicateMerge(line: 3))
    #expect(fault("a b\nab c\n") == .notMade("cc", id: 258))
    #expect(fault(" b\n") == .unknownToken("", line: 1))
  }

  @Test func `every error says what is wrong`() throws {
    let error = #expect(throws: TokenizerError.self) { try load(nil, "ab c\n") }
    #expect(
      error?.description
        == "line 1 of the merges uses the token 'ab', which no earlier line makes; the lines are out of order or some are lost"
    )
    #expect(TokenizerError.missingByte(7).description.hasPrefix("the vocabulary lacks the byte 7"))
    #expect(TokenizerError.unknownID(9, position: 3, size: 5).description.contains("token 3 is 9"))
  }

  @Test func `damaged files are refused or read, and never crash`() throws {
    var random = SplitMix64(seed: 1)
    let files = [Array(good.vocabularyFile.utf8), Array(good.mergesFile.utf8)]
    var read = 0
    for _ in 0..<4_000 {
      var damaged = files
      let file = Int.random(in: 0...1, using: &random)
      for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&damaged[file], &random) }
      if let tokenizer = try? Tokenizer(vocabularyFile: damaged[0], mergesFile: damaged[1]) {
        read += 1
        let text = Array("abcc <|endoftext|>".utf8)
        #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
      }
    }
    #expect(read > 0)
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(Array("0123456789\"{},: abc\n".utf8).randomElement(using: &random)!, at: place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 40))
    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
    }
  }
}
