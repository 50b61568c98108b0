import Basics
import Pipeline
import Store
import TestSupport
import Testing
import Tokenizer

@Suite("From tokens to sources, and counts")
struct TokenTraceTests {
  private let folder: TemporaryFolder
  private let texts: [String: [UInt8]]

  init() throws {
    folder = try TemporaryFolder()
    let tokenizer = try SmallTokenizer.make(in: folder)
    let texts = [
      "corpus/a.txt": "the abab cat\nthe \u{e9} end\n", "corpus/b.txt": "  12 the\n\n", "corpus/z.txt": "",
    ].mapValues { Array($0.utf8) }
    for (name, bytes) in texts { try folder.write(bytes, to: name) }
    try folder.write(Packed.gzip(Array("packed the\n".utf8)), to: "corpus/p.txt.gz")
    try folder.write(
      "\n" + jsonLine("the \"first\"") + "\n" + jsonLine("a second \u{e9}") + "\n", to: "corpus/c.jsonl")
    self.texts = texts.merging(["corpus/p.txt.gz": Array("packed the\n".utf8)]) { $1 }
    var encoder = DatasetEncoder(try Corpus([folder("corpus")]), tokenizer)
    encoder.split.method = .tail
    encoder.split.fraction = 0.4
    encoder.segmentBytes = 20
    _ = try encoder.run(folder: folder("s"), threads: 1)
  }

  @Test func `every token of plain text is where the source has its bytes`() throws {
    let dataset = try Dataset.open(folder("s"))
    var seen: [String: Int] = [:]
    for split in dataset.splits {
      var place = 0
      var reader = try dataset.reader(split.split)
      try reader.forEachDocument { entry, tokens in
        for index in tokens.indices {
          let trace = try TokenTrace(
            dataset, split.split, token: place, sources: [folder("corpus")], context: 3)
          #expect(trace.id == tokens[index] && trace.document == entry && trace.place == index)
          let isMark = index == tokens.count - 1
          if let source = texts[trace.source] {
            let bytes = try #require(trace.sourceBytes)
            #expect(Array(source[bytes]) == (isMark ? [] : trace.bytes) && trace.isInSource == true)
            seen[trace.source, default: 0] += bytes.count
          } else {
            #expect(trace.sourceBytes == nil && trace.isInSource == nil)
            let text = trace.line == 2 ? "the \"first\"" : "a second \u{e9}"
            #expect(trace.line == 2 || trace.line == 3)
            #expect(Array(Array(text.utf8)[trace.textBytes]) == (isMark ? [] : trace.bytes))
          }
          place += 1
        }
      }
      #expect(place == split.tokens)
    }
    #expect(seen.filter { $0.value > 0 } == texts.mapValues(\.count).filter { $0.value > 0 })
  }

  @Test func `the text around is that of the document`() throws {
    let dataset = try Dataset.open(folder("s"))
    let trace = try TokenTrace(dataset, .train, token: 1, sources: [], context: 2)
    #expect(trace.before == "the" && trace.bytes == Array(" a".utf8) && trace.after == "bab".prefix(3))
    #expect(trace.isInSource == nil)
  }

  @Test func `a source that changed is seen to have other bytes`() throws {
    try folder.write("THE abab cat\nthe \u{e9} end\n", to: "corpus/a.txt")
    let dataset = try Dataset.open(folder("s"))
    let trace = try TokenTrace(dataset, .train, token: 0, sources: [folder("corpus")])
    #expect(trace.source == "corpus/a.txt" && trace.isInSource == false)
  }

  @Test func `a token that is not there is named`() throws {
    let dataset = try Dataset.open(folder("s"))
    let count = dataset.splits[0].tokens
    for token in [-1, count] {
      let text = errorText { _ = try TokenTrace(dataset, .train, token: token, sources: []) }
      #expect(text == "there is no token \(token) in the split 'train': it has tokens 0 to \(count - 1)")
    }
  }

  @Test(arguments: [1, 3])
  func `statistics are those of counting one by one`(threads: Int) throws {
    let dataset = try Dataset.open(folder("s"))
    let statistics = try DatasetStatistics(dataset, threads: threads)
    let tokenizer = try Tokenizer(dataset.tokenizer)
    var counts = [Int](repeating: 0, count: tokenizer.size)
    var sources = [Int](repeating: 0, count: dataset.sources.count)
    for (split, own) in zip(dataset.splits, statistics.splits) {
      var lengths: [Int] = []
      var bytes = 0
      var reader = try dataset.reader(split.split)
      try reader.forEachDocument { entry, tokens in
        lengths.append(tokens.count)
        sources[entry.source] += tokens.count
        for index in tokens.indices {
          counts[Int(tokens[index])] += 1
          if index < tokens.count - 1 { bytes += tokenizer.bytes(of: tokens[index])!.count }
        }
      }
      lengths.sort()
      #expect(own.split == split.split && own.textBytes == bytes)
      #expect(own.extent.tokens == split.tokens && own.extent.documents == split.documents)
      #expect(own.lengths.median == lengths[(lengths.count + 1) / 2 - 1])
      #expect(own.lengths.quantile(0) == lengths[0] && own.lengths.quantile(1) == lengths.last)
      for (range, documents) in own.lengths.histogram {
        #expect(documents == lengths.count { range.contains($0) })
      }
      #expect(own.lengths.histogram.reduce(0) { $0 + $1.documents } == lengths.count)
    }
    #expect(statistics.counts == counts && statistics.sources.map(\.tokens) == sources)
    #expect(statistics.usedIDs == counts.count { $0 > 0 })
    let top = statistics.top(3)
    #expect(top.map(\.count) == Array(counts.sorted(by: >).prefix(3)))
    #expect(top.allSatisfy { counts[Int($0.id)] == $0.count })
  }
}
