import Basics
import TestSupport
import Testing

/// Text that cannot be read: the message says which file, where in it, and what to do.
@Suite struct `Text that cannot be read` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 20_000, vocabulary: 300)
  }

  /// Expects that learning and encoding refuse `corpus` in the same words, and leave nothing behind that looks whole.
  private func expectRefusal(
    of corpus: String, _ parts: String..., location: SourceLocation = #_sourceLocation
  )
    throws
  {
    let learning = try place.prep("bpe-train", corpus, "--out", "learned")
    let encoding = try place.prep("encode", corpus, "--out", "encoded")
    for outcome in [learning, encoding] {
      refuse(outcome, location: location)
      #expect(outcome.output.isEmpty, sourceLocation: location)
      for part in parts {
        #expect(outcome.errors.contains(part), "no '\(part)' in: \(outcome.errors)", sourceLocation: location)
      }
    }
    #expect(Folder.kind(place("learned")) == nil, sourceLocation: location)
    #expect(try place.prep("inspect", "encoded").code == 1, sourceLocation: location)
    // A first try with a slip in it is not in the way of the next.
    succeed(try place.prep("encode", "corpora", "--out", "encoded"), location)
    try Folder.remove(place("encoded"))
  }

  @Test(arguments: ["none", "none.txt", "./none", "/none/none.txt"])
  func `a missing file is called what the user called it`(path: String) throws {
    try expectRefusal(of: path, "there is no file or folder '\(path)'")
  }

  @Test func `a folder without text tells what it was searched for`() throws {
    try Folder.create(place("empty"))
    try expectRefusal(of: "empty", "folder 'empty' has no text (0 other files)", ".jsonl")
    try place.folder.write("no text", to: "pictures/a.png")
    try expectRefusal(of: "pictures", "folder 'pictures' has no text (1 other file)")
  }

  @Test(arguments: [
    ("{\"text\": \"c\" x}", "expected ','"), ("{\"text\": \"c}", "the string never ends"), ("text", "line 3"),
    ("{\"text\": \"\\ud800\"}", "line 3"),
    ("{\"txt\": \"c\"}", "no field 'text'; there is 'txt'; choose one with --text-field"),
    ("{\"text\": 3}", "field 'text' holds a number, not text"), ("[\"text\"]", "line 3"),
    ("{\"text\": \"c\"} {}", "line 3"),
  ])
  func `a line that is not JSON is named`(line: String, reason: String) throws {
    let lines = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n\(line)\n{\"text\": \"d\"}\n"
    try place.folder.write(lines, to: "bad/lines.jsonl")
    try expectRefusal(of: "bad/lines.jsonl", "'bad/lines.jsonl', line 3", reason)
    try expectRefusal(of: "bad", "'bad/lines.jsonl', line 3", reason)
    try place.folder.write(Packed.gzip(Array(lines.utf8)), to: "packed.jsonl.gz")
    try expectRefusal(of: "packed.jsonl.gz", "'packed.jsonl.gz', line 3", reason)
  }

  @Test(arguments: ["gz", "zst"])
  func `a packed file that is cut off or no packed file is named`(ending: String) throws {
    let text = try place.bytes("corpora/stories.jsonl")
    let packed = ending == "gz" ? Packed.gzip(text) : Packed.zstd(text)
    for length in [packed.count - 1, packed.count / 2, 9, 3] {
      try place.folder.write(Array(packed.prefix(length)), to: "cut.jsonl.\(ending)")
      try expectRefusal(
        of: "cut.jsonl.\(ending)",
        "'cut.jsonl.\(ending)', byte \(length) of the packed file: the file is cut off", "again")
    }
    try place.folder.write("plain text", to: "plain.txt.\(ending)")
    try expectRefusal(of: "plain.txt.\(ending)", "'plain.txt.\(ending)', byte 0 of the packed file: not ")
    refuse(
      try place.prep("tokenize", "plain.txt.\(ending)"), "'plain.txt.\(ending)', byte 0 of the packed file")
    refuse(try place.prep("count", "cut.jsonl.\(ending)"), "the file is cut off")
  }

  @Test func `bytes that are not UTF-8 are named, and taken where that is asked for`() throws {
    for (name, bytes, offset) in [
      ("a.txt", Array("good ".utf8) + [0xff], 5), ("b.txt", [0xc3], 0),
      ("c.md", Array("é".utf8) + [0xed, 0xa0, 0x80], 2),
      ("d.txt", [UInt8](repeating: 97, count: 3_000_000) + [0xc0, 0x80], 3_000_000),
    ] {
      try place.folder.write(bytes, to: "bad/\(name)")
      try expectRefusal(
        of: "bad/\(name)", "'bad/\(name)', byte \(offset): not UTF-8", "--encoding", "--invalid keep")
      succeed(
        try place.prep(
          "bpe-train", "bad/\(name)", "--out", "t-\(name)", "--vocab-size", "257", "--invalid", "keep"))
      let encode = [
        "encode", "bad/\(name)", "--out", "s-\(name)", "--invalid", "keep", "--val-fraction", "0",
      ]
      succeed(try place.start("prep", encode).wait())
      succeed(try place.prep("export", "s-\(name)", "--to", "bin", "--out", "e-\(name)"))
      let ids = try place.bytes("e-\(name)/train.bin").dropLast(2)
      #expect(try place.prep("decode", "--from", "u16", input: Array(ids)).output == bytes)
    }
  }

  @Test func `a special token's name in the text is named where that is to be an error`() throws {
    try place.folder.write("{\"text\": \"a\"}\n{\"text\": \"b<|endoftext|>\"}\n", to: "lines.jsonl")
    try place.folder.write("a\nb<|endoftext|>", to: "text.txt")
    refuse(
      try place.prep("encode", "lines.jsonl", "--special", "error"),
      "'lines.jsonl', byte 1 of the text of line 2",
      "'<|endoftext|>'")
    refuse(
      try place.prep("encode", "text.txt", "--special", "error"), "'text.txt', byte 3", "'<|endoftext|>'")
  }
}
