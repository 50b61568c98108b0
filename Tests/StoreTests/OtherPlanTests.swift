import Basics
import Store
import TestSupport
import Testing

@Suite("Another dataset's folder")
struct OtherPlanTests {
  /// What is wanted now, instead of the fixed sample's plan, and the words for it.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout DatasetPlan) -> Void
    init(_ words: String, _ apply: @escaping @Sendable (inout DatasetPlan) -> Void) {
      testDescription = words
      self.apply = apply
    }
  }

  static let changes: [Change] = [
    Change(
      "its tokenizer is 'sample' of 1000 tokens (832f42d7222e), not 'gpt2' of 1000 tokens (4bf5122f3445)"
    ) {
      $0.tokenizer.name = "gpt2"
      $0.tokenizer.digest = SHA256.hash([1])
    },
    Change(
      "its tokenizer is 'sample' of 1000 tokens (832f42d7222e), not 'sample' of 1001 tokens (832f42d7222e)"
    ) {
      $0.tokenizer.vocabularySize = 1_001
    },
    Change("its <|endoftext|> is token 999, not 0") { $0.tokenizer.endOfText = 0 },
    Change("its split is \"hash\", not \"tail\"") {
      $0.configuration = ["split": "tail", "fraction": 0.25, "steps": []]
    },
    Change("its fraction is 0.25, now not given; its seed was not given, now 1") {
      $0.configuration = ["split": "hash", "steps": [], "seed": 1]
    },
    Change("its steps is [], not {\"a\":1}") {
      $0.configuration = ["split": "hash", "fraction": 0.25, "steps": ["a": 1]]
    },
    Change("its steps is [], not [\"trim\"]") {
      $0.configuration = ["split": "hash", "fraction": 0.25, "steps": ["trim"]]
    },
    Change("the options are in another order") {
      $0.configuration = ["fraction": 0.25, "split": "hash", "steps": []]
    },
    Change("its source 'corpus/2.txt' is not given now") {
      $0.sources.removeLast(); $0.segments.removeLast()
    },
    Change("'corpus/3.txt' is not among its sources") {
      $0.sources.append(SourceRecord(path: "corpus/3.txt", byteCount: 1, digest: SHA256.hash([])))
    },
    Change("its source 'corpus/1.txt' had 1012 bytes and has 1013 now") { $0.sources[1].byteCount += 1 },
    Change("its source 'corpus/1.txt' has the same size but other bytes now") {
      $0.sources[1].digest = SHA256.hash([])
    },
    Change("its sources come in another order or number") { $0.sources.swapAt(0, 1) },
    Change("its sources come in another order or number") { $0.sources.append($0.sources[0]) },
    Change("the sources are cut into 3 other segments than the 3 wanted now") {
      $0.segments[0].ranges[1].bytes = 0..<901
    },
    Change("the sources are cut into 3 other segments than the 4 wanted now") {
      $0.segments.append(SegmentPlan(ranges: []))
    },
    Change(
      "'a/0' is not among its sources; 'a/1' is not among its sources; 'a/2' is not among its sources; "
        + "'a/3' is not among its sources; 'a/4' is not among its sources; and so 3 more"
    ) {
      $0.sources += (0..<8).map { SourceRecord(path: "a/\($0)", byteCount: 1, digest: SHA256.hash([])) }
    },
    Change(
      "its <|endoftext|> is token 999, not 1; its split is \"hash\", not \"tail\"; "
        + "its source 'corpus/0.txt' had 12 bytes and has 13 now"
    ) {
      $0.tokenizer.endOfText = 1
      $0.configuration = ["split": "tail", "fraction": 0.25, "steps": []]
      $0.sources[0].byteCount = 13
    },
  ]

  private static func refusal(_ path: String, _ plan: DatasetPlan) throws -> String {
    let before = try OrderOfWorkTests.Contents(path)
    let error = try #require(throws: StoreError.self) { try DatasetWriter(folder: path, plan: plan) }
    #expect(try OrderOfWorkTests.Contents(path) == before)
    return "\(error)"
  }

  @Test(arguments: changes)
  func `another plan is refused, and the difference named`(change: Change) throws {
    var plan = Sample.fixed.plan
    change.apply(&plan)
    let finished = try fixedDataset()
    func expected(_ path: String) -> String {
      """
      '\(path)' holds another dataset: \(change.testDescription); choose another folder, or give --replace to remove \
      what is there
      """
    }
    #expect(try Self.refusal(finished.path, plan) == expected(finished.path))
    // A dataset of which only a part is there is as much another's.
    let begun = try TemporaryFolder()
    try Sample.fixed.write(2, DatasetWriter(folder: begun.path, plan: Sample.fixed.plan))
    #expect(try Self.refusal(begun.path, plan) == expected(begun.path))
  }

  @Test func `a first try of which nothing was committed gives way`() throws {
    let folder = try TemporaryFolder()
    var slip = Sample.fixed.plan
    slip.tokenizer.endOfText = 0
    _ = try DatasetWriter(folder: folder.path, plan: slip)
    try Sample.fixed.write(to: folder.path)
    #expect(try Dataset.open(folder.path).tokenizer == Sample.fixed.plan.tokenizer)
  }

  @Test func `the tokenizer may go by another name, which a new run writes down`() throws {
    var renamed = Sample.fixed
    renamed.plan.tokenizer.name = "another name"
    renamed.plan.tokenizer.files.removeLast()
    let finished = try fixedDataset()
    #expect(try DatasetWriter(folder: finished.path, plan: renamed.plan).isComplete)
    #expect(try Dataset.open(finished.path).tokenizer == Sample.fixed.plan.tokenizer)
    let begun = try TemporaryFolder()
    try Sample.fixed.write(0, DatasetWriter(folder: begun.path, plan: Sample.fixed.plan))
    try renamed.write(to: begun.path)
    let dataset = try Dataset.open(begun.path)
    #expect(dataset.tokenizer == renamed.plan.tokenizer)
    #expect(try dataset.rootHash == Dataset.open(finished.path).rootHash)
    #expect(try verify(begun.path).faults == [])
  }

  @Test func `shards without a manifest are nobody's, and stay`() throws {
    let folder = try fixedDataset()
    try Folder.remove(folder("manifest.sqlite"))
    let before = try Folder.shards(folder.path)
    let error = try #require(throws: StoreError.self) { try Sample.fixed.write(to: folder.path) }
    #expect(
      "\(error)" == """
        '\(folder.path)' holds test-00000.shard but no manifest.sqlite that says what it belongs to; choose another \
        folder, or remove the shards by hand
        """)
    #expect(try Folder.shards(folder.path) == before)
  }
}
