import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite("Labelled datasets")
struct LabelledDatasetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 30 rows ham, 10 rows spam, with what must be quoted among the texts.
  private func messages() throws -> String {
    let lines = (0..<40).map { number in
      let text = number % 7 == 3 ? "\"no, \"\"\(number)\"\" it is\"" : "text \(number), as it is"
      return "\(number % 4 == 1 ? "spam" : "ham")\t\(text)\n"
    }
    return try folder.write(lines.joined(), to: "messages.tsv")
  }

  private func read(_ name: String) throws -> String {
    String(decoding: try File.contents(folder(name)), as: UTF8.self)
  }

  /// The 256 bytes and `<|endoftext|>`. GPT-2 writes the bytes that cannot be seen as the characters from
  /// U+0100 on.
  private func byteTokenizer() throws -> TokenizerFolder {
    let seen = (33...126).map { $0 } + Array(161...172) + Array(174...255)
    let scalars = seen + Array(256..<256 + 256 - seen.count)
    var members = scalars.enumerated().map { id, scalar in
      JSON.Member(String(Character(Unicode.Scalar(UInt32(scalar))!)), .integer(id))
    }
    members.append(JSON.Member("<|endoftext|>", 256))
    try folder.write(JSON.object(members).text, to: "bytes/vocab.json")
    try folder.write("#version: 0.2\n", to: "bytes/merges.txt")
    return try TokenizerFolder(folder("bytes"))
  }

  // MARK: The book's

  private static let hashes = [
    "train.csv": "c89a1156b8476e6f4c0bfa4bc944f3d934e3db2942c5dc2a1456a65a795afcde",
    "validation.csv": "0ac7a07215729476975e070029ced8452a3d4e49fcdd8b17c167a317150b5439",
    "test.csv": "a5764d4eed041dada859601e1715bc68885aa5e74713e127968ead8ddf6a9e04",
  ]

  @Test(
    .enabled(if: Shared.path("data/sms") != nil, "needs ../shared"),
    arguments: ["SMSSpamCollection", "smsspamcollection.zip"])
  func `the SMS Spam Collection gives the book's files to the byte`(file: String) throws {
    let table = try LabelledTable(try #require(Shared.path("data/sms/\(file)")))
    #expect(table.rows.count == 5_572)
    #expect(table.labels == ["ham", "spam"])
    #expect(table.counts == [4_825, 747])
    let dataset = LabelledDataset(table)
    #expect(
      dataset.rows[.train]?.prefix(6).map { $0 } == [2087, 4694, 881, 1172, 2170, 5056])
    _ = try dataset.write(to: folder("spam"), tokenizer: nil)
    for (name, hash) in Self.hashes {
      #expect(SHA256.hash(try File.contents(folder("spam/\(name)"))).description == hash, "\(name)")
    }
  }

  // MARK: Any table

  @Test func `labels are balanced, and rows shared out by the fractions`() throws {
    let dataset = LabelledDataset(try LabelledTable(try messages()))
    #expect(dataset.table.counts == [30, 10])
    #expect(LabelledDataset.files.map { dataset.rows[$0.split]?.count } == [14, 2, 4])
    let all = LabelledDataset.files.flatMap { dataset.rows[$0.split] ?? [] }
    #expect(Set(all).count == 20)
    #expect(all.count { dataset.table.rows[$0].label == 1 } == 10)
  }

  @Test func `without balancing, every row is in one split`() throws {
    var split = LabelledSplit()
    (split.isBalanced, split.train, split.validation) = (false, 0.5, 0.25)
    let dataset = LabelledDataset(try LabelledTable(try messages()), split: split)
    #expect(LabelledDataset.files.map { dataset.rows[$0.split]?.count } == [20, 10, 10])
    #expect(LabelledDataset.files.flatMap { dataset.rows[$0.split] ?? [] }.sorted() == Array(0..<40))
  }

  @Test func `files are as pandas writes them`() throws {
    let dataset = LabelledDataset(try LabelledTable(try messages()))
    _ = try dataset.write(to: folder("out"), tokenizer: nil)
    let text = try read("out/train.csv") + read("out/validation.csv") + read("out/test.csv")
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0 == "Label,Text" } == 3)
    #expect(lines.contains { $0.hasPrefix("0,\"no, \"\"") })
    #expect(lines.contains { $0.hasPrefix("1,\"text ") })
    #expect(try Folder.names(folder("out")) == ["test.csv", "train.csv", "validation.csv"])
  }

  @Test func `shards hold every text with its label`() throws {
    let dataset = LabelledDataset(try LabelledTable(try messages()))
    let tokenizer = try byteTokenizer()
    let summary = try dataset.write(to: folder("out"), tokenizer: tokenizer)
    #expect(!summary.filesWereThere && !summary.datasetWasThere)
    let opened = try Dataset.open(folder("out"))
    #expect(opened.rootHash == summary.dataset?.rootHash)
    #expect(opened.configuration["labels"] == ["ham", "spam"])
    let bytes = try File.contents(folder("messages.tsv"))
    for (split, _) in LabelledDataset.files {
      var rows = (dataset.rows[split] ?? [])[...]
      var reader = try opened.reader(split)
      try reader.forEachDocument { entry, tokens in
        let row = dataset.table.rows[rows.removeFirst()]
        #expect(entry.label == row.label)
        #expect(entry.tokenCount == row.text.count + 1 && tokens[tokens.count - 1] == 256)
        let place = entry.byteOffset..<entry.byteOffset + entry.byteCount
        #expect(
          bytes[place].count { $0 != UInt8(ascii: "\"") } == row.text.count { $0 != UInt8(ascii: "\"") })
      }
      #expect(rows.isEmpty)
    }
  }

  @Test func `a second run changes nothing and says so`() throws {
    let dataset = LabelledDataset(try LabelledTable(try messages()))
    let tokenizer = try byteTokenizer()
    let first = try dataset.write(to: folder("out"), tokenizer: tokenizer)
    let second = try dataset.write(to: folder("out"), tokenizer: tokenizer)
    #expect(second.filesWereThere && second.datasetWasThere)
    #expect(second.dataset == first.dataset)
  }

  @Test func `shards can follow once there is a tokenizer`() throws {
    let dataset = LabelledDataset(try LabelledTable(try messages()))
    #expect(try dataset.write(to: folder("out"), tokenizer: nil).dataset == nil)
    let second = try dataset.write(to: folder("out"), tokenizer: try byteTokenizer())
    #expect(second.filesWereThere && second.dataset != nil)
  }

  @Test func `other options are refused, and replace on demand`() throws {
    let table = try LabelledTable(try messages())
    let tokenizer = try byteTokenizer()
    _ = try LabelledDataset(table).write(to: folder("out"), tokenizer: tokenizer)
    var split = LabelledSplit()
    split.seed = 5
    let other = LabelledDataset(table, split: split)
    let before = try Folder.names(folder("out")).map { try File.contents(folder("out/\($0)")) }
    let error = #expect(throws: DatasetsError.self) {
      try other.write(to: folder("out"), tokenizer: tokenizer)
    }
    #expect(error?.description.contains("--replace") == true)
    #expect(try Folder.names(folder("out")).map { try File.contents(folder("out/\($0)")) } == before)
    let replaced = try other.write(to: folder("out"), tokenizer: tokenizer, replacing: true)
    #expect(!replaced.filesWereThere && !replaced.datasetWasThere)
    #expect(try Dataset.open(folder("out")).configuration["seed"] == 5)
  }

  @Test func `without a tokenizer, no shards of another table stay beside the files`() throws {
    let table = try LabelledTable(try messages())
    let dataset = LabelledDataset(table)
    _ = try dataset.write(to: folder("out"), tokenizer: try byteTokenizer())
    let shards = try Folder.names(folder("out")).filter { $0.hasSuffix(".shard") }
    // The same table's stay, as they would be made again just so.
    _ = try dataset.write(to: folder("out"), tokenizer: nil, replacing: true)
    #expect(try Folder.names(folder("out")).filter { $0.hasSuffix(".shard") } == shards)
    var split = LabelledSplit()
    split.seed = 5
    let other = LabelledDataset(table, split: split)
    for name in ["train.csv", "validation.csv", "test.csv"] { try Folder.remove(folder("out/\(name)")) }
    let error = #expect(throws: DatasetsError.self) { try other.write(to: folder("out"), tokenizer: nil) }
    #expect(error?.description.contains("holds 'shards' made from another file") == true)
    _ = try other.write(to: folder("out"), tokenizer: nil, replacing: true)
    #expect(try Folder.names(folder("out")) == ["test.csv", "train.csv", "validation.csv"])
  }
}

