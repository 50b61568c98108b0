import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

/// The same texts as a folder, as archives and in another encoding.
@Suite struct CorpusFormsTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  /// Files of every layout with random texts, some of them long and some empty.
  private func files(seed: UInt64) -> [(name: String, bytes: [UInt8])] {
    var random = SplitMix64(seed: seed)
    return (0..<40).map { number in
      let text = randomText(&random, upTo: number == 7 ? 400_000 : 60)
      let texts = (0..<Int.random(in: 0...4, using: &random)).map { _ in randomText(&random, upTo: 30) }
      let (ending, file): (String, String) =
        switch number % 5 {
        case 0: ("jsonl", texts.map { jsonLine($0) + "\n" }.joined())
        case 1: ("json", "[" + texts.map { JSON.string($0).text }.joined(separator: ",\n") + "]")
        case 2:
          (
            "csv",
            "id,text\n"
              + texts.map { "1,\"\($0.replacingQuotes)\"\n" }.joined()
          )
        default: ("txt", text)
        }
      return ("c/\(1000 + number).\(ending)", Array(file.utf8))
    }
  }

  /// The files as a folder `c`, as `c.tar` and `c.tar.gz`, and as `c.zip` where this machine has zip.
  private func write(_ files: [(name: String, bytes: [UInt8])]) throws -> [String] {
    for (name, bytes) in files { try folder.write(bytes, to: name) }
    let tar = files.flatMap { Ustar.member($0.name, $0.bytes) } + Ustar.end
    try folder.write(tar, to: "c.tar")
    try folder.write(Packed.gzip(tar), to: "c.tar.gz")
    let script = "cd '\(folder.path)' && zip -q c.zip \(files.map(\.name).joined(separator: " "))"
    var isZipped = Folder.kind("/usr/bin/zip") == .file
    if isZipped { isZipped = try output("/bin/sh", ["-c", script]) != nil }
    if !isZipped { print("passed over zip: this machine has none") }
    return ["c", "c.tar", "c.tar.gz"] + (isZipped ? ["c.zip"] : [])
  }

  private func encode(
    _ name: String, to out: String = "s", threads: Int = 2,
    _ change: (inout DatasetEncoder) -> Void = { _ in }
  ) throws -> Digest {
    var encoder = DatasetEncoder(try Corpus([folder(name)]), tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0.3
    encoder.segmentBytes = 50_000
    change(&encoder)
    return try encoder.run(folder: folder(out), threads: threads, replacing: true).dataset.rootHash
  }

  private func texts() throws -> [[String]] {
    try [.train, .val].map { try documents(folder("s"), $0).map(\.text) }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `archives hold the documents of the folder that they were made of`(seed: UInt64) throws {
    let forms = try write(files(seed: seed))
    _ = try encode("c")
    let expected = try texts()
    #expect(expected[0].count > 20 && expected[1].count > 5)
    for form in forms.dropFirst() {
      let first = try encode(form)
      #expect(try texts() == expected, "\(form)")
      for threads in [1, 3, 8] { #expect(try encode(form, threads: threads) == first, "\(form), \(threads)") }
    }
  }

  @Test func `archives are compared with and mended like other sources`() throws {
    for form in try write(files(seed: 9)) {
      let root = try encode(form)
      let dataset = try Dataset.open(folder("s"))
      let report = try DatasetCheck(dataset, sources: [folder.path]).run(threads: 2)
      #expect(report.differences == [] && report.sources == [], "\(form)")
      #expect(
        report.comparedTokens == dataset.splits.reduce(0) { $0 + $1.tokens } && report.comparedTokens > 0)
      for name in try shards(folder("s")).keys { try folder.write("damaged", to: "s/\(name)") }
      let mended = try DatasetMender(folder("s"), sources: [folder.path]).run(threads: 2)
      #expect(mended.failures.isEmpty && !mended.repaired.isEmpty, "\(form)")
      #expect(try verify(folder("s")).faults == [] && Dataset.open(folder("s")).rootHash == root)
    }
  }

  @Test func `every token of an archive is traced to the member and its bytes, or its line`() throws {
    let files = [
      ("c/a.txt", "the abab cat\n"), ("c/b.png", "no text\n\n"),
      ("c/c.jsonl", "\n\(jsonLine("one"))\n\n\(jsonLine("two"))\n"),
      ("c/d.md", "the end\n"),
    ].map { (name: $0, bytes: Array($1.utf8)) }
    for form in try write(files).dropFirst() {
      _ = try encode(form) { $0.split.fraction = 0 }
      let dataset = try Dataset.open(folder("s"))
      let plain = try contents(source(folder(form)).open())
      var seen: [String: [UInt8]] = [:]
      for token in 0..<dataset.splits[0].tokens {
        let trace = try TokenTrace(dataset, .train, token: token, sources: [folder.path])
        let member = try #require(trace.member)
        let isMark = trace.textBytes.isEmpty
        seen[member, default: []] += isMark ? [] : trace.bytes
        if member == "c/c.jsonl" {
          #expect(
            trace.sourceBytes == nil && trace.line == (trace.documentNumber == 1 ? 2 : 4))
        } else {
          #expect(trace.isInSource == true && trace.line == nil)
          #expect(Array(plain[try #require(trace.sourceBytes)]) == (isMark ? [] : trace.bytes))
        }
      }
      #expect(
        seen == ["c/a.txt": files[0].bytes, "c/c.jsonl": Array("onetwo".utf8), "c/d.md": files[3].bytes],
        "\(form)")
    }
  }

  @Test func `a token is traced to its line in a packed file, and to its place in one of another encoding`()
    throws
  {
    let lines = (0..<30).map { jsonLine("text \($0)") + "\n" }
    try folder.write(Packed.gzip(Array(lines.joined().utf8)), to: "a.jsonl.gz")
    _ = try encode("a.jsonl.gz") { $0.split.fraction = 0 }
    let trace = try TokenTrace(Dataset.open(folder("s")), .train, token: 0, sources: [folder.path])
    #expect(trace.line == 1)
    let count = try Dataset.open(folder("s")).splits[0].tokens
    let last = try TokenTrace(Dataset.open(folder("s")), .train, token: count - 1, sources: [folder.path])
    #expect(last.line == 30)
    // "Grüße the cat" in Latin-1.
    try folder.write([0x47, 0x72, 0xfc, 0xdf, 0x65] + Array(" the cat".utf8), to: "b.txt")
    _ = try encode("b.txt") {
      $0.split.fraction = 0
      $0.text.encoding = "latin1"
    }
    let dataset = try Dataset.open(folder("s"))
    var text: [UInt8] = []
    for token in 0..<dataset.splits[0].tokens - 1 {
      let trace = try TokenTrace(dataset, .train, token: token, sources: [folder.path])
      #expect(trace.isInSource == true && trace.sourceBytes == text.count..<text.count + trace.bytes.count)
      text += trace.bytes
    }
    #expect(String(decoding: text, as: UTF8.self) == "Grüße the cat")
    let report = try DatasetCheck(dataset, sources: [folder.path]).run(threads: 1)
    #expect(report.differences == [] && report.comparedTokens == dataset.splits[0].tokens)
  }

  @Test func `counting gives the tokens that encoding gives`() throws {
    for form in try write(files(seed: 3)) {
      _ = try encode(form)
      let dataset = try Dataset.open(folder("s"))
      let documents = dataset.splits.reduce(0) { $0 + $1.documents }
      for threads in [1, 3] {
        let count = try DatasetEncoder(try Corpus([folder(form)]), tokenizer).count(threads: threads)
        #expect(count.documents == documents)
        #expect(count.tokens == dataset.splits.reduce(0) { $0 + $1.tokens } - documents)
      }
    }
  }

  @Test func `a long text of a line has the tokens that it has by itself`() throws {
    var random = SplitMix64(seed: 5)
    var text = ""
    while text.utf8.count < 7_000_000 { text += randomText(&random, upTo: 4_000) + " <|endoftext|> " }
    // No place to cut for longer than a piece has.
    text += String(repeating: "ab", count: 2_500_000) + " the end"
    try folder.write(jsonLine("short") + "\n" + jsonLine(text), to: "a.jsonl")
    for policy in [SpecialTokenPolicy.ordinary, .allow(["<|endoftext|>"])] {
      var counting = DatasetEncoder(try Corpus([folder("a.jsonl")]), tokenizer)
      counting.text.special = policy
      var encoder = Encoder(tokenizer.tokenizer)
      let expected = try encoder.count(Array(text.utf8).span, special: policy)
      let short = try encoder.count(Array("short".utf8).span)
      let count = try counting.count(threads: 2)
      #expect(count.tokens == expected + short && count.documents == 2)
    }
    _ = try encode("a.jsonl") { $0.split.fraction = 0 }
    #expect(try documents(folder("s"), .train).map(\.text) == ["short", text])
  }

  @Test func `a text of a line without white space is refused where it would take much memory`() throws {
    let text = String(repeating: "a", count: 17 << 20)
    try folder.write(jsonLine("short") + "\n" + jsonLine(text), to: "a.jsonl")
    let refusal = errorText { _ = try encode("a.jsonl") }
    #expect(
      refusal.hasPrefix("'\(folder("a.jsonl"))', after byte 17: no white space in 16777216 bytes"),
      "\(refusal)")
  }
}

extension String {
  fileprivate var replacingQuotes: String {
    split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
  }
}
