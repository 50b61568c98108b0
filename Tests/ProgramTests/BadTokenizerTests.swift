import Basics
import TestSupport
import Testing

/// Vocabularies and models that cannot be used.
@Suite struct `Tokenizers that do not fit` {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(vocabulary: 300)
  }

  /// Expects that every command that needs a tokenizer refuses the one in `folder`.
  private func expectRefusal(
    of folder: String, _ parts: String..., location: SourceLocation = #_sourceLocation
  )
    throws
  {
    for command in [
      "encode corpora", "tokenize corpora/stories.jsonl", "count corpora/stories.jsonl", "decode",
    ] {
      let outcome = try place.shell("prep \(command) --tokenizer \(folder)")
      refuse(outcome, "'\(folder)", location: location)
      #expect(outcome.output.isEmpty, sourceLocation: location)
      for part in parts {
        #expect(outcome.errors.contains(part), "no '\(part)' in: \(outcome.errors)", sourceLocation: location)
      }
    }
    #expect(Folder.kind(place("shards")) == nil, sourceLocation: location)
  }

  private func write(_ folder: String, vocabulary: [(String, Int)], merges: [Substring]) throws {
    let members = vocabulary.map { JSON.Member($0.0, .integer($0.1)) }
    try place.folder.write(JSON.object(members).text, to: "\(folder)/vocab.json")
    try place.folder.write(merges.map { "\($0)\n" }.joined(), to: "\(folder)/merges.txt")
  }

  private func tokens() throws -> [String] {
    try JSON.parse(place.text("tokenizer/vocab.json")).members!.map(\.name)
  }

  private func merges() throws -> [Substring] {
    try place.text("tokenizer/merges.txt").split(separator: "\n")
  }

  @Test func `a vocabulary without a byte is refused, and the byte named`() throws {
    let rest = try tokens().filter { $0 != "!" }.enumerated().map { ($1, $0) }
    try write("bad", vocabulary: rest, merges: merges())
    try expectRefusal(of: "bad", "lacks the byte 33", "prep bpe-train")
  }

  @Test func `a vocabulary that leaves an id out is refused, and the id named`() throws {
    let tokens = try tokens().enumerated().map { ($1, $0 < 270 ? $0 : $0 + 1) }
    try write("bad", vocabulary: tokens, merges: merges())
    try expectRefusal(of: "bad", "id 270")
  }

  @Test func `merges out of order are refused, and the line named`() throws {
    let merges = try merges()
    // The first merge whose left or right side is itself made by a merge.
    let single = merges.firstIndex {
      $0.split(separator: " ").contains { $0.unicodeScalars.count > 1 && $0 != "#version:" }
        && !$0.hasPrefix("#")
    }
    let later = try #require(single)
    let moved = [merges[0], merges[later]] + merges[1..<later] + merges[(later + 1)...]
    try write("bad", vocabulary: tokens().enumerated().map { ($1, $0) }, merges: moved)
    try expectRefusal(of: "bad", "line 2 of the merges uses the token", "out of order")
  }

  @Test func `merges of another vocabulary, or too few of them, are refused`() throws {
    let vocabulary = try tokens().enumerated().map { ($1, $0) }
    try write("bad", vocabulary: vocabulary, merges: merges() + ["q z"])
    try expectRefusal(of: "bad", "line 45 of the merges", "do not belong together")
    try write("bad", vocabulary: vocabulary, merges: merges().dropLast())
    try expectRefusal(of: "bad", "no merge makes the token")
    try write("bad", vocabulary: vocabulary, merges: merges() + ["q"])
    try expectRefusal(of: "bad", "line 45 of the merges")
  }

  @Test func `a folder without the files, or with other files, is refused`() throws {
    try expectRefusal(of: "none", "no tokenizer: looked for folder 'none'", "in the cache", "--tokenizer")
    try Folder.create(place("empty"))
    try expectRefusal(of: "empty", "has no vocab.json with merges.txt")
    try place.folder.write("[1, 2]", to: "list/vocab.json")
    try place.folder.write("#version: 0.2\n", to: "list/merges.txt")
    try expectRefusal(of: "list", "not a JSON object")
    try Folder.remove(place("tokenizer"))
    refuse(
      try place.prep("encode", "corpora"), "looked for folder 'tokenizer' and 'gpt2' in the cache",
      "prep fetch gpt2")
  }

  @Test func `shards of another tokenizer than the checkpoint's are refused`() throws {
    succeed(try place.prep("encode", "corpora", "--val-fraction", "0.1"))
    succeed(try place.shell("train --shards shards --out run --layers 1 --width 16 --context 16 --steps 2"))
    succeed(try place.prep("bpe-train", "--vocab-size", "290", "--out", "other"))
    succeed(
      try place.prep("encode", "corpora", "--tokenizer", "other", "--val-fraction", "0.1", "--out", "others"))
    refuse(
      try place.train("evaluate", "run", "--shards", "others"), "'others' were made with tokenizer 'other'",
      "was trained with tokenizer 'tokenizer'")
    let resumed = try place.train("--resume", "run", "--shards", "others", "--steps", "4")
    refuse(resumed, "were made with tokenizer 'other'", "'run' was trained with tokenizer 'tokenizer'")
    #expect(try place.lines("run/metrics.jsonl").count == 3)
  }

  @Test func `shards of another text than the run's are refused`() throws {
    succeed(try place.prep("encode", "corpora", "--val-fraction", "0.1"))
    succeed(try place.shell("train --shards shards --out run --layers 1 --width 16 --context 16 --steps 2"))
    succeed(try place.prep("encode", "corpora", "--val-fraction", "0.2", "--out", "others"))
    let resumed = try place.train("--resume", "run", "--shards", "others", "--steps", "4")
    refuse(resumed, "'run' learns from the dataset with root hash", "others' has root hash")
    succeed(try place.train("evaluate", "run", "--shards", "others"))
  }

  @Test func `what is no dataset and no run is named, and where one comes from`() throws {
    for command in ["prep inspect", "prep verify", "prep export", "train --shards"] {
      refuse(try place.shell("\(command) none"), "'none' is no dataset", "`prep encode`")
      refuse(try place.shell("\(command) corpora"), "'corpora' is no dataset", "manifest.sqlite")
    }
    for command in ["train generate", "train evaluate", "train --resume"] {
      refuse(try place.shell("\(command) none"), "'none' is neither a run", "`train --out` named")
    }
  }
}
