import Basics
import Foundation
import Pipeline
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct `A corpus that grows` {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  @discardableResult
  private func encode(
    to name: String = "s", replacing: Bool = false, _ change: (inout DatasetEncoder) -> Void = { _ in }
  ) throws -> DatasetEncoder.Summary {
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.segmentBytes = 2_000
    encoder.split.fraction = 0.3
    change(&encoder)
    return try encoder.run(folder: folder(name), threads: 2, replacing: replacing)
  }

  /// What identifies each shard file: its bytes, and when somebody last wrote to it.
  private func files() throws -> [String: [String]] {
    var files: [String: [String]] = [:]
    for name in try Folder.names(folder("s")) where name.hasSuffix(".shard") {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder("s/\(name)"))
      let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
      let number = attributes[.systemFileNumber] as? Int
      let digest = SHA256.hash(try File.contents(folder("s/\(name)")))
      files[name] = ["\(time!)", "\(number!)", "\(digest)"]
    }
    return files
  }

  private func both(_ name: String) throws -> [ReadDocument] {
    try (documents(folder(name), .train) + documents(folder(name), .val)).sorted {
      ($0.source, $0.offset) < ($1.source, $1.offset)
    }
  }

  /// Files of a random kind, whose names come before and after those that are there.
  private func add(_ count: Int, _ random: inout SplitMix64) throws {
    for _ in 0..<count {
      let name = "c/\(Int.random(in: 0..<1_000_000, using: &random))"
      let texts = (0..<Int.random(in: 0...30, using: &random)).map { _ in randomText(&random, upTo: 60) }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: try folder.write(texts.joined(), to: "\(name).txt")
      case 1: try folder.write(texts.map { jsonLine($0) + "\n" }.joined(), to: "\(name).jsonl")
      default: try folder.write(Packed.gzip(Array(texts.joined().utf8)), to: "\(name).txt.gz")
      }
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `takes new files in, touches no finished shard, and ends with all documents`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let method = seed % 2 == 0 ? SplitOptions.Method.hash : .tail
    try folder.write("the first text\nand its second line\n", to: "c/500000.txt")
    var before: [String: [String]] = [:]
    for _ in 0..<4 {
      try add(Int.random(in: 1...4, using: &random), &random)
      let summary = try encode { $0.split.method = method }
      #expect(summary.addedSources > 0 || before.isEmpty)
      let after = try files()
      for (name, file) in before { #expect(after[name] == file, "\(name)") }
      before = after
      let report = try verify(folder("s"))
      #expect(report.faults == [] && report.strangers == [])
      let check = try DatasetCheck(Dataset.open(folder("s")), sources: [folder.path]).run(threads: 2)
      #expect(check.differences.isEmpty && check.sources == [] && check.segmentsNotCompared == 0)
    }
    let again = try encode { $0.split.method = method }
    #expect(again.wasComplete && again.addedSources == 0)
    let fresh = try encode(to: "fresh") { $0.split.method = method }
    #expect(try both("s") == both("fresh"))
    let replaced = try encode(replacing: true) { $0.split.method = method }
    #expect(replaced.dataset.rootHash == fresh.dataset.rootHash)
    #expect(try shards(folder("s")) == shards(folder("fresh")))
  }

  @Test func `keeps its way of splitting when it has more documents`() throws {
    try folder.write("the first text\nand its second line\n", to: "c/a.txt")
    #expect(try encode().splitMethod == .tail)
    try folder.write(String(repeating: jsonLine("the cab") + "\n", count: 1_200), to: "c/b.jsonl")
    #expect(try encode(to: "fresh").splitMethod == .hash)
    #expect(try encode().splitMethod == .tail)
  }

  @Test func `names each file that changed or is gone, by size or SHA-256, and touches nothing`() throws {
    for name in ["a", "b", "c", "d"] { try folder.write("the text of \(name)\n", to: "c/\(name).txt") }
    try encode()
    let before = try files()
    try folder.write("the text of B\n", to: "c/b.txt")
    try folder.write("the text of c, longer\n", to: "c/c.txt")
    try Folder.remove(folder("c/d.txt"))
    try folder.write("new\n", to: "c/e.txt")
    let said = errorText { try encode() }
    for part in [
      "source 'c/b.txt' ('\(folder("c/b.txt"))'): changed: its SHA-256 is \(SHA256.hash(Array("the text of B\n".utf8)))",
      "source 'c/c.txt' ('\(folder("c/c.txt"))'): changed: it has 22 bytes, and had 14",
      "source 'c/d.txt': gone", "put them back as they were (new files beside them are added)", "--replace",
    ] { #expect(said.contains(part), "\(said)") }
    #expect(!said.contains("a.txt") && !said.contains("e.txt"))
    #expect(try files() == before)
    let refused = errorText { try encode { $0.isGrowing = false } }
    #expect(refused.contains("'c/e.txt' is not among its sources"))
  }

  @Test func `keeps the name of a file whose name another has now, too`() throws {
    try folder.write("the first\n", to: "a/x.txt")
    try folder.write("the second\n", to: "b/x.txt")
    try folder.write("the third\n", to: "c/x.txt")
    func encode(_ names: String...) throws -> DatasetEncoder.Summary {
      var encoder = DatasetEncoder(try Corpus(names.map { folder($0) }), tokenizer)
      encoder.split.fraction = 0
      return try encoder.run(folder: folder("s"), threads: 2)
    }
    _ = try encode("b/x.txt")
    #expect(try encode("a/x.txt", "b/x.txt").addedSources == 1)
    let again = try encode("a/x.txt", "b/x.txt")
    #expect(again.wasComplete && again.addedSources == 0)
    #expect(try encode("a/x.txt", "b/x.txt", "c/x.txt").addedSources == 1)
    let found = try documents(folder("s"), .train)
    #expect(found.map(\.source) == ["x.txt", "a/x.txt", "c/x.txt"])
    #expect(found.map(\.text) == ["the second\n", "the first\n", "the third\n"])
    #expect(try verify(folder("s")).faults == [])
    try folder.write("the 2nd\n", to: "b/x.txt")
    let said = errorText { _ = try encode("a/x.txt", "b/x.txt", "c/x.txt") }
    #expect(said.contains("source 'x.txt' ('\(folder("b/x.txt"))'): changed: it has 8 bytes"), "\(said)")
  }

  @Test func `mends a new file that could not be read, and keeps what was there`() throws {
    try folder.write("the first text\nand its second line\n", to: "c/a.txt")
    try encode()
    let before = try files()
    // Two segments of good lines before the bad one.
    let good = String(repeating: jsonLine("the cab and the cab") + "\n", count: 150)
    try folder.write(good + "{\"text\": 3}\n", to: "c/b.jsonl")
    #expect(errorText { try encode() }.contains("holds a number, not text"))
    try folder.write(good + "{\"text\": \"3\"}\n", to: "c/b.jsonl")
    try encode()
    #expect(try documents(folder("s"), .train).count + documents(folder("s"), .val).count >= 152)
    let after = try files()
    for (name, file) in before { #expect(after[name] == file) }
    try encode(to: "fresh")
    #expect(try both("s") == both("fresh"))
    let report = try verify(folder("s"))
    #expect(report.faults == [] && report.strangers == [])
  }

  @Test func `can be broken off while what was added is planned, and says how far that is`() throws {
    try folder.write("the first text\n", to: "c/b.txt")
    try encode { $0.segmentBytes = 100_000 }
    let before = try files()
    // Its plan needs all of it to be read, and it comes before what is there: so it is planned twice, with all and behind it.
    try folder.write("text\n" + String(repeating: "\"some words of a row\"\n", count: 60_000), to: "c/a.csv")
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.segmentBytes = 100_000
    encoder.split.fraction = 0.3
    let total = encoder.corpus.sources.reduce(0) { $0 + $1.byteCount }
    let places = Mutex([Int]())
    func run(unlessPlanned most: Int) throws {
      places.withLock { $0 = [] }
      _ = try encoder.run(
        folder: folder("s"), threads: 2,
        report: { progress in if progress.isPlanning { places.withLock { $0.append(progress.bytes) } } },
        isCancelled: { places.withLock { $0.count } >= most })
    }
    for most in [4, 18] {
      guard
        case .cancelled = #expect(throws: PipelineError.self, performing: { try run(unlessPlanned: most) })
      else {
        Issue.record("it was not broken off")
        return
      }
      #expect(try files() == before)
    }
    try run(unlessPlanned: .max)
    let found = places.withLock { $0 }
    let second = try #require(found.indices.dropFirst().first { found[$0] < found[$0 - 1] })
    #expect(found[0] == 0 && found[second] == "the first text\n".utf8.count)
    #expect(found[..<second] == found[..<second].sorted()[...] && found[second - 1] <= total)
    #expect(found[second...] == found[second...].sorted()[...] && found.last == total)
    #expect(second > 10 && found.count - second > 10)
  }

  @Test func `keeps finished shards where a new file could not be read and an old one changed`() throws {
    for name in ["a", "b"] { try folder.write("the text of \(name)\n", to: "c/\(name).txt") }
    try encode()
    let before = try files()
    let good = String(repeating: jsonLine("the cab and the cab") + "\n", count: 150)
    try folder.write(good + "{\"text\": 3}\n", to: "c/c.jsonl")
    #expect(errorText { try encode() }.contains("holds a number, not text"))
    try folder.write(good, to: "c/c.jsonl")
    try folder.write("the text of B\n", to: "c/b.txt")
    let said = errorText { try encode() }
    #expect(said.contains("source 'c/b.txt'") && said.contains("changed: its SHA-256 is"), "\(said)")
    #expect(!said.contains("c.jsonl") && !said.contains("a.txt"), "\(said)")
    for (name, file) in before { #expect(try files()[name] == file) }
    try Folder.remove(folder("c/b.txt"))
    #expect(errorText { try encode() }.contains("source 'c/b.txt': gone"))
    for (name, file) in before { #expect(try files()[name] == file) }
    try folder.write("the text of b\n", to: "c/b.txt")
    try encode()
    for (name, file) in before { #expect(try files()[name] == file) }
    let report = try verify(folder("s"))
    #expect(report.faults == [] && report.strangers == [])
  }

  @Test func `leaves out what equals a document that it had`() throws {
    try folder.write("the cab\n", to: "c/m.txt")
    try encode { $0.text.steps.dropDuplicates = true }
    for name in ["a", "z"] { try folder.write("the cab\n", to: "c/\(name).txt") }
    try folder.write("another\n", to: "c/b.txt")
    let summary = try encode { $0.text.steps.dropDuplicates = true }
    #expect(summary.dataset.rejects == 2)
    #expect(Set(try both("s").map(\.source)) == ["c/m.txt", "c/b.txt"])
  }
}
