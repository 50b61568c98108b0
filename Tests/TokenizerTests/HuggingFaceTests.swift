internal import Basics
internal import TestSupport
internal import Testing
internal import Tokenizer

@Suite struct `Reading tokenizer.json` {
  private let vocabulary = TestVocabulary(["a b", "ab c", "c c"])

  private func tokenizer(_ pattern: Pretokenizer.Pattern = .gpt2) throws -> Tokenizer {
    try Tokenizer(
      vocabularyFile: Array(vocabulary.vocabularyFile.utf8), mergesFile: Array(vocabulary.mergesFile.utf8),
      pattern: pattern)
  }

  /// Our own file, with some text in the place of other text.
  private func load(_ pattern: Pretokenizer.Pattern = .gpt2, _ changes: (String, String)...) throws
    -> Tokenizer
  {
    var file = String(decoding: try tokenizer(pattern).huggingFaceFile(), as: UTF8.self)
    for (old, new) in changes {
      #expect(file.contains(old), "\(old)")
      file = file.replacing(old, with: new)
    }
    return try Tokenizer(huggingFaceFile: Array(file.utf8))
  }

  @Test(arguments: Pretokenizer.Pattern.allCases)
  func `what is written is what was read`(pattern: Pretokenizer.Pattern) throws {
    let tokenizer = try tokenizer(pattern)
    let again = try load(pattern)
    #expect(again.digest == tokenizer.digest && again.pattern == pattern)
    #expect(again.specialTokens == tokenizer.specialTokens)
    #expect(try again.encode("abcc d'S") == tokenizer.encode("abcc d'S"))
  }

