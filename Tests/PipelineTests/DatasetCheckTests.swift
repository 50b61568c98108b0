import Basics
import Pipeline
import Store
import TestSupport
import Tokenizer
import Testing

@Suite("Comparing a dataset with its sources")
struct DatasetCheckTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
    var random = SplitMix64(seed: 7)
    for name in ["a.txt", "b.md", "c.txt"] {
      try folder.write(randomText(&random, upTo: 60_000) + "\nthe end\n", to: "corpus/\(name)")
    }
    for name in ["d.jsonl", "e.jsonl"] {
      let lines = (0..<300).map { _ in jsonLine(randomText(&random, upTo: 60)) }
      try folder.write(lines.joined(separator: "\n") + "\n\n", to: "corpus/\(name)")
    }
    try folder.write(Packed.gzip(Array("packed the text\n".utf8)), to: "corpus/f.txt.gz")
    var encoder = DatasetEncoder(try Corpus([folder("corpus")]), tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0.3
    encoder.segmentBytes = 12_000
    _ = try encoder.run(folder: folder("s"), threads: 1)
  }

  private func check(_ name: String = "s", threads: Int = 2) throws -> DatasetCheck.Report {
    try DatasetCheck(Dataset.open(folder(name)), sources: [folder("corpus")]).run(threads: threads)
  }

  /// A dataset of the same plan whose documents went through `change`: all its digests fit.
  private func rewrite(
    to name: String, _ change: (Int, Split, inout [(DocumentEntry, [TokenID])]) -> Void
  ) throws {
    let dataset = try Dataset.open(folder("s"))
    let writer = try DatasetWriter(folder: folder(name), plan: dataset.plan())
    var documents: [Split: [Int: [(DocumentEntry, [TokenID])]]] = [:]
    for split in dataset.splits {
      var reader = try dataset.reader(split.split)
      let extents = reader.extents
      var number = 0
      try reader.forEachDocument { entry, tokens in
        let segment = extents.first { $0.documents.contains(number) }!.segment
        documents[split.split, default: [:]][segment, default: []].append(
          (entry, tokens.indices.map { tokens[$0] }))
        number += 1
      }
    }
    for segment in try dataset.plan().segments.indices {
      var output = try writer.beginSegment(segment)
      for split in Split.allCases {
        var own = documents[split]?[segment] ?? []
        change(segment, split, &own)
        for (entry, tokens) in own { try output.append(tokens.span, document: entry, split: split) }
      }
      for reject in try dataset.rejects(segment: segment) {
        output.reject(source: reject.source, byteOffset: reject.byteOffset, reason: reject.reason)
      }
      try output.commit()
    }
    _ = try writer.finish()
  }

  @Test(arguments: [1, 3])
  func `an untouched dataset is what its sources give, on any number of threads`(threads: Int) throws {
    let report = try check(threads: threads)
    let dataset = try Dataset.open(folder("s"))
    #expect(report.differences == [] && report.sources == [] && report.segmentsNotCompared == 0)
    #expect(report.documents == dataset.splits.reduce(0) { $0 + $1.documents })
    #expect(report.comparedTokens == dataset.splits.reduce(0) { $0 + $1.tokens })
    #expect(try dataset.plan().segments.count > 5)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `another token is found, with its document, source and byte`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let dataset = try Dataset.open(folder("s"))
    let plan = try dataset.plan()
    var changed: (segment: Int, split: Split, document: Int, token: Int, entry: DocumentEntry, byte: Int)?
    let wanted = Int.random(in: plan.segments.indices, using: &random)
    try rewrite(to: "t") { segment, split, documents in
      guard segment >= wanted, changed == nil, !documents.isEmpty else { return }
      let document = Int.random(in: documents.indices, using: &random)
      let tokens = documents[document].1
      guard tokens.count > 1 else { return }
      let token = Int.random(in: 0..<tokens.count - 1, using: &random)
      documents[document].1[token] = (tokens[token] + 1) % 256
      let byte = tokens[..<token].reduce(0) { $0 + tokenizer.tokenizer.bytes(of: $1)!.count }
      changed = (segment, split, document, token, documents[document].0, byte)
    }
    let place = try #require(changed)
    let report = try check("t")
    #expect(try verify(folder("t")).faults == [])
    let differences = report.differences.filter { $0.token != nil }
    #expect(differences.count == 1)
    let found = try #require(differences.first)
    #expect(found.shard.hasSuffix("/\(place.split)-0000\(place.segment).shard") || place.segment > 9)
    #expect(found.document == place.document && found.token == place.token && found.textByte == place.byte)
    #expect(found.source == dataset.sources[place.entry.source].path)
    #expect(found.offset == place.entry.byteOffset)
    // The hash of the decoded text does not fit either, whether or not the sources are there.
    #expect(report.differences.contains { $0.reason.contains("text hash") && $0.document == place.document })
  }

  @Test func `lineage, missing and additional documents are found`() throws {
    let entry = { (documents: inout [(DocumentEntry, [TokenID])], change: (inout DocumentEntry) -> Void) in
      change(&documents[documents.count - 1].0)
    }
    let changes: [(String, (inout [(DocumentEntry, [TokenID])]) -> Void)] = [
      ("it is said to be", { entry(&$0) { $0.byteOffset += 1 } }),
      ("it is said to be", { entry(&$0) { $0.byteCount += 1 } }),
      ("its text hash is not", { entry(&$0) { $0.textHash ^= 1 } }),
      ("its label is another", { entry(&$0) { $0.label = 1 } }),
      ("the sources give a document more", { $0.removeLast() }),
      ("the shard has", { $0.append($0[$0.count - 1]) }),
    ]
    for (number, (words, change)) in changes.enumerated() {
      var isDone = false
      try rewrite(to: "t\(number)") { _, split, documents in
        guard !isDone, split == .train, documents.count > 1 else { return }
        isDone = true
        change(&documents)
      }
      let reasons = try check("t\(number)").differences.map(\.reason)
      #expect(reasons.contains { $0.contains(words) }, "\(words): \(reasons)")
    }
  }

  @Test func `where a split has no shards, one difference says so for each segment`() throws {
    try rewrite(to: "t") { _, split, documents in if split == .val { documents = [] } }
    let whole = try Dataset.open(folder("s")).reader(.val).extents
    #expect(whole.contains { $0.documents.count > 1 })
    let report = try check("t")
    #expect(report.differences.count == whole.count)
    #expect(report.differences.allSatisfy { $0.reason.contains("the dataset has no such shard") })
  }

  @Test func `changed and missing sources are named, and the rest is compared`() throws {
    var bytes = try File.contents(folder("corpus/b.md"))
    bytes[100] ^= 1
    try folder.write(bytes, to: "corpus/b.md")
    try folder.write("longer", to: "corpus/c.txt")
    try Folder.remove(folder("corpus/e.jsonl"))
    let report = try check()
    #expect(report.differences == [])
    #expect(report.sources.map(\.name) == ["corpus/b.md", "corpus/c.txt", "corpus/e.jsonl"])
    for (finding, words) in zip(
      report.sources, ["changed: its SHA-256 is", "changed: it has 6 bytes", "missing; name the folder"])
    {
      #expect(finding.description.contains(words))
    }
    #expect(report.segmentsNotCompared > 2)
    #expect(report.documents == (try Dataset.open(folder("s"))).splits.reduce(0) { $0 + $1.documents })
    #expect(report.comparedTokens > 0)
  }

  @Test func `the sources are found below the folder, and as the folder`() throws {
    let dataset = try Dataset.open(folder("s"))
    for place in [folder.path, folder("corpus")] {
      #expect(try RecordedSources(dataset, folders: [place]).check(threads: 1).isEmpty)
    }
    let report = try RecordedSources(dataset, folders: [folder("tokenizer")]).check(threads: 1)
    #expect(report.count == dataset.sources.count && report.values.allSatisfy { $0.path == nil })
  }

  @Test func `lost shards are made again from the sources, those whose sources changed are not`() throws {
    let whole = try shards(folder("s"))
    for name in whole.keys { try folder.write("lost", to: "s/\(name)") }
    try folder.write("longer", to: "corpus/a.txt")
    let report = try DatasetMender(folder("s"), sources: [folder("corpus")]).run(threads: 2)
    #expect(report.damaged.count == whole.count)
    #expect(report.findings.map(\.name) == ["corpus/a.txt"])
    let failed = Set(report.failures.flatMap(\.paths))
    #expect(!failed.isEmpty && Set(report.repaired).union(failed).count == whole.count)
    for (name, bytes) in whole {
      let now = try File.contents(folder("s/\(name)"))
      #expect(now == (failed.contains(folder("s/\(name)")) ? Array("lost".utf8) : bytes))
    }
  }

  @Test func `what went through steps is compared, and made again`() throws {
    try folder.write("\u{65}\u{301}  one\r\ntwo\r\n", to: "corpus/g.txt")
    var encoder = DatasetEncoder(try Corpus([folder("corpus")]), tokenizer)
    encoder.text.steps.newlines = true
    encoder.text.steps.normalize = .nfc
    encoder.text.steps.minBytes = 20
    encoder.text.steps.maxBytes = 50_000
    encoder.text.steps.maxLine = 100_000
    encoder.text.steps.stripGutenberg = true
    encoder.segmentBytes = 12_000
    let summary = try encoder.run(folder: folder("steps"), threads: 1)
    #expect(summary.dataset.rejects > 0)
    let report = try check("steps")
    #expect(report.differences.isEmpty && report.sources.isEmpty && report.segmentsNotCompared == 0)
    #expect(report.comparedTokens > 0)
    let whole = try shards(folder("steps"))
    for name in whole.keys { try Folder.remove(folder("steps/\(name)")) }
    let repair = try DatasetMender(folder("steps"), sources: [folder("corpus")]).run(threads: 2)
    #expect(repair.repaired.count == whole.count && repair.failures.isEmpty)
    #expect(try shards(folder("steps")) == whole)
  }

  @Test(arguments: [true, false])
  func `what depends on other documents is not made again, and the option is named`(near: Bool) throws {
    var encoder = DatasetEncoder(try Corpus([folder("corpus")]), tokenizer)
    encoder.text.steps.dropDuplicates = !near
    encoder.text.steps.dropNearDuplicates = near
    _ = try encoder.run(folder: folder("steps"), threads: 1)
    let option = near ? "--drop-near-duplicates" : "--drop-duplicates"
    let report = try check("steps")
    #expect(report.segmentsNotCompared > 0 && report.comparedTokens == 0)
    #expect(report.documents > 0 && report.notReencodable.count == 1)
    #expect(report.notReencodable[0].contains(option))
    let whole = try shards(folder("steps"))
    for name in whole.keys { try Folder.remove(folder("steps/\(name)")) }
    let mended = try DatasetMender(folder("steps"), sources: [folder("corpus")]).run(threads: 1)
    #expect(mended.repaired == [] && mended.failures.allSatisfy { $0.reason.contains(option) })
    #expect(mended.failures.reduce(0) { $0 + $1.paths.count } == whole.count)
  }

  @Test func `what is wrong is said, also where nothing can be encoded again`() throws {
    var encoder = DatasetEncoder(try Corpus([folder("corpus")]), tokenizer)
    encoder.text.steps.dropDuplicates = true
    _ = try encoder.run(folder: folder("steps"), threads: 1)
    try folder.write("other", to: "corpus/c.txt")
    let report = try check("steps")
    #expect(report.sources.map(\.name) == ["corpus/c.txt"] && report.documents > 0)
  }

  @Test func `options that are not known are named, and nothing is touched`() throws {
    var plan = try Dataset.open(folder("s")).plan()
    plan.configuration = ["split": "by-moonlight"]
    let writer = try DatasetWriter(folder: folder("m"), plan: plan)
    for index in plan.segments.indices { try writer.beginSegment(index).commit() }
    _ = try writer.finish()
    let report = try check("m")
    #expect(report.segmentsNotCompared == plan.segments.count && report.notReencodable.count == 1)
    let reason = report.notReencodable.first ?? ""
    #expect(reason.contains("cannot be encoded again") && reason.contains("by-moonlight"))
  }

  @Test func `a part of a merged dataset that cannot be made again does not keep the others from it`() throws
  {
    var encoder = DatasetEncoder(try Corpus([folder("corpus/d.jsonl")]), tokenizer)
    encoder.text.steps.dropDuplicates = true
    _ = try encoder.run(folder: folder("n"), threads: 1)
    _ = try DatasetMerge([folder("n"), folder("s")]).write(to: folder("all"))
    let whole = try shards(folder("all"))
    let (first, last) = ("train-00000.shard", whole.keys.sorted().last { $0.hasPrefix("train") }!)
    try Folder.remove(folder("all/\(last)"))
    let sources = [folder("corpus"), folder.path]
    let mended = try DatasetMender(folder("all"), sources: sources).run(threads: 2)
    #expect(mended.failures.isEmpty && mended.repaired == [folder("all/\(last)")])
    let report = try DatasetCheck(Dataset.open(folder("all")), sources: sources).run(threads: 2)
    #expect(report.differences == [] && report.sources == [] && report.segmentsNotCompared == 1)
    #expect(report.notReencodable.count == 1 && report.notReencodable[0].contains("--drop-duplicates"))
    #expect(report.comparedTokens > 0)
    for name in [first, last] { try Folder.remove(folder("all/\(name)")) }
    let half = try DatasetMender(folder("all"), sources: sources).run(threads: 2)
    #expect(half.repaired == [folder("all/\(last)")] && half.failures.map(\.segment) == [0])
    #expect(half.failures[0].reason.contains("--drop-duplicates"))
    #expect(try shards(folder("all")) == whole.filter { $0.key != first })
  }

  @Test func `a merged dataset is compared with the sources of its parts, each with its own options`() throws
  {
    try folder.write("the other\ntext\n", to: "more/x.txt")
    var encoder = DatasetEncoder(try Corpus([folder("more")]), tokenizer)
    encoder.split.fraction = 0.5
    _ = try encoder.run(folder: folder("n"), threads: 1)
    _ = try DatasetMerge([folder("s"), folder("n")]).write(to: folder("all"))
    let dataset = try Dataset.open(folder("all"))
    let report = try DatasetCheck(dataset, sources: [folder.path]).run(threads: 2)
    #expect(report.differences == [] && report.sources == [])
    #expect(report.comparedTokens == dataset.splits.reduce(0) { $0 + $1.tokens })
    try Folder.remove(folder("all/val-0000\(try dataset.plan().segments.count - 1).shard"))
    for name in try shards(folder("all")).keys.sorted().suffix(2) { try Folder.remove(folder("all/\(name)")) }
    let mended = try DatasetMender(folder("all"), sources: [folder.path]).run(threads: 2)
    #expect(mended.failures.isEmpty && mended.repaired.count >= 2)
    #expect(try verify(folder("all")).faults == [])
  }
}
