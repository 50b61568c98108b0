import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct `Datasets of builders are checked and mended from their file` {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func writeInstructions(to out: String, _ change: (inout InstructionDataset) -> Void = { _ in })
    throws
  {
    let entries = (0..<60).map {
      #"{"instruction": "the cab \#($0)", "input": "é", "output": "a\nb \#($0)"}"#
    }
    var dataset = try InstructionDataset(
      folder.write("[\(entries.joined(separator: ", "))]", to: "in/answers.json"))
    change(&dataset)
    _ = try dataset.write(to: folder(out), tokenizer: tokenizer)
  }

  private func writeTable(
    to out: String, name: String = "in/mail.csv", columns: LabelledTable.Columns = .init(),
    split: LabelledSplit = LabelledSplit()
  ) throws {
    let rows = (0..<90).map { "\"text, \($0)\",\($0 % 3 == 0 ? "spam" : "ham"),other \($0)\n" }
    let head = columns == .init() ? "Text,Label,More\n" : "first,kind,body\n"
    let table = try LabelledTable(folder.write(head + rows.joined(), to: name), columns: columns)
    _ = try LabelledDataset(table, split: split).write(to: folder(out), tokenizer: tokenizer)
  }

  /// Removes or damages each shard in turn; mended, every file is what it was.
  private func mend(_ out: String) throws {
    let hash = try Dataset.open(folder(out)).rootHash
    let names = try Folder.names(folder(out)).filter { $0.hasSuffix(".shard") }
    #expect(names.count == 3)
    for (number, name) in names.enumerated() {
      let path = folder("\(out)/\(name)")
      let whole = try File.contents(path)
      if number == 1 {
        try Folder.remove(path)
      } else {
        var damaged = whole
        damaged[whole.count / 2] ^= 4
        try AtomicFile.write(damaged.span, to: path)
      }
      let report = try DatasetMender(folder(out), sources: [folder("in")]).run(threads: 2)
      #expect(report.repaired == [path] && report.failures.isEmpty, "\(report)")
      #expect(try File.contents(path) == whole)
    }
    #expect(try verify(folder(out)).faults == [])
    #expect(try Dataset.open(folder(out)).rootHash == hash)
  }

  private func check(_ out: String) throws -> DatasetCheck.Report {
    try DatasetCheck(Dataset.open(folder(out)), sources: [folder("in")]).run(threads: 2)
  }

  private func expectSame(_ out: String) throws {
    let report = try check(out)
    let tokens = try Dataset.open(folder(out)).splits.reduce(0) { $0 + $1.tokens }
    #expect(report.differences.isEmpty && report.notReencodable == [] && report.segmentsNotCompared == 0)
    #expect(report.comparedTokens == tokens)
  }

  @Test func `instructions`() throws {
    try writeInstructions(to: "s") { ($0.shares.train, $0.shares.test) = (0.5, 0.25) }
    try mend("s")
    try expectSame("s")
  }

  @Test func `labelled texts, balanced and not`() throws {
    try writeTable(to: "s")
    try mend("s")
    try expectSame("s")
    var split = LabelledSplit()
    (split.seed, split.isBalanced, split.train) = (9, false, 0.4)
    try writeTable(to: "other", split: split)
    try mend("other")
    try expectSame("other")
  }

  @Test func `labelled texts of columns that were named`() throws {
    try writeTable(to: "s", columns: LabelledTable.Columns(label: "kind", text: "body"))
    try mend("s")
    try expectSame("s")
  }

  @Test func `parts of a merged dataset`() throws {
    try writeTable(to: "a")
    try writeInstructions(to: "b")
    _ = try DatasetMerge([folder("a"), folder("b")]).write(to: folder("s"))
    let hash = try Dataset.open(folder("s")).rootHash
    let names = try Folder.names(folder("s")).filter { $0.hasSuffix(".shard") }
    for name in names { try Folder.remove(folder("s/\(name)")) }
    let report = try DatasetMender(folder("s"), sources: [folder("in")]).run(threads: 2)
    #expect(report.repaired.count == names.count && report.failures.isEmpty, "\(report)")
    #expect(try Dataset.open(folder("s")).rootHash == hash)
    #expect(try verify(folder("s")).faults == [])
    try expectSame("s")
  }

  @Test func `another file is named, and nothing is replaced`() throws {
    try writeInstructions(to: "s")
    let path = folder("s/val-00000.shard")
    try Folder.remove(path)
    let file = folder("in/answers.json")
    var bytes = try File.contents(file)
    bytes[bytes.count / 2] ^= 1
    try folder.write(bytes, to: "in/answers.json")
    let report = try DatasetMender(folder("s"), sources: [folder("in")]).run(threads: 2)
    #expect(report.failures.count == 1 && report.repaired == [])
    #expect(report.findings.map(\.path) == [file])
    #expect(Folder.kind(path) == nil)
  }
}
