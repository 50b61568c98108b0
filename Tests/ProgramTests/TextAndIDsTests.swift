import Basics
import TestSupport
import Testing

@Suite struct `Text and ids` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer()
  }

  /// Random bytes, random letters that the vocabulary has merges for, and what looks like a special token.
  private func text(_ seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    let words = [
      "the", " the", " little", "\n", "  ", "<|endoftext|>", "é", "日本", "\r\n", "\0", "ed", " was",
    ]
    let count = [0, 1, 2, 300, 20_000][Int(seed % 5)]
    return (0..<count).flatMap { _ in
      Bool.random(using: &random)
        ? [UInt8.random(in: 0...255, using: &random)] : Array(words.randomElement(using: &random)!.utf8)
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `all forms of the ids are the same ids, and each gives the bytes back`(seed: UInt64) throws {
    let text = text(seed)
    try place.folder.write(text, to: "text")
    let lists = try IDForm.allCases.map { form in
      let written = succeed(try place.prep("tokenize", "text", "--to", form.rawValue, "--threads", "2"))
      #expect(try place.prep("tokenize", "--to", form.rawValue, input: text).output == written.output)
      if form != .json {
        try place.folder.write(written.output, to: "ids")
        #expect(try place.prep("decode", "ids", "--from", form.rawValue).output == text)
        #expect(try place.prep("decode", "--from", form.rawValue, input: written.output).output == text)
      }
      return try form.ids(written.output)
    }
    #expect(Set(lists).count == 1)
    #expect(succeed(try place.prep("count", "text")).text == "\(lists[0].count)\n")
    #expect(try place.prep("count", "-", input: text).text == "\(lists[0].count)\n")
  }

  @Test func `a packed text is unpacked`() throws {
    let text = text(4)
    try place.folder.write(text, to: "text")
    try place.folder.write(Packed.gzip(text), to: "text.gz")
    try place.folder.write(Packed.zstd(text), to: "text.zst")
    let ids = succeed(try place.prep("tokenize", "text")).output
    #expect(try place.prep("tokenize", "text.gz").output == ids)
    #expect(try place.prep("tokenize", "text.zst").output == ids)
  }

  @Test func `an id beyond the vocabulary is named with its place, however far in`() throws {
    for form in [IDForm.ids, .u16, .u32] {
      for place in [0, 1, 200_000] {
        var ids = Array(repeating: 7, count: 200_002)
        ids[place] = 400
        let outcome = try self.place.prep("decode", "--from", form.rawValue, input: form.bytes(ids))
        refuse(outcome, "id 400, number \(place) of the input", "vocabulary of 400 tokens", "--tokenizer")
      }
      #expect(
        try place.prep("decode", "--from", form.rawValue, input: form.bytes([399])).text == "<|endoftext|>")
    }
  }

  @Test func `what is no list of ids is refused with its place`() throws {
    refuse(
      try place.prep("decode", input: Array("1 2 x3 4".utf8)), "standard input", "byte 4: 'x3' is no token id"
    )
    refuse(try place.prep("decode", input: Array("1 -2".utf8)), "byte 2: '-2' is no token id")
    refuse(try place.prep("decode", input: Array("1 99999999999".utf8)), "'99999999999' is no token id")
    try place.folder.write([1, 0, 1], to: "odd")
    refuse(
      try place.prep("decode", "odd", "--from", "u16"),
      "'odd' ends at byte 3, in the middle of an id of 2 bytes")
    refuse(try place.prep("decode", "odd", "--from", "u32"), "in the middle of an id of 4 bytes")
    refuse(try place.prep("decode", "none"), "there is no file or folder 'none'")
    refuse(try place.prep("decode", "tokenizer"), "'tokenizer' is a folder")
  }

  @Test func `special tokens' names are text, an error or tokens, as asked for`() throws {
    try place.folder.write("a<|endoftext|>b", to: "text")
    func ids(_ special: String...) throws -> [Int] {
      let outcome = try RunningProgram("prep", ["tokenize", "text"] + special, in: place.folder.path).wait()
      return try IDForm.ids.ids(succeed(outcome).output)
    }
    let ordinary = try ids()
    #expect(try ids("--special", "ordinary") == ordinary)
    #expect(ordinary.count > 3 && !ordinary.contains(399))
    let allowed = try ids("--special", "allow=<|endoftext|>")
    #expect(allowed.count == 3 && allowed[1] == 399)
    #expect(try place.prep("count", "text", "--special", "allow=<|endoftext|>").text == "3\n")
    for command in ["tokenize", "count"] {
      refuse(try place.prep(command, "text", "--special", "error"), "'text', byte 1", "'<|endoftext|>'")
      refuse(
        try place.prep(command, "text", "--special", "allow=<|pad|>"), code: 2, "no special token '<|pad|>'")
      refuse(
        try place.prep(command, "text", "--special", "all"), code: 2, "ordinary, error or allow=NAME,...")
    }
    #expect(try place.prep("decode", input: Array("399 65 399\n".utf8)).text.hasPrefix("<|endoftext|>"))
  }

  @Test func `no more tokens are written than were asked for, and what was left out is said`() throws {
    let text = Array("the little girl. ".utf8) + self.text(4)
    try place.folder.write(text, to: "text")
    let all = try IDForm.ids.ids(succeed(try place.prep("tokenize", "text")).output)
    for form in IDForm.allCases {
      for limit in [0, 1, 3, 1_000, 20_000, all.count, all.count + 1] {
        let outcome = succeed(
          try place.prep("tokenize", "text", "--to", form.rawValue, "--max-tokens", "\(limit)"))
        let ids = try form.ids(outcome.output)
        // Bytes that are no text may be cut apart anywhere; characters not, which takes back three tokens at most.
        #expect(ids.count <= limit && ids.count >= min(limit, all.count) - 6 && all.starts(with: ids))
        #expect(outcome.errors.contains("stopped after \(ids.count) tokens") == (limit < all.count))
      }
    }
    #expect(try place.prep("tokenize", "--max-tokens", "5", input: []).text == "\n")
    let first = succeed(try place.prep("tokenize", "--max-tokens", "2", input: Array("a<|endoftext|>b".utf8)))
    #expect(first.errors == "stopped after 2 tokens, 2 bytes: text was left out\n")
    refuse(
      try place.prep("tokenize", "text", "--max-tokens", "-1"), code: 2, "--max-tokens wants a number from 0")
  }

  @Test func `the last tokens are kept, and from where is said`() throws {
    let text = self.text(9) + Array(" the little girl".utf8)
    try place.folder.write(text, to: "text")
    let all = try IDForm.ids.ids(succeed(try place.prep("tokenize", "text")).output)
    for form in IDForm.allCases {
      for limit in [0, 1, 3, 1_000, 20_000, all.count, all.count + 1] {
        let outcome = succeed(
          try place.prep("tokenize", "text", "--to", form.rawValue, "--keep-last", "\(limit)"))
        let ids = try form.ids(outcome.output)
        #expect(
          ids.count <= limit && ids.count >= min(limit, all.count) - 6 && all.suffix(ids.count) == ids[...])
        #expect(outcome.errors.contains("kept the last \(ids.count) tokens") == (ids.count < all.count))
      }
    }
    #expect(try place.prep("tokenize", "--keep-last", "5", input: []).text == "\n")
    let names = Array("<|endoftext|>b".utf8)
    let last = succeed(try place.prep("tokenize", "--keep-last", "1", "--special", "error", input: names))
    #expect(last.errors == "kept the last 1 tokens, from byte 13 on: text was left out\n")
    refuse(
      try place.prep("tokenize", "--keep-last", "20", "--special", "error", input: names), "'<|endoftext|>'")
    refuse(
      try place.prep("tokenize", "text", "--keep-last", "-1"), code: 2, "--keep-last wants a number from 0")
    refuse(
      try place.prep("tokenize", "text", "--keep-last", "1", "--max-tokens", "1"), code: 2, "choose one")
  }

  /// More than a piece, so that places go on from one to the next.
  @Test func `each token's place can be written beside it`() throws {
    let text = Array(repeating: self.text(9), count: 50).flatMap { $0 } + Array("é👍".utf8)
    #expect(text.count > 2 << 20)
    try place.folder.write(text, to: "text")
    let ids = try IDForm.ids.ids(succeed(try place.prep("tokenize", "text")).output)
    func rows(_ options: String...) throws -> [[Int]] {
      let outcome = try RunningProgram(
        "prep", ["tokenize", "text", "--offsets"] + options, in: place.folder.path
      )
      .wait()
      return Self.rows(succeed(outcome).text)
    }
    let all = try rows()
    #expect(all.map { $0[0] } == ids)
    #expect(all.first?[1] == 0 && all.last?[2] == text.count)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0[2] == $1[1] })
    let decoded = try place.prep("decode", "--from", "ids", input: Array("\(all[70_000][0])".utf8)).output
    #expect(decoded == Array(text[all[70_000][1]..<all[70_000][2]]))
    #expect(try self.rows(json: "text") == all)
    #expect(try rows("--threads", "1") == all)
    let first = try rows("--max-tokens", "1000"), last = try rows("--keep-last", "1000")
    #expect(first.count > 990 && first == Array(all.prefix(first.count)))
    #expect(last.count > 990 && last == Array(all.suffix(last.count)))
    #expect(try place.prep("tokenize", "--offsets", input: []).output.isEmpty)
    #expect(try place.prep("tokenize", "--offsets", "--to", "json", input: []).text == "[]\n")
    refuse(
      try place.prep("tokenize", "text", "--offsets", "--to", "u16"), code: 2,
      "--offsets cannot be written as u16, which is ids alone; choose ids or json")
  }

  private static func rows(_ lines: String) -> [[Int]] {
    lines.utf8.split(separator: 10).map { line in line.split(separator: 32).map { Int(String($0)!)! } }
  }

  private func rows(json file: String) throws -> [[Int]] {
    let text = succeed(try place.prep("tokenize", file, "--offsets", "--to", "json")).output
    return try #require(try JSON.parse(text.span).elements).map { token in
      try ["id", "start", "end"].map { try #require(token[$0]?.integer) }
    }
  }

  /// A pipe whose writer never ends.
  @Test func `nothing is read that is not needed`() throws {
    let outcome = succeed(
      try place.shell("yes 'the little girl' | prep tokenize --max-tokens 1000 --to u16 | wc -c"))
    #expect(outcome.text.contains("2000"))
  }

  @Test func `ids of a vocabulary that is too large for two bytes are refused in them`() throws {
    var random = SplitMix64(seed: 3)
    let letters = (0..<400_000).map { _ in UInt8.random(in: 97...122, using: &random) }
    let words = stride(from: 0, to: letters.count, by: 10).flatMap { letters[$0..<$0 + 10] + [10] }
    try place.folder.write(words, to: "words.txt")
    succeed(try place.prep("bpe-train", "words.txt", "--vocab-size", "65537", "--out", "large"))
    let outcome = try place.prep("tokenize", "words.txt", "--tokenizer", "large", "--to", "u16")
    refuse(outcome, "65537 tokens do not fit in two bytes; choose u32")
    #expect(outcome.output.isEmpty)
    let ids = succeed(try place.prep("tokenize", "words.txt", "--tokenizer", "large", "--to", "u32")).output
    #expect(try IDForm.u32.ids(ids).max()! > 1 << 15)
    #expect(try place.prep("decode", "--tokenizer", "large", "--from", "u32", input: ids).output == words)
  }
}
