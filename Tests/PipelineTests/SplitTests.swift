import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct SplitTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encode(
    _ files: [String], _ method: SplitOptions.Method, _ fraction: Double, to name: String = "s"
  ) throws -> (train: [ReadDocument], val: [ReadDocument], method: SplitOptions.Method) {
    var encoder = DatasetEncoder(try Corpus(files.map { folder($0) }), tokenizer)
    encoder.split.method = method
    encoder.split.fraction = fraction
    let summary = try encoder.run(folder: folder(name), threads: 2, replacing: true)
    return (try documents(folder(name), .train), try documents(folder(name), .val), summary.splitMethod)
  }

  private func lines(_ texts: some Sequence<String>) -> String {
    texts.map { jsonLine($0) + "\n" }.joined()
  }

  @Test func `hash takes whole documents, about as many as asked for`() throws {
    try folder.write(lines((0..<4_000).map { "document \($0)" }), to: "a.jsonl")
    let (train, val, _) = try encode(["a.jsonl"], .hash, 0.1)
    #expect(train.count + val.count == 4_000)
    #expect(Set((train + val).map(\.text)).count == 4_000)
    #expect(340...460 ~= val.count)
  }

  @Test func `equal documents are on the same side, in files and in lines`() throws {
    let texts = (0..<50).map { "document \($0) the cab\n" }
    for (number, text) in texts.enumerated() { try folder.write(text, to: "c/\(number).txt") }
    try folder.write(lines(texts + texts), to: "c/lines.jsonl")
    let (train, val, _) = try encode(["c"], .hash, 0.3)
    #expect(train.count + val.count == 150)
    #expect(Set(train.map(\.text)).isDisjoint(with: val.map(\.text)))
    #expect(!val.isEmpty)
  }

  @Test func `a document's first 64 KiB decide`() throws {
    let head = String(repeating: "the cab 12\n", count: 6_000)
    let texts = (0..<40).map { "\($0) \(head)" }
    for (number, text) in texts.enumerated() {
      try folder.write(text, to: "c/\(number).txt")
      try folder.write(text + "the end", to: "c/\(number)b.txt")
      try folder.write(lines([text + "another end"]), to: "c/\(number)c.jsonl")
    }
    let (train, val, _) = try encode(["c"], .hash, 0.4)
    func numbers(_ documents: [ReadDocument]) -> [Substring: Int] {
      documents.reduce(into: [:]) { $0[$1.text.prefix { $0 != " " }, default: 0] += 1 }
    }
    #expect(numbers(train).values.allSatisfy { $0 == 3 })
    #expect(numbers(val).values.allSatisfy { $0 == 3 })
    #expect(val.count > 0 && train.count > 0)
  }

  @Test func `growth keeps every document where it was`() throws {
    try folder.write(lines((0..<300).map { "document \($0)" }), to: "a.jsonl")
    try folder.write(lines((300..<600).map { "document \($0)" }), to: "b.jsonl")
    let before = try encode(["a.jsonl"], .hash, 0.2)
    let after = try encode(["b.jsonl", "a.jsonl"], .hash, 0.2, to: "t")
    #expect(Set(before.val.map(\.text)).isSubset(of: after.val.map(\.text)))
    #expect(Set(before.train.map(\.text)).isSubset(of: after.train.map(\.text)))
  }

  @Test func `tail cuts the end of every source, encoded apart`() throws {
    let text = (0..<100).map { "line \($0)\n" }.joined()
    try folder.write(text, to: "a.txt")
    try folder.write(Packed.gzip(Array(text.utf8)), to: "b.txt.gz")
    try folder.write(lines((0..<10).map { "document \($0)" }), to: "c.jsonl")
    let (train, val, _) = try encode(["a.txt", "b.txt.gz", "c.jsonl"], .tail, 0.1)
    #expect(
      train.prefix(2).map(\.text) == Array(repeating: (0..<90).map { "line \($0)\n" }.joined(), count: 2))
    #expect(
      val.prefix(2).map(\.text) == Array(repeating: (90..<100).map { "line \($0)\n" }.joined(), count: 2))
    #expect(val[0].offset == train[0].count && val[0].offset + val[0].count == text.utf8.count)
    #expect(train.dropFirst(2).map(\.text) == (0..<9).map { "document \($0)" })
    #expect(val.dropFirst(2).map(\.text) == ["document 9"])
  }

  @Test func `without a fraction all is for training`() throws {
    try folder.write("one\ntwo\nthree\n", to: "a.txt")
    for method in [SplitOptions.Method.tail, .hash, .auto] {
      let (train, val, _) = try encode(["a.txt"], method, 0, to: "\(method)")
      #expect(train.map(\.text) == ["one\ntwo\nthree\n"] && val.isEmpty)
    }
  }

  @Test(arguments: [(999, SplitOptions.Method.tail), (1_000, .hash)])
  func `below a thousand documents auto is tail`(count: Int, method: SplitOptions.Method) throws {
    try folder.write("one\ntwo\n", to: "a.txt")
    try folder.write(lines((1..<count).map { "document \($0)" }) + "\n\n", to: "b.jsonl")
    #expect(try encode(["a.txt", "b.jsonl"], .auto, 0.01).method == method)
  }
}
