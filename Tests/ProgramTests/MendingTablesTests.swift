import Basics
import TestSupport
import Testing

@Suite struct `Codec tables that are lost` {
  private let place: Workplace
  private let table: String
  private let bytes: [UInt8]

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 600_000)
    succeed(try place.shell("prep encode corpora/ --segment-megabytes 0.2 --out shards/"))
    (table, bytes) = try #require(try place.files("shards", ending: ".table").first)
  }

  private func repair(_ options: String...) throws -> Outcome {
    try place.start("prep", ["repair", "shards"] + options).wait()
  }

  @Test(arguments: ["missing", "cut", "flipped"])
  func `are made again from the sources, to the byte, before the shards are read`(damage: String) throws {
    let whole = try place.files("shards")
    switch damage {
    case "missing": try Folder.remove(place("shards/\(table)"))
    case "cut": try place.folder.write(Array(bytes.dropLast()), to: "shards/\(table)")
    default:
      var flipped = bytes
      flipped[bytes.count / 2] ^= 4
      try place.folder.write(flipped, to: "shards/\(table)")
    }
    try Folder.remove(place("shards/train-00001.shard"))
    refuse(try place.prep("verify", "shards"), "codec table 'shards/\(table)'", "`prep repair`")
    let outcome = succeed(try repair("--json"))
    #expect(outcome.errors.contains("'shards/\(table)' is damaged: "))
    #expect(
      try JSON.parse(outcome.text)["repaired"]
        == [.string("shards/\(table)"), "shards/train-00001.shard"])
    #expect(try place.files("shards") == whole)
    #expect(succeed(try repair()).errors.contains("is whole: unchanged"))
  }

  @Test(arguments: [
    "--drop-duplicates --drop-near-duplicates", "--decontaminate eval.jsonl --decontaminate-words 5",
  ])
  func `are made again whatever documents were left out for the sake of others`(steps: String) throws {
    let story = try place.lines("corpora/stories.jsonl")[0]["text"]!.string!
    try place.folder.write(JSON.object([JSON.Member("text", .string(story))]).text, to: "eval.jsonl")
    succeed(try place.shell("cp corpora/stories.jsonl corpora/again.jsonl"))
    let made = succeed(try place.shell("prep encode corpora/ \(steps) --newlines --out kept/ --json"))
    #expect(try JSON.parse(made.text)["rejects"]!.integer! > 0)
    let (table, bytes) = try #require(try place.files("kept", ending: ".table").first)
    try Folder.remove(place("kept/\(table)"))
    succeed(try place.prep("repair", "kept"))
    #expect(try place.bytes("kept/\(table)") == bytes)
    succeed(try place.prep("verify", "kept"))
  }

  @Test func `are made from what the dataset had at first, where it has grown`() throws {
    try place.writeStories("corpora/more.jsonl", bytes: 400_000, seed: 5)
    succeed(try place.shell("prep encode corpora/ --segment-megabytes 0.2 --out shards/"))
    try Folder.remove(place("shards/\(table)"))
    succeed(try repair())
    #expect(try place.bytes("shards/\(table)") == bytes)
    succeed(try place.prep("verify", "shards", "--deep"))
  }

  @Test func `cannot be made again from other sources, and nothing is touched`() throws {
    try Folder.remove(place("shards/\(table)"))
    let left = try place.files("shards")
    succeed(try place.shell("mv corpora elsewhere"))
    refuse(
      try repair(), "the codec table 'shards/\(table)' cannot be made again",
      "source 'corpora/stories.jsonl': missing", "restore the file from a copy")
    try place.writeStories("elsewhere/stories.jsonl", bytes: 600_000, seed: 3)
    refuse(try repair("--sources", "elsewhere"), "changed: it has ")
    #expect(try place.files("shards") == left)
  }

  @Test func `that were given are not made up`() throws {
    try place.writeStories("other/a.jsonl", bytes: 300_000, seed: 8)
    succeed(try place.shell("prep encode other --codec-table shards/\(table) --out given/"))
    try Folder.remove(place("given/\(table)"))
    refuse(
      try place.prep("repair", "given"), "'given/\(table)' cannot be made again",
      "of the sources as they are another table comes")
    succeed(try place.shell("cp shards/\(table) given/ && prep verify given"))
  }
}
