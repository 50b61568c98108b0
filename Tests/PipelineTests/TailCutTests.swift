import Basics
import Pipeline
import TestSupport
import Testing

@Suite struct TailCutTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func cut(_ text: String, _ fraction: Double, _ name: String = "a.txt") throws -> Int? {
    try TailCut.place(in: source(folder.write(text, to: name)), fraction: fraction)
  }

  @Test func `the cut is at the line end nearest to the fraction`() throws {
    let lines = String(repeating: "123456789\n", count: 100)
    #expect(try cut(lines, 0.1) == 900)
    #expect(try cut(lines, 0.104) == 900)
    #expect(try cut(lines, 0.106) == 890)
    #expect(try cut(lines, 0) == nil)
  }

  @Test func `a text of few lines has a tail too`() throws {
    #expect(try cut("one\ntwo\nthree\n", 0.01) == 8)
    #expect(try cut("one\ntwo", 0.01) == 4)
  }

  @Test func `a row of white space is no document, but one with a delimiter is`() throws {
    #expect(try cut("text\na\n\t\nb\n", 0.36, "a.csv") == 9)
    #expect(try cut("id\ttext\n1\ta\n\t\n2\tb\n", 1.0 / 3, "a.tsv") == 12)
  }

  @Test func `white space alone is no tail`() throws {
    #expect(try cut("one\ntwo\n\n\n\n\n\n", 0.3) == 4)
    #expect(try cut("\n\n\n", 0.5) == nil)
    #expect(try cut("", 0.5) == nil)
    #expect(try cut("a", 0.5) == nil)
  }

  @Test func `validation never takes more than half, or the fraction`() throws {
    #expect(try cut("1\n" + String(repeating: "a", count: 100), 0.01) == nil)
    #expect(try cut("1\n" + String(repeating: "a", count: 100), 0.99) == 2)
  }

  @Test func `a text in one line is cut before a space, but a line of JSON is not`() throws {
    #expect(try cut("one two three four", 0.2) == 13)
    #expect(try cut("one two three four", 0.2, "a.jsonl") == nil)
  }

  @Test(arguments: ["short text", "a b", "ab", " a", "a\n b", "{}", ""])
  func `any fraction of a short text is possible`(text: String) throws {
    for percent in 1...99 {
      let fraction = Double(percent) / 100
      for name in ["a.txt", "a.jsonl"] {
        if let cut = try cut(text, fraction, name) { #expect(1..<text.utf8.count ~= cut) }
      }
    }
  }

  @Test func `of two line ends equally near the later one counts`() throws {
    let text = "aaaaa\nbbbbb\nccccc\nddddd\n"
    for (name, bytes) in [("a.txt", Array(text.utf8)), ("a.txt.gz", Packed.gzip(Array(text.utf8)))] {
      let source = try source(folder.write(bytes, to: name))
      #expect(try TailCut.place(in: source, fraction: 8.0 / 23) == 18)
    }
  }

  @Test(arguments: 0..<40)
  func `a packed text in one line is cut as a plain one`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = [20, 3_000, 200_000][Int(seed % 3)]
    let text = randomText(&random, upTo: count).replacing("\n", with: "n").replacing("\r", with: "r")
    let fraction = [0.01, 0.3, 0.9].randomElement(using: &random)!
    let bytes = Array(text.utf8)
    let plain = try cut(text, fraction)
    for (name, packed) in [("a.txt.gz", Packed.gzip(bytes)), ("a.txt.zst", Packed.zstd(bytes))] {
      let source = try source(folder.write(packed, to: name))
      #expect(try TailCut.place(in: source, fraction: fraction) == plain)
    }
  }

  @Test func `a packed source can be left in the middle`() throws {
    let source = try source(folder.write(Packed.gzip([UInt8](repeating: 97, count: 200_000)), to: "a.txt.gz"))
    var calls = 0
    let error = #expect(throws: PipelineError.self) {
      try TailCut.place(
        in: source, fraction: 0.5,
        isCancelled: {
          calls += 1
          return calls == 2
        })
    }
    guard case .cancelled = error else {
      Issue.record("\(error!)")
      return
    }
  }

  /// The definition, on a text in memory.
  private func expected(_ text: [UInt8], _ fraction: Double) -> Int? {
    guard let end = text.lastIndex(where: { !($0 == 32 || 9...13 ~= $0) }).map({ $0 + 1 }) else { return nil }
    let target = Int((Double(end) * (1 - fraction)).rounded())
    let places = text.indices.filter { place in
      place >= max(1, min(end / 2, target)) && place < end && text[place - 1] == 10
    }
    return places.min { (abs($0 - target), -$0) < (abs($1 - target), -$1) }
  }

  @Test(arguments: 0..<40)
  func `packed or not, long lines or short, the cut is where the definition says`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let length = [10, 1_000, 100_000, 300_000][Int(seed % 4)]
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      text += [UInt8](repeating: 97, count: Int.random(in: 0...length, using: &random)) + [10]
    }
    text += [UInt8](repeating: 98, count: Int.random(in: 0...length, using: &random))
    let fraction = [0.001, 0.01, 0.3, 0.9].randomElement(using: &random)!
    let files = [("a.txt", text), ("a.txt.gz", Packed.gzip(text)), ("a.jsonl", text)]
    for (name, bytes) in files {
      let cut = try TailCut.place(in: source(folder.write(bytes, to: name)), fraction: fraction)
      #expect(cut == expected(text, fraction), "\(name)")
    }
  }
}
