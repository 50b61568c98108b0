import Basics
import TestSupport
import Testing

@Suite struct `Looking at a dataset` {
  private let place: Workplace
  private let documents: [JSON]

  init() throws {
    place = try Workplace()
    try place.writeCorpusAndTokenizer(bytes: 60_000)
    try place.folder.write("tes\u{e9}t\n  <|endoftext|>\n", to: "corpora/a.txt")
    try place.folder.write("", to: "corpora/z.txt")
    let options = "--split hash --val-fraction 0.2 --segment-megabytes 0.02"
    succeed(try place.shell("prep encode corpora/ \(options) --out shards/"))
    documents = try succeed(place.prep("export", "shards", "--to", "jsonl")).text.split(separator: "\n")
      .map { try JSON.parse(String($0)) }
  }

  /// The ids of a split's documents with an `<|endoftext|>` after each.
  private func stream(_ split: String) -> [Int] {
    documents.filter { $0["split"]?.string == split }.flatMap {
      $0["ids"]!.elements!.map { $0.integer! } + [399]
    }
  }

  @Test func `the export has every document of the sources, in their order`() throws {
    let lines = try place.lines("corpora/stories.jsonl").map { $0["text"]?.string }
    #expect(documents.map { $0["text"]?.string } == ["tes\u{e9}t\n  <|endoftext|>\n"] + lines + [""])
    #expect(documents.first?["source"] == "corpora/a.txt" && documents.last?["source"] == "corpora/z.txt")
    var offsets = [0]
    for line in try place.text("corpora/stories.jsonl").split(separator: "\n") {
      offsets.append(offsets.last! + line.utf8.count + 1)
    }
    #expect(documents.dropFirst().dropLast().map { $0["offset"]?.integer } == offsets.dropLast())
    #expect(documents.allSatisfy { $0.members?.map(\.name) == ["ids", "text", "source", "offset", "split"] })
    let file = succeed(try place.prep("export", "shards", "--to", "jsonl", "--out", "e"))
    #expect(file.output.isEmpty && file.errors.contains("wrote e/documents.jsonl"))
    #expect(try place.lines("e/documents.jsonl") == documents)
  }

  @Test func `ids and text of the export belong together`() throws {
    for document in documents {
      let ids = document["ids"]!.elements!.map { $0.integer! }
      let text = Array(document["text"]!.string!.utf8)
      #expect(try place.prep("decode", "--from", "u16", input: IDForm.u16.bytes(ids)).output == text)
      #expect(try IDForm.ids.ids(place.prep("tokenize", input: text).output) == ids)
    }
  }

  @Test func `bin and npy have the same ids as the lines`() throws {
    for format in ["bin", "npy"] { succeed(try place.prep("export", "shards", "--to", format, "--out", "e")) }
    #expect(try Folder.names(place("e")) == ["train.bin", "train.npy", "val.bin", "val.npy"])
    for split in ["train", "val"] {
      let ids = stream(split)
      #expect(ids.count > 100)
      let bin = try place.bytes("e/\(split).bin")
      #expect(try IDForm.u16.ids(bin) == ids)
      let array = try place.bytes("e/\(split).npy")
      let header = "{'descr': '<u2', 'fortran_order': False, 'shape': (\(ids.count),), }"
      #expect(array.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]))
      let length = Int(array[8]) | Int(array[9]) << 8
      let text = String(decoding: array[10..<10 + length], as: UTF8.self)
      #expect((10 + length) % 64 == 0 && text.hasPrefix(header) && text.hasSuffix("\n"))
      #expect(Array(array[(10 + length)...]) == bin)
    }
  }

  @Test func `inspect tells the totals that the export has, to people and to programs`() throws {
    let report = try JSON.parse(succeed(place.prep("inspect", "shards", "--json", "--documents", "3")).text)
    for split in try #require(report["splits"]?.elements) {
      let name = try #require(split["split"]?.string)
      #expect(split["tokens"]?.integer == stream(name).count)
      #expect(split["documents"]?.integer == documents.count { $0["split"]?.string == name })
      #expect(
        split["shards"]?.integer
          == (try place.files("shards", ending: ".shard").keys.count { $0.hasPrefix(name) }))
    }
    let shown = try #require(report["documents"]?.elements)
    #expect(shown.count == 6)
    for document in shown {
      let whole = documents.first { $0["source"] == document["source"] && $0["offset"] == document["offset"] }
      #expect(whole?["text"]?.string?.hasPrefix(document["text"]!.string!) == true)
    }
    let page = succeed(try place.prep("inspect", "shards")).text
    for part in [
      "root hash  \(report["root-hash"]!.string!)", "tokenizer  tokenizer, 400 tokens", "corpora/a.txt",
    ] {
      #expect(page.contains(part))
    }
  }

  @Test func `verify finds whole what is whole`() throws {
    let outcome = succeed(try place.prep("verify", "shards", "--json"))
    let report = try JSON.parse(outcome.text)
    #expect(report["faults"] == [] && report["strangers"] == [])
    #expect(report["tokens"]?.integer == stream("train").count + stream("val").count)
    #expect(outcome.errors.contains("'shards' is whole: "))
  }

  /// A bit anywhere: in the header, the frames, the documents' table or the footer.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `verify finds a flipped bit, and names the shard and what it held`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let names = try place.files("shards", ending: ".shard").keys.sorted()
    let name = names.randomElement(using: &random)!
    var bytes = try place.bytes("shards/\(name)")
    let offset = seed < 2 ? Int(seed) * (bytes.count - 1) : Int.random(in: bytes.indices, using: &random)
    bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    try place.folder.write(bytes, to: "shards/\(name)")
    let outcome = try place.prep("verify", "shards", "--json")
    refuse(
      outcome, "'shards/\(name)' is damaged", "it held document", "bytes ", " of 'corpora/",
      "'shards' is damaged: 1 fault")
    #expect(try JSON.parse(outcome.text)["faults"]?.elements?.count == 1)
    #expect(outcome.errors.split(separator: "\n").count == 2)
  }
}