  @Test func `merges may be arrays, and settings that change no token anything`() throws {
    let digest = try tokenizer().digest
    #expect(try load(.gpt2, ("\"a b\"", "[\"a\", \"b\"]")).digest == digest)
    #expect(try load(.gpt2, ("\"unk_token\":null", "\"unk_token\":\"<|endoftext|>\"")).digest == digest)
    #expect(try load(.gpt2, ("\"dropout\":null", "\"dropout\":0.0")).digest == digest)
    #expect(try load(.gpt2, ("\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"\"")).digest == digest)
    #expect(
      try load(.gpt2, ("\"post_processor\":null", "\"post_processor\":{\"type\":\"TemplateProcessing\"}"))
        .digest == digest)
    #expect(try load(.gpt2, ("\"trim_offsets\":true", "\"trim_offsets\":false")).digest == digest)
    #expect(try load(.gpt2, ("\"ignore_merges\":false", "\"ignore_merges\":true")).digest == digest)
  }

  /// Our own file with one more special token.
  private func load(adding name: String, id: Int) throws -> Tokenizer {
    let added =
      #"{"id":\#(id),"content":"\#(name)","special":true,"lstrip":false,"rstrip":false,"single_word":false}"#
    return try load(.gpt2, (#""added_tokens":["#, #""added_tokens":[\#(added),"#))
  }

  @Test func `a special token is not what merges make, though it is spelled like it`() throws {
    let plain = try tokenizer()
    // The vocabulary without abc, whose merge then makes nothing that there is.
    let file = String(decoding: try plain.huggingFaceFile(), as: UTF8.self)
    let added =
      #"{"id":257,"content":"abc","special":true,"lstrip":false,"rstrip":false,"single_word":false}"#
    let renamed = file.replacing(#", "abc": 257"#, with: "").replacing(
      #""added_tokens":["#, with: #""added_tokens":[\#(added),"#)
    #expect(renamed != file)
    #expect(throws: TokenizerError.unknownToken("abc", line: 2)) {
      try Tokenizer(huggingFaceFile: Array(renamed.utf8))
    }
  }

  @Test(arguments: ["<|d\u{e9}but|>", "<|\u{120}x|>", "<abc>"])
  func `special tokens of any name stay what they are in the files that say it`(name: String) throws {
    let tokenizer = try load(adding: name, id: plainSize())
    let again = try Tokenizer(files: tokenizer.files())
    #expect(again.digest == tokenizer.digest && again.specialTokens == tokenizer.specialTokens)
    #expect(try again.encode(name, special: .allow([name])) == [TokenID(plainSize())])
  }

  private func plainSize() throws -> Int { try tokenizer().size }

  @Test func `with ignored merges, a pretoken that is a token is that token`() throws {
    // The merges make a and bc of abc.
    let vocabulary = TestVocabulary(["b c", "a b", "ab c"])
    let plain = try vocabulary.tokenizer()
    let file = String(decoding: try plain.huggingFaceFile(), as: UTF8.self)
    let ignoring = try Tokenizer(
      huggingFaceFile: Array(
        file.replacing("\"ignore_merges\":false", with: "\"ignore_merges\":true").utf8))
    #expect(try plain.encode("abc abc") == vocabulary.encode(Array("abc abc".utf8)))
    #expect(try ignoring.encode("abc") == [258] && ignoring.encode("abcb") == plain.encode("abcb"))
    #expect(ignoring.digest != plain.digest)
    #expect(try Tokenizer(files: ignoring.files()).digest == ignoring.digest)
    #expect(throws: TokenizerError.self) { try plain.tiktokenFile() }
  }

  @Test func `anything but byte-level BPE is refused with its name`() {
    let byteLevel = "\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true"
    for (old, new, setting, value) in [
      ("\"type\":\"BPE\"", "\"type\":\"WordPiece\"", "model.type", "WordPiece"),
      ("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "model.type", "Unigram"),
      ("\"dropout\":null", "\"dropout\":0.1", "model.dropout", "0.1"),
      ("\"byte_fallback\":false", "\"byte_fallback\":true", "model.byte_fallback", "true"),
      ("_prefix\":null", "_prefix\":\"##\"", "model.continuing_subword_prefix", "\"##\""),
      ("_suffix\":null", "_suffix\":\"</w>\"", "model.end_of_word_suffix", "\"</w>\""),
      ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "normalizer", "NFC"),
      (
        "\"post_processor\":null", "\"post_processor\":{\"type\":\"BertProcessing\"}", "post_processor",
        "BertProcessing"
      ),
      ("\"decoder\":{\"type\":\"ByteLevel\"", "\"decoder\":{\"type\":\"WordPiece\"", "decoder", "WordPiece"),
      (
        "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false",
        "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true",
        "pre_tokenizer.add_prefix_space", "true"
      ),
      (
        "\"pre_tokenizer\":{\(byteLevel),\"use_regex\":true",
        "\"pre_tokenizer\":{\(byteLevel),\"use_regex\":false",
        "pre_tokenizer.use_regex", "false"
      ),
      (
        "\"pre_tokenizer\":{\"type\":\"ByteLevel\"", "\"pre_tokenizer\":{\"type\":\"Metaspace\"",
        "pre_tokenizer", "Metaspace"
      ),
      ("\"lstrip\":false", "\"lstrip\":true", "lstrip of the added token '<|endoftext|>'", "true"),
      ("\"special\":true", "\"special\":false", "special of the added token '<|endoftext|>'", "false"),
    ] {
      #expect(throws: TokenizerError.unsupported(setting, is: value)) { try load(.gpt2, (old, new)) }
    }
    #expect(throws: TokenizerError.unsupported("pre_tokenizer.behavior", is: "Removed")) {
      try load(.o200k, ("\"Isolated\"", "\"Removed\""))
    }
    #expect(throws: TokenizerError.unsupported("pre_tokenizer.pattern", is: "\\d{1,3}")) {
      try load(
        .o200k, (JSON.string(Pretokenizer.Pattern.o200k.regularExpression).text, "\"\\\\d{1,3}\""))
    }
  }

  @Test func `faults are named`() {
    #expect(throws: TokenizerError.badTokenizerFile(reason: "there is no object 'model'")) {
      try Tokenizer(huggingFaceFile: Array("{}".utf8))
    }
    #expect(throws: TokenizerError.self) { try Tokenizer(huggingFaceFile: Array("{".utf8)) }
    #expect(throws: TokenizerError.duplicateID(1)) { try load(.gpt2, ("\"!\": 0", "\"!\": 1")) }
    #expect(throws: TokenizerError.missingByte(33)) { try load(.gpt2, ("\"!\": 0, ", "")) }
    #expect(throws: TokenizerError.duplicateToken("<|endoftext|>", 300, 259)) {
      try load(.gpt2, ("\"id\":259", "\"id\":300"))
    }
    #expect(throws: TokenizerError.notMade("cc", id: 258)) { try load(.gpt2, (",\"c c\"", "")) }
    #expect(throws: TokenizerError.badMerge(reason: "it is neither a string nor an array of two", line: 3)) {
      try load(.gpt2, ("\"c c\"", "7"))
    }
    #expect(throws: TokenizerError.duplicateMerge(line: 4)) {
      try load(.gpt2, ("\"c c\"", "\"c c\",\"a b\""))
    }
    #expect(throws: TokenizerError.unknownToken("cd", line: 3)) { try load(.gpt2, ("\"c c\"", "\"c d\"")) }
  }

  @Test func `ids may be left out`() throws {
    let tokenizer = try load(
      .gpt2, ("\"id\":259", "\"id\":300"), ("\"<|endoftext|>\": 259", "\"<|endoftext|>\": 300"))
    #expect(tokenizer.size == 301 && tokenizer.endOfText == 300 && tokenizer.bytes(of: 259) == nil)
    #expect(try Tokenizer(files: tokenizer.files()).digest == tokenizer.digest)
    #expect(
      throws: TokenizerError.notExpressible(as: "vocab.json with merges.txt", reason: "it leaves ids unused")
    ) {
      try tokenizer.vocabularyFiles()
    }
  }

  @Test(.enabled(if: GPT2.isHere, "needs GPT-2's files in ../shared"))
  func `GPT-2's is GPT-2's vocabulary`() throws {
    let file = try File.contents(Shared.path("data/gpt2/gpt2.tokenizer.json")!)
    #expect(try Tokenizer(huggingFaceFile: file).digest == GPT2.tokenizer.get().digest)
  }

  @Test(.enabled(if: Shared.path("data/gpt2/tiny-random-gpt2") != nil, "needs ../shared"))
  func `one that lacks bytes is refused`() throws {
    let file = try File.contents(Shared.path("data/gpt2/tiny-random-gpt2/tokenizer.json")!)
    #expect(throws: TokenizerError.missingByte(0)) { try Tokenizer(huggingFaceFile: file) }
  }
}
