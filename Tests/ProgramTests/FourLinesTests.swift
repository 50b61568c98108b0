import Basics
import TestSupport
import Testing

@Suite struct `A user's own four lines` {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `go from text to a model that writes`() throws {
    try place.writeStories("corpora/stories.txt", bytes: 4_000)
    try place.folder.write("spam\twin\nham\thi\nham\tyou\nspam\tnow\nham\tso\nspam\tgo\n", to: cachedTable)
    let lines = succeed(
      try place.shell(
        """
        set -e
        prep bpe-train
        prep encode corpora/ --out shards/
        prep build-spam-dataset
        train --shards shards/
        """))
    #expect(try Folder.names(place("tokenizer")) == ["merges.txt", "vocab.json"])
    #expect(
      try Folder.names(place("shards")) == ["manifest.sqlite", "train-00000.shard", "val-00000.shard"])
    #expect(try place.files("spam", ending: ".csv").count == 3)
    // What was chosen, and how it goes.
    for part in ["fewer than asked for", "model: ", "passes over the text", "step 0 of ", "validation loss "]
    {
      #expect(lines.errors.contains(part), "no '\(part)' in: \(lines.errors)")
    }
    let run = "runs/\(try #require(Folder.names(place("runs")).first))"
    let losses = try place.lines("\(run)/metrics.jsonl").compactMap { $0["loss"]?.number }
    #expect(losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
    let text = succeed(try place.train("generate", run, "--prompt", "One day", "--max-tokens", "20")).text
    #expect(text.hasPrefix("One day") && text.utf8.count > 10)
  }

  private var cachedTable: String { ".cache/tessera/sms-spam/SMSSpamCollection" }

  @Test(
    .enabled(if: Shared.path("data/sms") != nil, "needs ../shared"),
    arguments: ["", "/smsspamcollection.zip"])
  func `the spam dataset has the book's bytes`(file: String) throws {
    let source = Shared.path("data/sms\(file)")!
    succeed(try place.prep("fetch", "sms-spam", "--from", source))
    succeed(try place.prep("build-spam-dataset"))
    try expectTheBooksBytes("spam")
    succeed(
      try place.prep(
        "build-spam-dataset", file.isEmpty ? "\(source)/SMSSpamCollection" : source, "--out", "o"))
    try expectTheBooksBytes("o")
  }

  /// Chapter 6.2 of https://github.com/rasbt/LLMs-from-scratch, written by pandas.
  private func expectTheBooksBytes(_ folder: String) throws {
    for (name, digest) in [
      ("train", "c89a1156b8476e6f4c0bfa4bc944f3d934e3db2942c5dc2a1456a65a795afcde"),
      ("validation", "0ac7a07215729476975e070029ced8452a3d4e49fcdd8b17c167a317150b5439"),
      ("test", "a5764d4eed041dada859601e1715bc68885aa5e74713e127968ead8ddf6a9e04"),
    ] {
      #expect(SHA256.hash(try place.bytes("\(folder)/\(name).csv")).description == digest)
    }
  }

  @Test func `a file that is not the collection is not stored`() throws {
    try place.folder.write("ham\tnot the collection\n", to: "table.tsv")
    refuse(
      try place.prep("fetch", "sms-spam", "--from", "table.tsv"), "is not SMSSpamCollection",
      "nothing was stored")
    refuse(try place.prep("build-spam-dataset"), "prep fetch sms-spam", "name a file")
    #expect(Folder.kind(place(cachedTable)) == nil)
  }
}
