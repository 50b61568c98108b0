import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite("The sample that a codec table is made from")
struct CodecSampleTests {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
    var random = SplitMix64(seed: 4)
    let words = (0..<400).map { _ in
      String(randomText(&random, upTo: 9).unicodeScalars.filter { $0 != "\n" && $0 != "\r" })
    }
    func line() -> String {
      (0..<12).map { _ in words[Int(400 * random.unit() * random.unit())] }.joined(separator: " ")
    }
    for name in ["a.txt", "c.txt"] {
      try folder.write((0..<900).map { _ in line() + "\n" }.joined(), to: "c/\(name)")
    }
    let lines = (0..<900).map { _ in jsonLine(line()) + "\n" }.joined()
    try folder.write(lines, to: "c/b.jsonl")
    try folder.write(Packed.gzip(Array(lines.utf8)), to: "c/d.jsonl.gz")
    try folder.write("text\n" + (0..<300).map { _ in "\"\(line())\"\n" }.joined(), to: "c/e.csv")
  }

  private func encode(_ out: String, sampleBytes: Int = 32 << 20, threads: Int = 1) throws -> [String:
    [UInt8]]
  {
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.sampleBytes = sampleBytes
    _ = try encoder.run(folder: folder(out), threads: threads)
    #expect(try verify(folder(out)).faults == [])
    var files: [String: [UInt8]] = [:]
    for name in try Folder.names(folder(out)) where name != "manifest.sqlite" {
      files[name] = try File.contents(folder("\(out)/\(name)"))
    }
    return files
  }

  @Test(arguments: [32 << 20, 100_000, 20_000])
  func `is the same for any number of threads`(sampleBytes: Int) throws {
    let one = try encode("one", sampleBytes: sampleBytes)
    #expect(one.keys.count { $0.hasSuffix(".table") } == 1)
    #expect(try encode("three", sampleBytes: sampleBytes, threads: 3) == one)
  }

  /// All of a small corpus is encoded once, for its table and for its shards; of a larger one the table is looked for first. With the
  /// bounds in the arguments it is small, too large once it is encoded, and too large from the start.
  @Test(arguments: [32 << 20, 150_000, 20_000], [1, 3])
  func `changes nothing but the table`(sampleBytes: Int, threads: Int) throws {
    try folder.write([0x61, 0xff, 0x62], to: "c/z.txt")
    var encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    encoder.segmentBytes = 30_000
    encoder.text.invalid = .skip
    encoder.text.steps.newlines = true
    encoder.sampleBytes = sampleBytes
    let found = try encoder.run(folder: folder("found"), threads: threads)
    let table = try #require(try Folder.names(folder("found")).first { $0.hasSuffix(".table") })
    encoder.codec = .table(folder("found/\(table)"))
    let given = try encoder.run(folder: folder("given"), threads: 1)
    #expect(found == given && found.segments > 5 && found.dataset.rejects == 1)
    for name in try Folder.names(folder("found")) where name != "manifest.sqlite" {
      #expect(try File.contents(folder("found/\(name)")) == File.contents(folder("given/\(name)")), "\(name)")
    }
  }

  @Test func `leaves it to the work to say what is wrong`() throws {
    try folder.write("no JSON", to: "c/f.jsonl")
    for sampleBytes in [32 << 20, 20_000] {
      let error = errorText { _ = try encode("out\(sampleBytes)", sampleBytes: sampleBytes) }
      #expect(error.contains("f.jsonl', line 1"))
    }
  }

  @Test func `can be broken off`() throws {
    let encoder = DatasetEncoder(try Corpus([folder("c")]), tokenizer)
    let error = errorText {
      _ = try encoder.run(folder: folder("out"), threads: 1, isCancelled: { true })
    }
    #expect(error == "\(PipelineError.cancelled)")
  }
}
