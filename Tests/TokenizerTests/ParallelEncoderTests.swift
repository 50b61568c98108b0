internal import Basics
internal import Testing
internal import Tokenizer

@Suite struct `Encoding with several threads` {
  private func encode(
    _ documents: [[UInt8]], threads: Int, _ tokenizer: Tokenizer, special: SpecialTokenPolicy = .ordinary
  ) throws(TokenizerError) -> EncodedDocuments {
    var encoder = ParallelEncoder(tokenizer, threads: threads, cacheBytes: 0)
    return try encoder.encode(documents, special: special)
  }

  @Test func `gives each document's tokens, in order`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    let encoded = try encode(["ab", "", "abc", ""].map { Array($0.utf8) }, threads: 2, tokenizer)
    #expect(encoded.tokens == [256, 256, 66] && encoded.ends == [1, 1, 3, 3] && encoded.count == 4)
    #expect(encoded[0] == [256] && encoded[1].isEmpty && encoded[2] == [256, 66] && encoded[3].isEmpty)
    #expect(try encode([], threads: 3, tokenizer) == encode([], threads: 1, tokenizer))
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `gives the same for any number of threads, and what one encoder gives`(pattern: Pretokenizer.Pattern)
    throws
  {
    for seed in 0..<6 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var source = try AnyTokenizer(pattern, seed: seed)
      let block = (0..<40).flatMap { _ in source.text() }
      // Many small documents, and some of several shares.
      let documents = (0..<Int.random(in: 0...200, using: &random)).map { _ -> [UInt8] in
        guard Int.random(in: 0..<60, using: &random) == 0 else { return source.text(pieces: 5) }
        return (0..<Int.random(in: 1...25, using: &random)).flatMap { _ in block } + source.text()
      }
      for policy in AnyTokenizer.policies.prefix(2) {
        let expected = try documents.map { try source.encode($0, special: policy) }
        for threads in [1, 2, 5] {
          let encoded = try encode(documents, threads: threads, source.tokenizer, special: policy)
          #expect(encoded.count == documents.count)
          let isSame = expected.indices.allSatisfy { Array(encoded[$0]) == expected[$0] }
          #expect(isSame, "seed \(seed), \(threads) threads, \(policy)")
        }
      }
    }
  }

  @Test(arguments: ["a", " ", "<s>", "< s >", "日", "a< s >b", "\u{3000}", "ab\u{3000}"])
  func `cuts a large document only where that changes nothing`(unit: String) throws {
    let tokenizer = try AnyTokenizer(.o200k, seed: 5).tokenizer
    let document = Array(String(repeating: unit, count: 400_000 / unit.utf8.count).utf8)
    let policy = SpecialTokenPolicy.allow(Set(AnyTokenizer.names))
    let encoded = try encode([[97], document, [98]], threads: 3, tokenizer, special: policy)
    #expect(try Array(encoded[1]) == tokenizer.encode(document, special: policy))
    #expect(encoded[2] == [encoded.tokens.last!])
  }

  @Test func `names the first document that is refused, with the place in it`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    // Two shares of it have the name, and either may be the first to be refused.
    let bad = Array((String(repeating: "ab ", count: 100_000) + "<|endoftext|>").utf8)
    let bad2 = bad + bad
    for threads in [1, 2, 5] {
      do throws(TokenizerError) {
        _ = try encode([[97], [98], bad2, bad, bad], threads: threads, tokenizer, special: .error)
        Issue.record("not refused")
      } catch {
        #expect(error == .inDocument(2, .specialTokenInText("<|endoftext|>", offset: 300_000)))
        #expect(
          "\(error)".hasPrefix("document 2: the text has the special token '<|endoftext|>' at byte 300000"))
      }
    }
    #expect(throws: TokenizerError.unknownSpecialToken("<x>")) {
      try encode([], threads: 2, tokenizer, special: .allow(["<x>"]))
    }
  }

  @Test func `can be used again, after a failure too`() throws {
    let tokenizer = try TestVocabulary(["a b"]).tokenizer()
    var encoder = ParallelEncoder(tokenizer, threads: 2)
    let good = [Array("ab".utf8)], bad = [Array("<|endoftext|>".utf8)]
    for documents in [good, bad, good] {
      let tokens = try? encoder.encode(documents, special: .error).tokens
      #expect(tokens == (documents == good ? [256] : nil))
    }
  }
}
