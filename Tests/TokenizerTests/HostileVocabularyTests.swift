internal import Basics
internal import Testing
internal import Tokenizer

/// Files of megabytes that steps in proportion to the square of anything would take minutes or hours for.
@Suite(.timeLimit(.minutes(5))) struct `Hostile vocabularies` {
  /// The bytes in order, then `tokens`.
  private func load(_ tokens: some Sequence<[UInt8]>) throws -> Tokenizer {
    var file: [UInt8] = []
    for (rank, token) in ((0...255 as ClosedRange<UInt8>).map { [$0] } + Array(tokens)).enumerated() {
      Base64.encode(token, into: &file)
      file += Array(" \(rank)\n".utf8)
    }
    return try Tokenizer(tiktokenFile: file, pattern: .gpt2, specialTokens: [])
  }

  /// Powers of two of one letter, then the longest token there can be, which they make in 65,534 steps.
  @Test func `tokens of many thousand bytes are followed to their ends`() throws {
    let powers = (1...15).map { [UInt8](repeating: 97, count: 1 << $0) }
    let long = (0..<40).map { [UInt8](repeating: 97, count: 65_535 - $0) }
    let tokenizer = try load(powers + long)
    #expect(tokenizer.size == 256 + 15 + 40)
    #expect(try tokenizer.encode(long[0]) == [271])
    #expect(try tokenizer.encode(powers[14]) == [270])
  }

  @Test func `thousands of tokens of ten thousand bytes are`() throws {
    var random = SplitMix64(seed: 1)
    let short = [[97, 97], [97, 98], [98, 97], [98, 98], [97, 97, 97, 97]] as [[UInt8]]
    let long = (0..<1_000).map { _ in
      (0..<10_000).map { _ in UInt8.random(in: 97...98, using: &random) }
    }
    let tokenizer = try load(short + long)
    #expect(try tokenizer.encode(long[7]) == [268])
  }

  /// A hash that anybody can work out can be given the same value for all of these: both of its factors are known.
  @Test func `tokens made to share a place in a table do not`() throws {
    let tokens = (1...200_000 as ClosedRange<UInt64>).map { number -> [UInt8] in
      let words = [0x9e37_79b9_7f4a_7c15, number] as [UInt64]
      return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
    #expect(try load(tokens.map { $0.dropLast() }).size == 200_256)
    #expect(try load(tokens).size == 200_256)
    #expect(try load(tokens.map { $0 + $0 }).size == 200_256)
  }

  @Test func `a tokenizer.json may have any number of added tokens`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let file = String(decoding: try tokenizer.huggingFaceFile(), as: UTF8.self)
    let added = (0..<100_000).map {
      #"{"id":\#(1_000 + $0),"content":"<\#($0)>","special":true,"lstrip":false,"rstrip":false,"single_word":false}"#
    }
    let begin = #""added_tokens":["#
    let more = file.replacing(begin, with: begin + added.joined(separator: ",") + ",")
    let tokenizerOfMany = try Tokenizer(huggingFaceFile: Array(more.utf8))
    #expect(tokenizerOfMany.specialTokens.count == 100_001)
    // Places where each of them may begin.
    let text = String(repeating: "<9", count: 1_000_000)
    #expect(try tokenizerOfMany.encode(text, special: .error).count == 2_000_000)
    #expect(throws: TokenizerError.specialTokenInText("<99999>", offset: 2_000_000)) {
      try tokenizerOfMany.encode(text + "<99999>", special: .error)
    }
  }
}
