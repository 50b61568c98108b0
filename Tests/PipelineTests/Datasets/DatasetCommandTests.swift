import Basics
import Pipeline
import TestSupport
import Testing

/// The programs as people run them.
@Suite("Dataset commands")
struct DatasetCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func prep(_ arguments: String...) throws -> Outcome {
    try RunningProgram("prep", arguments, in: folder.path).wait()
  }

  @Test func `stories go to standard output or into a file`() throws {
    let output = try prep("generate-stories", "--megabytes", "0.01", "--seed", "4")
    #expect(output.code == 0 && output.errors.isEmpty)
    let file = try prep("generate-stories", "--megabytes", "0.01", "--seed", "4", "--out", "s.jsonl")
    #expect(file.code == 0 && file.output.isEmpty)
    #expect(try File.contents(folder("s.jsonl")) == output.output)
    _ = try prep("generate-stories", "--megabytes", "0.01", "--out", "s.txt")
    #expect(try File.contents(folder("s.txt")).starts(with: Array("Greta lived".utf8)))
    #expect(try prep("generate-stories", "--megabytes", "0").code == 2)
    #expect(try prep("generate-stories", "--out", "none/s.jsonl").code == 1)
    try Folder.create(folder("folder"))
    let refused = try prep("generate-stories", "--out", "folder")
    #expect(refused.code == 1 && refused.errors.contains("in place of 'folder': Is a directory"))
  }

  @Test func `the catalog is listed for people and for programs`() throws {
    #expect(try prep("fetch", "--list").text.contains("sms-spam\n"))
    #expect(try prep("fetch", "--list", "--json").text == Catalog.json.indented)
    #expect(try prep("fetch").code == 2)
    #expect(try prep("fetch", "nothing").errors.contains("the catalog has no 'nothing'"))
  }

  @Test func `without a tokenizer there are CSV files and a message`() throws {
    try folder.write("spam\twin\nham\thello\nham\tyou\nspam\tnow\nham\tthere\n", to: "t.tsv")
    let first = try prep("build-spam-dataset", "t.tsv", "--fractions", "0.5,0.25")
    #expect(first.code == 0)
    #expect(first.errors.contains("no tokenizer, so no shards"))
    #expect(try Folder.names(folder("spam")) == ["test.csv", "train.csv", "validation.csv"])
    #expect(try prep("build-spam-dataset", "t.tsv", "--fractions", "0.5,0.25").errors.contains("unchanged"))
    let other = try prep("build-spam-dataset", "t.tsv", "--no-balance")
    #expect(other.code == 1 && other.errors.contains("--replace"))
    #expect(try prep("build-spam-dataset", "t.tsv", "--no-balance", "--replace").code == 0)
  }

  @Test func `bad command lines and missing files are named`() throws {
    let missing = try prep("build-spam-dataset")
    #expect(missing.code == 1 && missing.errors.contains("prep fetch sms-spam"))
    #expect(try prep("build-spam-dataset", "none.tsv").errors.contains("there is no file 'none.tsv'"))
    try folder.write("a\tb\nb\tc\n", to: "t.tsv")
    for fractions in ["0.7", "0.7,0.4", "x,0.1", "0.7,-0.1", "0,0.1"] {
      #expect(try prep("build-spam-dataset", "t.tsv", "--fractions", fractions).code == 2, "\(fractions)")
    }
    #expect(try prep("build-spam-dataset", "t.tsv", "--seed", "-1").code == 2)
    let tokenizer = try prep("build-spam-dataset", "t.tsv", "--tokenizer", "none")
    #expect(tokenizer.code == 1 && tokenizer.errors.contains("'none'"))
  }

  @Test(.enabled(if: Shared.path("data/sms") != nil, "needs ../shared"))
  func `the spam dataset is built from what was fetched`() throws {
    #expect(try prep("fetch", "sms-spam", "--from", Shared.path("data/sms")!).code == 0)
    #expect(try prep("fetch", "gpt2", "--from", Shared.path("data/gpt2")!).code == 0)
    #expect(try prep("fetch", "gpt2").errors.contains("already"))
    let built = try prep("build-spam-dataset")
    #expect(built.code == 0)
    // 31,779 + 1,045 and so on: the book's counts of GPT-2's tokens, and an <|endoftext|> for each text.
    for line in [
      "train: 1045 documents, 32824 tokens", "val: 149 documents, 5082 tokens",
      "test: 300 documents, 9290 tokens",
    ] {
      #expect(built.errors.contains(line))
    }
    #expect(try prep("build-spam-dataset").errors.contains("the shards were there already, unchanged"))
  }
}
