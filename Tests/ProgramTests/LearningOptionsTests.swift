import Basics
import Glibc
import TestSupport
import Testing

@Suite("Learning within a bound, and going on") struct LearningOptionsTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    var random = SplitMix64(seed: 1)
    let words = (0..<60_000).map { _ in String(UInt32.random(in: 0...UInt32.max, using: &random), radix: 26) }
    try place.folder.write(words.joined(separator: " "), to: "corpora/words.txt")
  }

  @Test func `a bound on memory changes nothing, and leaves nothing behind`() throws {
    succeed(try place.prep("bpe-train", "--vocab-size", "600", "--out", "free"))
    succeed(try place.prep("bpe-train", "--vocab-size", "600", "--max-memory", "1MB", "--out", "bound"))
    #expect(try place.files("bound") == place.files("free"))
    #expect(try Folder.names(place.folder.path) == ["bound", "corpora", "free"])
  }

  @Test func `too small a bound, or none, is the command line's fault`() throws {
    refuse(try place.prep("bpe-train", "--max-memory", "10kB"), code: 2, "--max-memory wants 1MB or more")
    refuse(try place.prep("bpe-train", "--max-memory", "much"), code: 2, "such as 512MiB or 2GB, not 'much'")
  }

  @Test func `a file of counts that may not grow is named, and nothing is left`() throws {
    try Folder.create(place("limited"))
    let line = "prep bpe-train --vocab-size 300 --max-memory 1MB --out limited"
    refuse(
      try place.shell("ulimit -f 8; \(line)"), "cannot write 'limited/bpe-train.counts.tmp-", "ulimit -f")
    #expect(try Folder.names(place("limited")) == [])
    succeed(try place.shell(line))
  }

  @Test(.enabled(if: Mounting.isAllowed, "needs the right to mount"))
  func `a full disk is named, and with more room the work is done`() throws {
    try Folder.create(place("disk"))
    let outcome = try Mounting.run(
      """
      mount -t tmpfs -o size=64k none disk
      prep bpe-train --vocab-size 300 --max-memory 1MB --out disk/out; first=$?
      ls disk > left
      mount -o remount,size=8m disk
      prep bpe-train --vocab-size 300 --max-memory 1MB --out disk/out; second=$?
      echo $first $second > codes
      exit $first
      """, in: place)
    refuse(outcome, "cannot write 'disk/bpe-train.counts.tmp-", "free some space and run it again")
    #expect(try place.text("left").isEmpty)
    #expect(try place.text("codes") == "1 0\n")
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `stopped while counting, it leaves nothing that a later run trips over`(signal: Int32) throws {
    let text = try place.bytes("corpora/words.txt")
    for copy in 0..<60 { try place.folder.write(text, to: "many/\(copy).txt") }
    let program = try place.start(
      "prep", ["bpe-train", "many", "--vocab-size", "300", "--max-memory", "1MB", "--out", "stopped"])
    usleep(100_000)
    program.send(signal)
    let outcome = try program.wait()
    // Were the machine so slow or so fast that nothing was under way, this would still hold.
    if outcome.code == 1 { #expect(outcome.errors.contains("stopped before the end")) }
    #expect(try Folder.names(place.folder.path).allSatisfy { !$0.contains(".tmp-") })
    succeed(try place.prep("bpe-train", "many", "--vocab-size", "300", "--out", "stopped"))
  }

  @Test func `an extended tokenizer keeps its ids`() throws {
    succeed(try place.prep("bpe-train", "--vocab-size", "400", "--out", "old"))
    succeed(try place.prep("bpe-train", "--vocab-size", "500", "--out", "whole"))
    let outcome = succeed(
      try place.prep("bpe-train", "--extend", "old", "--vocab-size", "500", "--out", "new"))
    #expect(outcome.errors.contains("learned 100 tokens more than 'old' has, 500 in all, from 1 document"))
    #expect(try place.bytes("new/merges.txt") == place.bytes("whole/merges.txt"))
    let old = try #require(JSON.parse(place.text("old/vocab.json")).members)
    let new = try #require(JSON.parse(place.text("new/vocab.json")).members)
    #expect(new.count == 500)
    #expect(Array(new.prefix(400)).map(\.name) == old.map(\.name))
    #expect(old[399].name == "<|endoftext|>")
    let text = try place.bytes("corpora/words.txt")
    let ids = succeed(try place.prep("tokenize", "--tokenizer", "old", "--to", "u16", input: text)).output
    let decoded = try place.prep("decode", "--tokenizer", "new", "--from", "u16", input: ids)
    #expect(succeed(decoded).output == text)
  }

  @Test func `an extension that adds nothing, or would go over its own start, is refused at once`() throws {
    succeed(try place.prep("bpe-train", "--vocab-size", "300", "--out", "old"))
    refuse(
      try place.prep("bpe-train", "--extend", "old", "--vocab-size", "300", "--out", "new"), code: 2,
      "'old' has 300, so ask for more than 300")
    refuse(
      try place.prep("bpe-train", "--extend", "old", "--vocab-size", "310", "--out", "old"),
      "'old' holds another tokenizer", "--replace")
    succeed(
      try place.prep("bpe-train", "--extend", "old", "--vocab-size", "310", "--out", "old", "--replace"))
    refuse(
      try place.prep("bpe-train", "--extend", "nothing", "--vocab-size", "310"), "no tokenizer: looked for")
  }
}
