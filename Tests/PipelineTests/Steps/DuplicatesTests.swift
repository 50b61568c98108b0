import Basics
import Pipeline
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct DuplicatesTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encoder(_ change: (inout StepOptions) -> Void) throws -> DatasetEncoder {
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0.2
    encoder.segmentBytes = 5_000
    encoder.text.steps = .with(change)
    return encoder
  }

  /// Files and lines, many of which are alike; what a corpus has in order is returned.
  private func writeCorpus() throws -> [(source: String, text: String)] {
    var random = SplitMix64(seed: 5)
    let texts = (0..<150).map { _ in randomText(&random, upTo: 40) + "x" }
    var all: [(String, String)] = []
    for number in 0..<6 {
      let lines = (0..<200).map { _ in
        texts.randomElement(using: &random)! + (Bool.random(using: &random) ? "\r\n" : "\n")
      }
      try folder.write(lines.map(jsonLine).joined(separator: "\n"), to: "c/\(number).jsonl")
      all += lines.map { ("c/\(number).jsonl", $0) }
      let text = texts.randomElement(using: &random)!
      try folder.write(text, to: "c/\(number).txt")
      all.append(("c/\(number).txt", text))
    }
    return all
  }

  /// The texts that remain, by looking every one up among those before.
  private func expected(_ all: [(source: String, text: String)]) -> [String] {
    var seen: Set<[UInt8]> = []
    return all.map {
      String(
        decoding: StepOptions.with { $0.newlines = true }.apply(to: Array($0.text.utf8)).text, as: UTF8.self)
    }
    .filter { seen.insert(Array($0.utf8)).inserted }
  }

  @Test(arguments: [64 << 20, 4_096])
  func `of equal texts the first stays, however little memory there is`(memory: Int) throws {
    let all = try writeCorpus()
    var encoder = try encoder { ($0.newlines, $0.dropDuplicates) = (true, true) }
    encoder.sortingMemory = memory
    let summary = try encoder.run(folder: folder("s"), threads: 2)
    let kept = try documents(folder("s"), .train) + documents(folder("s"), .val)
    #expect(Set(kept.map(\.text)) == Set(expected(all)) && kept.count == expected(all).count)
    // Each split has them in order.
    let train = try documents(folder("s"), .train).map(\.text)
    #expect(train == expected(all).filter(Set(train).contains))
    let step = summary.work.steps.last!
    #expect(step.name == "drop-duplicates" && step.dropped.documents == all.count - kept.count)
    #expect(step.kept.documents == kept.count && summary.dataset.rejects == step.dropped.documents)
    #expect(try verify(folder("s")).faults.isEmpty)
    let endings = [".sqlite", ".shard", ".table"]
    #expect(try Folder.names(folder("s")).allSatisfy { name in endings.contains { name.hasSuffix($0) } })
  }

  @Test func `the reason says where the first one is`() throws {
    try folder.write("{\"text\": \"one\"}\n{\"text\": \"two\"}\n{\"text\": \"one\"}\n", to: "c/a.jsonl")
    try folder.write("two", to: "c/b.txt")
    _ = try encoder { $0.dropDuplicates = true }.run(folder: folder("s"), threads: 1)
    #expect(
      try rejects(folder("s")) == [
        "c/a.jsonl 32 drop-duplicates: equals the document at byte 0 of 'c/a.jsonl'",
        "c/b.txt 0 drop-duplicates: equals the document at byte 16 of 'c/a.jsonl'",
      ])
  }

  @Test func `documents without text, or in which the steps leave none, are no duplicates`() throws {
    let empty =
      "*** START OF THE PROJECT GUTENBERG EBOOK A ***\n\n*** END OF THE PROJECT GUTENBERG EBOOK A ***\n"
    try folder.write(["", "a", "", empty, empty, "a"].map(jsonLine).joined(separator: "\n"), to: "c/a.jsonl")
    for name in ["c/b.txt", "c/c.txt"] { try folder.write("", to: name) }
    _ = try encoder { ($0.stripGutenberg, $0.dropDuplicates, $0.dropNearDuplicates) = (true, true, true) }
      .run(folder: folder("s"), threads: 1)
    let place = [jsonLine(""), jsonLine("a"), jsonLine(""), jsonLine(empty), jsonLine(empty)]
      .reduce(0) { $0 + $1.utf8.count + 1 }
    #expect(
      try rejects(folder("s")) == [
        "c/a.jsonl \(place) drop-duplicates: equals the document at byte \(jsonLine("").utf8.count + 1) of 'c/a.jsonl'"
      ])
  }

  @Test func `threads, memory and interruptions change nothing`() throws {
    _ = try writeCorpus()
    var encoder = try encoder {
      ($0.newlines, $0.dropDuplicates, $0.dropNearDuplicates) = (true, true, true)
    }
    let whole = try encoder.run(folder: folder("s1"), threads: 1)
    let expected = try shards(folder("s1"))
    for threads in [2, 3, 8] {
      encoder.sortingMemory = 1_000 * threads
      #expect(try encoder.run(folder: folder("s\(threads)"), threads: threads).dataset == whole.dataset)
      #expect(try shards(folder("s\(threads)")) == expected)
    }
    for stop in [0, 3, 14, 20, 24, 30] {
      let calls = Atomic<Int>(0)
      let out = folder("stopped-\(stop)")
      #expect(throws: PipelineError.self) {
        try encoder.run(
          folder: out, threads: 2, isCancelled: { calls.add(1, ordering: .relaxed).oldValue >= stop })
      }
      #expect(try encoder.run(folder: out, threads: 2).dataset == whole.dataset)
      #expect(try shards(out) == expected)
    }
  }

  @Test func `a run with other steps is refused, and the difference is named`() throws {
    try folder.write("one\r\n", to: "c/a.txt")
    _ = try encoder { $0.newlines = true }.run(folder: folder("s"), threads: 1)
    let other = try encoder { ($0.newlines, $0.dropDuplicates) = (true, true) }
    #expect(errorText { _ = try other.run(folder: folder("s"), threads: 1) }.contains("drop-duplicates"))
    let none = try encoder { _ in }
    #expect(errorText { _ = try none.run(folder: folder("s"), threads: 1) }.contains("newlines"))
  }
}
