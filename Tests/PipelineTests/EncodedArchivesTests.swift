import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

/// Archives in other encodings than UTF-8: where their documents are, and where tokens are found again.
@Suite struct EncodedArchivesTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private typealias TextFile = (name: String, text: String)

  /// Texts that take more bytes as UTF-8 than in any of these encodings, and texts that take fewer.
  private func files(seed: UInt64) -> [TextFile] {
    var random = SplitMix64(seed: seed)
    let parts = ["a", "bc", " ", " ", "\n", "the", "\u{e9}", "\u{fc}\u{df}", "1", ".", "'s"]
    func text(_ count: Int) -> String {
      (0..<Int.random(in: 0...count, using: &random)).map { _ in parts.randomElement(using: &random)! }
        .joined()
    }
    return (0..<30).map { number in
      let texts = (0..<Int.random(in: 0...4, using: &random)).map { _ in text(30) }
      let (ending, file): (String, String) =
        switch number % 5 {
        case 0: ("jsonl", texts.map { jsonLine($0) + "\n" }.joined())
        case 1: ("json", "[" + texts.map { JSON.string($0).text }.joined(separator: ",\n") + "]")
        case 2: ("csv", "id,text\n" + texts.map { "1,\"\($0)\"\n" }.joined())
        default: ("txt", text(number == 8 ? 60_000 : 60))
        }
      return ("c/\(1000 + number).\(ending)", file)
    }
  }

  /// Files that a folder or an archive holds beside others, and that are not read.
  private let others: [TextFile] = [
    ("c/1003.png", "no text"), ("c/1005.json", "{\"no\": \"array\"}"), ("c/.hidden.txt", "hidden"),
  ]

  /// The files as folder `c`, as `c.tar`, `c.tar.gz` and, where this machine has zip, as `c.zip`.
  private func write(_ files: [TextFile], in encoding: String) throws -> [String] {
    let files = files.map { (name: $0.name, bytes: encoded($0.text, encoding)) }
    try? Folder.remove(folder("c"))
    for (name, bytes) in files { try folder.write(bytes, to: name) }
    let tar = files.flatMap { Ustar.member($0.name, $0.bytes) } + Ustar.end
    try folder.write(tar, to: "c.tar")
    try folder.write(Packed.gzip(tar), to: "c.tar.gz")
    let script =
      "cd '\(folder.path)' && rm -f c.zip && zip -q c.zip \(files.map(\.name).joined(separator: " "))"
    var isZipped = Folder.kind("/usr/bin/zip") == .file
    if isZipped { isZipped = try output("/bin/sh", ["-c", script]) != nil }
    if !isZipped { print("passed over zip: this machine has none") }
    return ["c", "c.tar", "c.tar.gz"] + (isZipped ? ["c.zip"] : [])
  }

  private func encode(
    _ name: String, _ encoding: String?, to out: String = "s",
    _ change: (inout DatasetEncoder) -> Void = { _ in }
  ) throws -> Digest {
    let corpus = try Corpus([folder(name)], encoding: encoding)
    var encoder = DatasetEncoder(corpus, tokenizer)
    encoder.split.method = .hash
    encoder.split.fraction = 0.3
    encoder.segmentBytes = 50_000
    encoder.text.encoding = encoding
    change(&encoder)
    return try encoder.run(folder: folder(out), threads: 2, replacing: true).dataset.rootHash
  }

  private func everything() throws -> [[ReadDocument]] {
    try [.train, .val].map { split in
      try documents(folder("s"), split).map {
        ReadDocument(text: $0.text, source: "", offset: $0.offset, count: $0.count)
      }
    }
  }

  /// A zip archive of UTF-8 is the judge: its text is that of its members, one after another.
  @Test(arguments: ["latin1", "utf-16le", "utf-16"], [SplitOptions.Method.hash, .tail])
  func `documents of archives have the places that their texts have as UTF-8, one after another`(
    encoding: String, method: SplitOptions.Method
  ) throws {
    let files = files(seed: method == .hash ? 0 : 1)
    guard try write(files, in: "utf-8").contains("c.zip") else { return }
    _ = try encode("c.zip", nil) { $0.split.method = method }
    let expected = try everything()
    #expect(expected.allSatisfy { $0.count > 1 })
    let all = (files + others).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for form in try write(all, in: encoding).dropFirst() {
      _ = try encode(form, encoding) { $0.split.method = method }
      #expect(try everything() == expected, "\(form)")
    }
    let full = try everything().joined().filter { $0.count > 0 }.sorted { $0.offset < $1.offset }
    for (a, b) in zip(full, full.dropFirst()) { #expect(a.offset + a.count <= b.offset) }
  }

  @Test func `of equal files in an archive one stays, whole, and the others are left out with their places`()
    throws
  {
    // 44 bytes a line, 64 as UTF-8, and 5120 from one member of a tar archive to the next.
    let texts = (0..<100).map { String(repeating: "\u{fc}", count: 20) + "\(100_000_000_000 + $0)" }
    let text = texts.map { jsonLine($0) + "\n" }.joined()
    #expect(encoded(text, "latin1").count == 4_400 && text.utf8.count == 6_400)
    for form in try write([("c/a.jsonl", text), ("c/b.jsonl", text), ("c/c.jsonl", text)], in: "latin1") {
      _ = try encode(form, "latin1") {
        $0.split.fraction = 0
        $0.text.steps.dropDuplicates = true
      }
      #expect(try documents(folder("s"), .train).map(\.text) == texts, "\(form)")
      let rejects = try Dataset.open(folder("s")).rejects()
      #expect(
        rejects.count == 200 && Set(rejects.map { [$0.source, $0.byteOffset] }).count == 200, "\(form)")
    }
  }

  @Test(arguments: ["latin1", "utf-16"])
  func `archives are compared with and mended like other sources`(encoding: String) throws {
    for form in try write(files(seed: 9) + others, in: encoding) {
      let root = try encode(form, encoding)
      let dataset = try Dataset.open(folder("s"))
      let report = try DatasetCheck(dataset, sources: [folder.path]).run(threads: 2)
      #expect(report.differences == [] && report.sources == [], "\(form)")
      #expect(report.comparedTokens == dataset.splits.reduce(0) { $0 + $1.tokens }, "\(form)")
      for name in try shards(folder("s")).keys { try folder.write("damaged", to: "s/\(name)") }
      let mended = try DatasetMender(folder("s"), sources: [folder.path]).run(threads: 2)
      #expect(mended.failures.isEmpty && !mended.repaired.isEmpty, "\(form)")
      #expect(try verify(folder("s")).faults == [] && Dataset.open(folder("s")).rootHash == root)
    }
  }

  private let traced: [TextFile] = [
    ("c/a.txt", "Gr\u{fc}\u{df}e, the abab cat\n"), ("c/b.png", "no text\n\n"),
    ("c/c.jsonl", "\n\(jsonLine("\u{e4}\u{f6}\u{fc} one"))\n\n\(jsonLine("two"))\n"),
    ("c/d.json", "[\"vier\",\n\"f\u{fc}nf\"]"), ("c/e.md", "the \u{e9}nd\n"), ("c/f.txt", ""),
    ("c/g.txt", "g"),
  ]

  @Test(arguments: ["latin1", "utf-16", "utf-16le"])
  func `every token is traced to the member and its bytes, or its line`(encoding: String) throws {
    let texts = traced.filter { $0.name != "c/b.png" }
    let plain = Array(texts.map(\.text).joined().utf8)
    for form in try write(traced, in: encoding).dropFirst() {
      _ = try encode(form, encoding) { $0.split.fraction = 0 }
      let dataset = try Dataset.open(folder("s"))
      var seen: [String: [UInt8]] = [:]
      for token in 0..<dataset.splits[0].tokens {
        let trace = try TokenTrace(dataset, .train, token: token, sources: [folder.path])
        let member = try #require(trace.member, "\(form), token \(token)")
        let isMark = trace.textBytes.isEmpty
        seen[member, default: []] += isMark ? [] : trace.bytes
        switch trace.documentNumber {
        case 1, 2: #expect(member == "c/c.jsonl" && trace.line == 2 * trace.documentNumber)
        case 3, 4: #expect(member == "c/d.json" && trace.line == trace.documentNumber - 2)
        default:
          #expect(trace.isInSource == true && trace.line == nil, "\(form), \(member)")
          #expect(Array(plain[try #require(trace.sourceBytes)]) == (isMark ? [] : trace.bytes))
        }
      }
      let expected: [String: String] = [
        "c/a.txt": texts[0].text, "c/c.jsonl": "\u{e4}\u{f6}\u{fc} onetwo", "c/d.json": "vierf\u{fc}nf",
        "c/e.md": texts[3].text, "c/f.txt": "", "c/g.txt": "g",
      ]
      #expect(seen == expected.mapValues { Array($0.utf8) }, "\(form)")
    }
  }

  @Test func `a member that changed is seen to have other bytes`() throws {
    _ = try write(traced, in: "utf-16")
    _ = try encode("c.tar", "utf-16") { $0.split.fraction = 0 }
    var changed = traced
    changed[0].text = "gr\u{fc}\u{df}e, the abab cat\n"
    _ = try write(changed, in: "utf-16")
    let dataset = try Dataset.open(folder("s"))
    let seen = try (0..<3).map {
      try TokenTrace(dataset, .train, token: $0, sources: [folder.path]).isInSource
    }
    #expect(seen == [false, true, true])
  }

  @Test(arguments: [TextOptions.Invalid.replace, .skip, .keep])
  func `what stands for bytes that are no text counts where tokens are looked for`(
    invalid: TextOptions.Invalid
  ) throws {
    // Lone halves of surrogate pairs: what takes three, one or two bytes in the text.
    func broken(_ text: String) -> [UInt8] {
      text.utf16.flatMap { $0 == 0x23 ? [0x00, 0xd8] : [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }
    let files: [TextFile] = [
      ("c/a.txt", "the # cat # and"), ("c/b.txt", "the cab\n"),
      ("c/c.jsonl", "{\"text\":\"\(invalid == .keep ? "\u{e9}" : "##")\"}\n{\"text\":\"b\"}\n"),
      ("c/d.md", "#"), ("c/e.md", "end"),
    ]
    for (name, text) in files { try folder.write(broken(text), to: name) }
    try folder.write(files.flatMap { Ustar.member($0.name, broken($0.text)) } + Ustar.end, to: "c.tar")
    for form in ["c", "c.tar"] {
      _ = try encode(form, "utf-16le") {
        $0.split.fraction = 0
        $0.text.invalid = invalid
      }
      let read = try documents(folder("s"), .train)
      #expect(read.count == (invalid == .skip ? 3 : 6), "\(form)")
      let dataset = try Dataset.open(folder("s"))
      var entries: [DocumentEntry] = []
      var reader = try dataset.reader(.train)
      try reader.forEachDocument { entry, _ in entries.append(entry) }
      for token in 0..<dataset.splits[0].tokens {
        let trace = try TokenTrace(dataset, .train, token: token, sources: [folder.path])
        if (trace.member ?? trace.source).hasSuffix(".jsonl") {
          #expect(
            trace.line == (read[try #require(entries.firstIndex(of: trace.document))].text == "b" ? 2 : 1),
            "\(form)")
        } else {
          #expect(trace.isInSource == true, "\(form), \(trace.source) \(trace.member ?? "")")
        }
      }
      let report = try DatasetCheck(dataset, sources: [folder.path]).run(threads: 1)
      #expect(report.differences == [], "\(form)")
    }
  }
}
