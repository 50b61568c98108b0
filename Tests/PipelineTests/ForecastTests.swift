import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct `Forecasts and counts` {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  private func encoder(_ name: String = "c", sampleBytes: Int = 32 << 20) throws -> DatasetEncoder {
    var encoder = DatasetEncoder(try Corpus([folder(name)]), tokenizer)
    encoder.sampleBytes = sampleBytes
    encoder.split.fraction = 0.2
    return encoder
  }

  /// Text and tables of all kinds, duplicates and short ones among them.
  private func writeCorpus(_ random: inout SplitMix64) throws {
    try folder.write(randomText(&random, upTo: 5_000), to: "c/a.txt")
    for (name, wrap) in [("b.jsonl", { $0 }), ("c.jsonl.gz", { Packed.gzip($0) })]
      as [(String, ([UInt8]) -> [UInt8])]
    {
      let texts = (0..<300).map { _ in randomText(&random, upTo: 40) }
      let lines = (texts + texts.prefix(20)).map { jsonLine($0) + "\n" }.joined()
      try folder.write(wrap(Array(lines.utf8)), to: "c/\(name)")
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `a small corpus is counted, and comes out as it was said to the byte`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try writeCorpus(&random)
    var encoder = try encoder()
    encoder.segmentBytes = 3_000
    encoder.split.method = seed % 2 == 0 ? .hash : .tail
    if seed % 3 == 0 { encoder.text.steps.dropDuplicates = true }
    if seed % 3 == 1 { encoder.text.steps.minBytes = 20 }
    let said = try encoder.forecast(threads: 2)
    #expect(Folder.kind(folder("s")) == nil)
    let made = try encoder.run(folder: folder("s"), threads: 1).dataset
    #expect(said.files == 3 && said.readBytes == said.fileBytes && said.unreadable == 0)
    #expect(said.documents == exact(made.splits.reduce(0) { $0 + $1.documents }))
    #expect(said.tokens == exact(made.splits.reduce(0) { $0 + $1.tokens }))
    #expect(said.shardBytes == exact(made.splits.reduce(0) { $0 + $1.storedBytes }))
    #expect(said.codecTableBytes == made.codecTableBytes && said.rejects == made.rejects)
  }

  private func exact(_ value: Int) -> DatasetForecast.Amount { DatasetForecast.Amount.counted(value) }

  /// Documents whose length and content change along the corpus, in files large and small, packed and not.
  private func writeLarge(_ random: inout SplitMix64) throws {
    var parts: [[String]] = [[], [], [], []]
    for number in 0..<4_000 {
      let length = 4 + Int(60 * random.unit() * random.unit() * (number % 3 == 0 ? 3 : 1))
      parts[number % 8 < 5 ? 0 : number % 4].append(randomText(&random, upTo: length))
    }
    try folder.write(parts[0].map { jsonLine($0) + "\n" }.joined(), to: "c/a.jsonl")
    try folder.write(parts[1].joined(separator: "\n"), to: "c/b.txt")
    for (number, text) in parts[2].enumerated() { try folder.write(text, to: "c/small/\(number).md") }
    try folder.write(
      Packed.zstd(Array(parts[3].map { jsonLine($0) + "\n" }.joined().utf8), blockLength: 900),
      to: "c/z.jsonl.zst")
  }

  /// 95 of 100 should hold: fewer than 19 of 24 would be chance once in 1,000 times, were they independent.
  @Test func `a large corpus is as large as its sample says, within the error that is stated`() throws {
    var (right, all) = (0, 0)
    for seed in 0..<8 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      try Folder.remove(folder("c"))
      try writeLarge(&random)
      let encoder = try encoder(sampleBytes: 40_000)
      let said = try encoder.forecast(threads: 2)
      #expect(said.readBytes < said.fileBytes / 2 && said.unreadable == 0 && said.rejects == nil)
      let made = try encoder.run(folder: folder("s\(seed)"), threads: 2)
      let documents = made.dataset.splits.reduce(0) { $0 + $1.documents }
      let tokens = made.dataset.splits.reduce(0) { $0 + $1.tokens }
      for (amount, truth) in [
        (said.documents, documents), (said.tokens, tokens), (said.textBytes, made.work.textBytes),
      ] {
        #expect(amount.error > 0 && amount.error < 0.4)
        #expect(abs(Double(amount.value - truth)) < 2.5 * amount.error * Double(truth), "\(amount) \(truth)")
        all += 1
        if abs(Double(amount.value - truth)) <= amount.error * Double(amount.value) { right += 1 }
      }
    }
    #expect(all == 24 && right >= 19, "\(right) of \(all)")
  }

  @Test func `the same sample whatever the threads`() throws {
    var random = SplitMix64(seed: 5)
    try writeLarge(&random)
    let text = (0..<9_000).map { _ in randomText(&random, upTo: 20) }.joined()
    try folder.write(Packed.gzip(Array(text.utf8), blockLength: 700), to: "c/w.txt.gz")
    let encoder = try encoder(sampleBytes: 40_000)
    let one = try encoder.forecast(threads: 1)
    #expect(try encoder.forecast(threads: 3) == one)
    #expect(one.readsStarts)
  }

  @Test func `lines that cannot be read are counted, not fatal, in a sample`() throws {
    var random = SplitMix64(seed: 5)
    try writeLarge(&random)
    try folder.write(String(repeating: "no JSON\n", count: 20_000), to: "c/y.jsonl")
    #expect(try encoder(sampleBytes: 40_000).forecast(threads: 2).unreadable > 5)
  }

  @Test func `what cannot be read at all is an error, not nothing`() throws {
    var bytes = Packed.gzip(Array(repeating: 0x61, count: 200_000), blockLength: 500)
    bytes[9_000] ^= 255
    bytes[10] = 7
    try folder.write(bytes, to: "c/a.txt.gz")
    let said = errorText { _ = try encoder(sampleBytes: 40_000).forecast(threads: 2) }
    #expect(said.contains("'\(folder("c/a.txt.gz"))', byte"), "\(said)")
  }

  @Test func `files that cannot be unpacked are counted where others can be read`() throws {
    var random = SplitMix64(seed: 5)
    try writeLarge(&random)
    let encoder = try encoder(sampleBytes: 40_000)
    #expect(try encoder.forecast(threads: 2).unreadable == 0)
    try folder.write([UInt8](repeating: 0, count: 60_000), to: "c/y.txt.zst")
    try folder.write(String(repeating: "no array", count: 9_000), to: "x.json")
    var broken = encoder
    broken = DatasetEncoder(try Corpus([folder("c"), folder("x.json")]), tokenizer)
    broken.sampleBytes = 40_000
    let said = try broken.forecast(threads: 2)
    #expect(said.unreadable >= 2 && said.tokens.value > 0)
  }

  @Test(arguments: [SplitOptions.Method.auto, .tail, .exact, .hash])
  func `texts whose ends are for validation are two documents each`(method: SplitOptions.Method) throws {
    for number in 0..<40 {
      let text = String(repeating: "the cab and the cab \(number)\n", count: number % 4 == 0 ? 2 : 300)
      try folder.write(text, to: "c/\(number).txt")
    }
    try folder.write("", to: "c/empty.txt")
    var encoder = try encoder(sampleBytes: 60_000)
    encoder.split.method = method
    let said = try encoder.forecast(threads: 2)
    let made = try encoder.run(folder: folder("s"), threads: 2).dataset
    #expect(said.readBytes < said.fileBytes)
    #expect(said.documents == exact(made.splits.reduce(0) { $0 + $1.documents }))
    // Nobody knows which of these would stay, as none is read as a whole.
    encoder.text.steps.quality = true
    #expect(try encoder.forecast(threads: 2).documents.error > 0.5)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `texts that steps leave out are told from those that were read`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for number in 0..<500 {
      try folder.write(randomText(&random, upTo: number % 3 == 0 ? 20 : 60), to: "c/\(number).txt")
    }
    var encoder = try encoder(sampleBytes: 12_800)
    encoder.split.method = .hash
    encoder.text.steps.minBytes = 30
    let said = try encoder.forecast(threads: 2)
    let made = try encoder.run(folder: folder("s"), threads: 2).dataset
    let truth = made.splits.reduce(0) { $0 + $1.documents }
    #expect(said.readBytes < said.fileBytes && made.rejects > 100)
    #expect(said.documents.error > 0 && said.documents.error < 0.4)
    let miss = abs(Double(said.documents.value - truth))
    #expect(miss <= 1.5 * said.documents.error * Double(truth), "\(said.documents) \(truth)")
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `counting gives what encoding gives, an end of text for each document apart`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try writeCorpus(&random)
    var encoder = try encoder()
    encoder.split.method = .hash
    if seed % 2 == 0 { encoder.text.steps.dropDuplicates = true }
    let count = try encoder.count(threads: 2)
    let made = try encoder.run(folder: folder("s"), threads: 1)
    let documents = made.dataset.splits.reduce(0) { $0 + $1.documents }
    #expect(count.documents == documents && count.textBytes == made.work.textBytes)
    #expect(count.tokens == made.dataset.splits.reduce(0) { $0 + $1.tokens } - documents)
    #expect(count.rejects == made.dataset.rejects && count.steps == made.work.steps)
    encoder.split.method = .tail
    #expect(try encoder.count(threads: 1) == count)
  }
}
