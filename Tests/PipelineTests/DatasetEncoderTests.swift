import Basics
import Pipeline
import Store
import Synchronization
import TestSupport
import Testing
import Tokenizer

@Suite struct DatasetEncoderTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encoder(_ files: String..., hash: Bool = true, fraction: Double = 0) throws -> DatasetEncoder {
    var encoder = DatasetEncoder(try Corpus(files.map { folder($0) }), tokenizer)
    encoder.split.method = hash ? .hash : .tail
    encoder.split.fraction = fraction
    return encoder
  }

  @Test func `each document keeps its bytes, its place and one end of text`() throws {
    try folder.write("the cab", to: "c/a.txt")
    try folder.write("", to: "c/b.md")
    try folder.write(
      "{\"text\": \"1 the <|endoftext|>\"}\n\n{\"id\": 3, \"text\": \"\\u00e9\\n\"}", to: "c/d.jsonl")
    let summary = try encoder("c").run(folder: folder("s"), threads: 1)
    #expect(
      try documents(folder("s"), .train) == [
        ReadDocument(text: "the cab", source: "c/a.txt", offset: 0, count: 7),
        ReadDocument(text: "", source: "c/b.md", offset: 0, count: 0),
        ReadDocument(text: "1 the <|endoftext|>", source: "c/d.jsonl", offset: 0, count: 31),
        ReadDocument(text: "é\n", source: "c/d.jsonl", offset: 33, count: 29),
      ])
    #expect(summary.work.documents == 4)
    #expect(summary.dataset.splits.map(\.documents) == [4])
    #expect(try verify(folder("s")).faults.isEmpty)
  }

  @Test func `bytes that are not UTF-8 are replaced, or leave their document out`() throws {
    try folder.write([UInt8]("the \u{e9}".utf8) + [0xff, 0x41], to: "c/a.txt")
    try folder.write("cab", to: "c/b.txt")
    var encoder = try encoder("c")
    encoder.text.invalid = .replace
    _ = try encoder.run(folder: folder("replaced"), threads: 1)
    #expect(try documents(folder("replaced"), .train).map(\.text) == ["the \u{e9}\u{fffd}A", "cab"])
    encoder.text.invalid = .skip
    _ = try encoder.run(folder: folder("skipped"), threads: 1)
    #expect(try documents(folder("skipped"), .train).map(\.text) == ["cab"])
    #expect(try Dataset.open(folder("skipped")).rejects().map(\.byteOffset) == [0])
  }

  @Test func `a text that comes in pieces is refused where it is not UTF-8`() throws {
    let text = Array(repeatElement(Array("the cab ".utf8), count: 400_000).joined())
    for place in [3, 1_500_000, text.count - 1] {
      var broken = text
      broken[place] = 0xff
      try folder.write(broken, to: "a.txt")
      let encoder = try encoder("a.txt")
      let refusal = refusal { try encoder.run(folder: folder("s\(place)"), threads: 2) }
      #expect(refusal.contains("a.txt") && refusal.contains("\(place)"))
    }
  }

  @Test func `a rerun changes nothing and says so`() throws {
    try folder.write("the cab", to: "a.txt")
    let first = try encoder("a.txt").run(folder: folder("s"), threads: 1)
    let manifest = try File.contents(folder("s/manifest.sqlite"))
    let second = try encoder("a.txt").run(folder: folder("s"), threads: 2)
    #expect(!first.wasComplete && second.wasComplete)
    #expect(first.dataset == second.dataset)
    #expect(try File.contents(folder("s/manifest.sqlite")) == manifest)
  }

  @Test func `other options, sources or tokenizers are refused, and the difference is named`() throws {
    try folder.write("the cab", to: "a.txt")
    _ = try encoder("a.txt").run(folder: folder("s"), threads: 1)
    var other = try encoder("a.txt")
    other.text.special = .allow(["<|endoftext|>"])
    #expect(refusal { try other.run(folder: folder("s"), threads: 1) }.contains("special"))
    try folder.write("the cat", to: "a.txt")
    let changed = try encoder("a.txt")
    #expect(refusal { try changed.run(folder: folder("s"), threads: 1) }.contains("source 'a.txt'"))
    try folder.write("the cab", to: "a.txt")
    try folder.write(SmallTokenizer.vocabularyFile, to: "t/vocab.json")
    try folder.write(SmallTokenizer.mergesFile.replacing("a b\nĊ Ċ", with: "Ċ Ċ\na b"), to: "t/merges.txt")
    let learned = DatasetEncoder(try Corpus([folder("a.txt")]), try TokenizerFolder(folder("t")))
    #expect(refusal { try learned.run(folder: folder("s"), threads: 1) }.contains("tokenizer"))
    #expect(try documents(folder("s"), .train).map(\.text) == ["the cab"])
    let replaced = try learned.run(folder: folder("s"), threads: 1, replacing: true)
    #expect(!replaced.wasComplete)
  }

  private func refusal(_ body: () throws -> DatasetEncoder.Summary) -> String {
    do {
      _ = try body()
      return "nothing was refused"
    } catch { return "\(error)" }
  }

  /// A corpus of texts short and long, lines, and packed files of both.
  private func writeCorpus(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for number in 0..<6 {
      let text = randomText(&random, upTo: number == 3 ? 400_000 : 3_000)
      try folder.write(text, to: "c/\(number).txt")
      let lines = (0..<40).map { _ in jsonLine(randomText(&random, upTo: 200)) }
      try folder.write(lines.joined(separator: "\n"), to: "c/\(number).jsonl")
      try folder.write(Packed.gzip(Array(lines.joined(separator: "\n").utf8)), to: "c/\(number)z.jsonl.gz")
      try folder.write(Packed.zstd(Array(text.utf8)), to: "c/\(number)z.txt.zst")
    }
  }

  @Test(arguments: [true, false])
  func `any number of threads writes the same files`(hash: Bool) throws {
    try writeCorpus(7)
    var encoder = try encoder("c", hash: hash, fraction: 0.2)
    encoder.segmentBytes = 20_000
    let one = try encoder.run(folder: folder("s1"), threads: 1)
    let expected = try shards(folder("s1"))
    #expect(one.segments > 10)
    for threads in [2, 3] {
      let more = try encoder.run(folder: folder("s\(threads)"), threads: threads)
      #expect(more.dataset == one.dataset)
      #expect(try shards(folder("s\(threads)")) == expected)
    }
  }

  @Test(arguments: [1, 2, 5, 12])
  func `an abandoned run is gone on with, and ends with the same files`(batches: Int) throws {
    try writeCorpus(8)
    var encoder = try encoder("c", fraction: 0.1)
    encoder.segmentBytes = 30_000
    // A sample for a codec table would ask, too.
    encoder.codec = .plain
    let whole = try encoder.run(folder: folder("whole"), threads: 2)
    // Hashing asks once for each of the files.
    let calls = Atomic<Int>(-24)
    let isCancelled: @Sendable () -> Bool = { calls.add(1, ordering: .relaxed).oldValue >= 4 * batches }
    let error = #expect(throws: PipelineError.self) {
      try encoder.run(folder: folder("s"), threads: 2, isCancelled: isCancelled)
    }
    guard case .cancelled = error else {
      Issue.record("\(error!)")
      return
    }
    let rest = try encoder.run(folder: folder("s"), threads: 2)
    #expect(rest.resumedSegments > 0 || batches < 3)
    // What was there counts as done.
    #expect(
      rest.work.bytes == whole.work.bytes
        && whole.work.bytes == encoder.corpus.sources.reduce(0) { $0 + $1.byteCount })
    #expect(rest.dataset == whole.dataset)
    #expect(try shards(folder("s")) == shards(folder("whole")))
  }

  @Test func `progress grows with what is read, and ends with all of it`() throws {
    var random = SplitMix64(seed: 3)
    let line = jsonLine(randomText(&random, upTo: 2_000)) + "\n"
    let bytes = Array(String(repeating: line, count: 6_000_000 / line.utf8.count).utf8)
    for (name, packed) in [
      ("a.txt", bytes), ("a.jsonl", bytes), ("a.jsonl.gz", Packed.gzip(bytes)),
      ("a.txt.zst", Packed.zstd(bytes)),
    ] {
      try folder.write(packed, to: name)
      let steps = Mutex<[Int]>([])
      _ = try encoder(name).run(
        folder: folder("s-\(name)"), threads: 1,
        report: { progress in
          if !progress.isHashing, !progress.isPlanning { steps.withLock { $0.append(progress.bytes) } }
        })
      let reached = steps.withLock { $0 }
      #expect(reached.first == 0 && reached.last == packed.count, "\(name)")
      #expect(zip(reached, reached.dropFirst()).allSatisfy { $1 - $0 < 2_500_000 }, "\(name) \(reached)")
    }
  }

  @Test func `replacing goes on with an abandoned run, and leaves the same dataset alone`() throws {
    try writeCorpus(8)
    var encoder = try encoder("c", fraction: 0.1)
    encoder.segmentBytes = 30_000
    encoder.codec = .plain
    let calls = Atomic<Int>(-24)
    #expect(throws: PipelineError.self) {
      try encoder.run(
        folder: folder("s"), threads: 2,
        isCancelled: { calls.add(1, ordering: .relaxed).oldValue >= 24 })
    }
    let rest = try encoder.run(folder: folder("s"), threads: 2, replacing: true)
    #expect(rest.resumedSegments > 0 && !rest.wasComplete)
    let again = try encoder.run(folder: folder("s"), threads: 2, replacing: true)
    #expect(again.wasComplete && again.dataset == rest.dataset)
  }

  @Test func `replacing makes a damaged dataset anew`() throws {
    try folder.write("the cab", to: "a.txt")
    let first = try encoder("a.txt").run(folder: folder("s"), threads: 1)
    let whole = try shards(folder("s"))
    var bytes = whole["train-00000.shard"]!
    bytes[bytes.count / 2] ^= 1
    for damage in [bytes, nil] {
      if let damage {
        try folder.write(damage, to: "s/train-00000.shard")
      } else {
        try Folder.remove(folder("s/train-00000.shard"))
      }
      let again = try encoder("a.txt").run(folder: folder("s"), threads: 1, replacing: true)
      #expect(!again.wasComplete && again.dataset == first.dataset)
      #expect(try shards(folder("s")) == whole)
    }
    try folder.write("no manifest", to: "s/manifest.sqlite")
    _ = try encoder("a.txt").run(folder: folder("s"), threads: 1, replacing: true)
    #expect(try shards(folder("s")) == whole)
  }

  @Test func `a long document is encoded in pieces as if in one`() throws {
    var random = SplitMix64(seed: 9)
    var text = ""
    while text.utf8.count < 2_500_000 { text += randomText(&random, upTo: 60_000) }
    try folder.write(text, to: "a.txt")
    _ = try encoder("a.txt").run(folder: folder("s"), threads: 2)
    var expected: [TokenID] = []
    var own = Encoder(tokenizer.tokenizer)
    try own.encode(Array(text.utf8).span, into: &expected)
    var reader = try Dataset.open(folder("s")).reader(.train)
    var tokens: [TokenID] = []
    try reader.read(0..<reader.tokenCount, into: &tokens)
    #expect(tokens == expected + [tokenizer.tokenizer.endOfText!])
    #expect(reader.documentCount == 1)
    try reader.forEachDocument { entry, _ in
      #expect(entry.byteCount == text.utf8.count)
      #expect(entry.textHash == XXH64.hash(Array(text.utf8).span))
    }
  }

  @Test func `a file that changes while it is read is an error`() throws {
    let path = try folder.write("the cab", to: "a.txt")
    let encoder = try encoder("a.txt")
    let error = #expect(throws: PipelineError.self) {
      try encoder.run(
        folder: folder("s"), threads: 1,
        isCancelled: {
          try? AtomicFile.write(Array("the cat".utf8).span, to: path)
          return false
        })
    }
    #expect("\(error!)".hasPrefix("'\(path)' changed while it was being read"))
  }
}
