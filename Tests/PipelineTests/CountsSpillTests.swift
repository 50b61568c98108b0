import Basics
import Pipeline
import TestSupport
import Testing
import Tokenizer

@Suite("Counts on the disk") struct CountsSpillTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func counts(_ text: String) -> PretokenCounts {
    var counts = PretokenCounts()
    counts.count(Array(text.utf8).span)
    return counts
  }

  /// All that comes back, in order.
  private func contents(_ spill: CountsSpill) throws -> [(String, Int64)] {
    var found: [(String, Int64)] = []
    try spill.forEach { pretoken, count in
      found.append((String(decoding: pretoken.indices.map { pretoken[$0] }, as: UTF8.self), count))
    }
    return found
  }

  @Test(arguments: [0, 1, 2, 3, 40, 1_000])
  func `come back as their sums, in order, whatever the number of runs`(runs: Int)
    throws
  {
    var random = SplitMix64(seed: UInt64(runs))
    var texts = (0..<runs).map { _ in randomText(&random, upTo: 200) }
    // Longer than the piece of a file that is read at a time.
    if runs > 1 {
      texts[1] += String(repeating: "x", count: 20_000) + " " + String(repeating: "x", count: 20_001)
    }
    let spill = CountsSpill(folder: folder.path, limit: 1)
    var total = PretokenCounts()
    for text in texts {
      var part = counts(text)
      total.merge(part)
      try spill.write(&part)
      #expect(part.distinctCount == 0)
    }
    var expected: [(String, Int64)] = []
    total.drainSorted { pretoken, count in
      expected.append((String(decoding: pretoken.indices.map { pretoken[$0] }, as: UTF8.self), count))
    }
    // As often as wanted.
    for _ in 0..<2 {
      let found = try contents(spill)
      #expect(found.map(\.0) == expected.map(\.0))
      #expect(found.map(\.1) == expected.map(\.1))
    }
  }

  @Test func `have no name that anybody could find`() throws {
    let spill = CountsSpill(folder: folder.path, limit: 1)
    var some = counts("a b c")
    try spill.write(&some)
    #expect(try Folder.names(folder.path) == [])
    #expect(spill.runCount == 1)
  }

  @Test func `go to the first folder that is there`() throws {
    var some = counts("a b c")
    try CountsSpill(folder: folder("not/yet/there"), limit: 1).write(&some)
    #expect(try Folder.names(folder.path) == [])
    let file = try folder.write("", to: "file")
    some = counts("a b c")
    #expect(throws: PipelineError.self) { try CountsSpill(folder: file, limit: 1).write(&some) }
  }

  @Test func `what a killed process left is cleared away, and nothing else`() throws {
    try folder.write("x", to: "bpe-train.counts.tmp-1999999999-7")
    try folder.write("x", to: "vocab.json.tmp-1999999999-7")
    var some = counts("a b c")
    try CountsSpill(folder: folder.path, limit: 1).write(&some)
    #expect(try Folder.names(folder.path) == ["vocab.json.tmp-1999999999-7"])
  }

  @Test func `any byte that is not what was written is noticed`() throws {
    let path = folder("counts")
    let spill = CountsSpill(try File.create(path), limit: 1)
    for text in ["the cat and the dog", "a dog and a \(String(repeating: "long", count: 50)) word", "dog"] {
      var part = counts(text)
      try spill.write(&part)
    }
    let whole = try File.contents(path)
    let expected = try contents(spill)
    for place in whole.indices {
      for change in [1, 0x80, 0xff] as [UInt8] {
        var bytes = whole
        bytes[place] ^= change
        try folder.write(bytes, to: "counts")
        let error = #expect(throws: PipelineError.self, "byte \(place)") { try contents(spill) }
        #expect(error.map { "\($0)" }?.hasPrefix("the temporary file '\(path)' did not hold") == true)
      }
    }
    for length in whole.indices {
      try folder.write(Array(whole[..<length]), to: "counts")
      #expect(throws: PipelineError.self, "\(length) bytes") { try contents(spill) }
    }
    try folder.write(whole, to: "counts")
    #expect(try contents(spill).map(\.0) == expected.map(\.0))
  }

  @Test func `a disk that is full is an error that names the file`() throws {
    let spill = CountsSpill(try File.create("/dev/full"), limit: 1)
    var some = counts("a b c")
    let error = #expect(throws: PipelineError.self) { try spill.write(&some) }
    #expect(
      error.map { "\($0)" }
        == "cannot write '/dev/full': No space left on device; free some space and run it again")
  }

  @Test func `reading back can be stopped`() throws {
    let spill = CountsSpill(folder: folder.path, limit: 1)
    var many = counts((0..<100_000).map { "\($0)x" }.joined(separator: " "))
    try spill.write(&many)
    var given = 0
    let error = #expect(throws: PipelineError.self) {
      try spill.forEach(isCancelled: { true }) { _, _ in given += 1 }
    }
    guard case .cancelled? = error else {
      Issue.record("not stopped but \(String(describing: error))")
      return
    }
    #expect(given == 1 << 16)
  }
}
