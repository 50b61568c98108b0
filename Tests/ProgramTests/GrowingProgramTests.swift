import Basics
import Glibc
import Store
import TestSupport
import Testing

@Suite struct `A corpus that grows, as a user meets it` {
  private let place: Workplace
  private let arguments = ["encode", "corpora/", "--segment-megabytes", "0.004", "--json", "--out"]

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 30_000)
  }

  private func encode(_ folder: String) throws -> Outcome {
    try place.start("prep", arguments + [folder]).wait()
  }

  @Test func `new files are added, and what happened is said`() throws {
    succeed(try encode("shards"))
    let before = try place.files("shards", ending: ".shard")
    try place.writeStories("corpora/a/more.jsonl", bytes: 20_000, seed: 2)
    let outcome = succeed(try encode("shards"))
    #expect(outcome.errors.contains("1 file added to the dataset that was there"))
    #expect(outcome.errors.contains("segments were there from an earlier run"))
    #expect(try JSON.parse(outcome.text)["added-sources"] == 1)
    let after = try place.files("shards", ending: ".shard")
    #expect(before.count < after.count && before.allSatisfy { after[$0.key] == $0.value })
    succeed(try place.prep("verify", "shards", "--deep"))
    #expect(succeed(try encode("shards")).errors.contains("holds this dataset already: unchanged"))
  }

  @Test(arguments: [true, false])
  func `a recipe never adds, whether it promises a root hash or not`(promises: Bool) throws {
    let options = #""corpora": "corpora/", "segment-megabytes": 0.004"#
    let made = try JSON.parse(succeed(encode("shards")).text)
    let promise = promises ? #", "root-hash": "\#(made["root-hash"]!.string!)""# : ""
    try place.folder.write("{\(options)\(promise)}", to: "recipe.json")
    succeed(try place.shell("prep encode --recipe recipe.json --out shards"))
    let before = try place.files("shards")
    try place.writeStories("corpora/a/more.jsonl", bytes: 20_000, seed: 2)
    refuse(
      try place.shell("prep encode --recipe recipe.json --out shards"),
      "'corpora/a/more.jsonl' is not among its sources")
    #expect(try place.files("shards") == before)
  }

  @Test func `killed while it grows, it goes on and ends with the same bytes`() throws {
    succeed(try encode("base"))
    let first = try place.files("base", ending: ".shard").count
    let copies = [first, first + 1, first + 9, first + 20]
    for count in copies { succeed(try place.shell("cp -r base killed-\(count)")) }
    try place.writeStories("corpora/a/more.jsonl", bytes: 300_000, seed: 2)
    let rootHash = try JSON.parse(succeed(encode("base")).text)["root-hash"]
    let expected = try place.files("base", ending: ".shard")
    for count in copies {
      let folder = "killed-\(count)"
      let program = try place.start("prep", arguments + [folder])
      while program.isRunning, try place.files(folder, ending: ".shard").count < count { usleep(200) }
      program.send(SIGKILL)
      _ = try program.wait()
      #expect(try JSON.parse(succeed(encode(folder)).text)["root-hash"] == rootHash)
      #expect(try place.files(folder, ending: ".shard") == expected)
      #expect(try verify(place(folder)).faults == [] && verify(place(folder)).strangers == [])
    }
  }
}
