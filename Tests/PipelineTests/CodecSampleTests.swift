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