@Suite("Labelled tables")
struct LabelledTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(
    _ text: String, name: String = "t.csv", columns: LabelledTable.Columns = .init()
  ) throws -> LabelledTable {
    try LabelledTable(try folder.write(text, to: name), columns: columns)
  }

  private func texts(_ table: LabelledTable) -> [String] {
    table.rows.map { String(decoding: $0.text, as: UTF8.self) }
  }

  @Test func `usual names of columns are found in any order`() throws {
    let table = try table("id,Review,Sentiment\n1,good one,pos\n2,\"bad, bad\",neg\n")
    #expect(table.labels == ["neg", "pos"])
    #expect(table.rows.map(\.label) == [1, 0])
    #expect(texts(table) == ["good one", "bad, bad"])
  }

  @Test func `columns can be named`() throws {
    let table = try table("a\tb\tc\nx\ty\tz\nu\tv\tw\n", name: "t.tsv", columns: .init(label: "c", text: "a"))
    #expect(table.labels == ["w", "z"])
    #expect(texts(table) == ["x", "u"])
  }

  @Test func `without a header, the label comes first`() throws {
    #expect(texts(try table("b,one\na,two\n")) == ["one", "two"])
  }

  @Test func `whole numbers are in the order of their values`() throws {
    #expect(try table("10,x\n9,y\n-1,z\n").labels == ["-1", "9", "10"])
    #expect(try table("10,x\n9,y\nb,z\n").labels == ["10", "9", "b"])
  }

  @Test func `an archive's table is found by its ending`() throws {
    let table = try LabelledTable(try folder.write(ZipSample.bytes, to: "words.zip"))
    #expect(table.name == "table.tsv")
    #expect(table.counts == [2, 2])
  }

  @Test(arguments: [
    ("a,b\nc\n", "'t.csv', line 2: 1 fields, where the first row has 2"),
    ("a,b\nc,d,e\n", "'t.csv', line 2: 3 fields, where the first row has 2"),
    ("a,b,c\n", "'t.csv', line 1: 3 columns and no header"),
    ("a,b\n,c\n", "'t.csv', line 2: the label is empty"),
    ("a,b\na,c\n", "'t.csv': every row has the label 'a'"),
    ("label,text\n", "'t.csv': the table has a header and no rows"),
    ("", "'t.csv': the table is empty"),
    ("a,\"b\n", "'t.csv', line 1: a quotation mark opens a field"),
  ])
  func `a bad table is refused with file and line`(text: String, expected: String) throws {
    let error = #expect(throws: DatasetsError.self) { try table(text) }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
  }

  @Test func `bytes that are not UTF-8 are refused with their line`() throws {
    let path = try folder.write(Array("a,b\nc,".utf8) + [0xff, 0x0a], to: "t.csv")
    let error = #expect(throws: DatasetsError.self) { try LabelledTable(path) }
    #expect(error?.description.hasPrefix("'t.csv', line 2: not UTF-8") == true)
  }

  @Test func `a missing column lists those there are`() throws {
    let error = #expect(throws: DatasetsError.self) {
      try table("a,b\nc,d\n", columns: .init(label: "x", text: "b"))
    }
    #expect(error?.description.contains("no column 'x'; there is 'a', 'b'") == true)
  }

  @Test func `a table that is larger than what is held in memory is refused before it is read`() throws {
    let large = try folder.write("label,text\nham,a\nspam,b\n", to: "large.csv")
    try File.append(large).truncate(to: LabelledTable.limit + 1)
    #expect(
      errorText { _ = try LabelledTable(large) }
        == "'\(large)' has more than 268435456 bytes, the most that are held in memory; take a part of it")
    let packed = try folder.write(ZipSample.promising(UInt32(LabelledTable.limit + 1)), to: "large.zip")
    #expect(errorText { _ = try LabelledTable(packed) }.contains("words/table.tsv' has more than 268435456"))
  }

  @Test func `a folder and a missing file are no tables`() throws {
    #expect(throws: DatasetsError.self) { try LabelledTable(folder("none.csv")) }
    #expect(throws: DatasetsError.self) { try LabelledTable(folder.path) }
  }
}
