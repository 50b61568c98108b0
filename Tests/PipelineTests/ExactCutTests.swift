import Basics
import Pipeline
import Store
import TestSupport
import Testing

@Suite struct `Texts cut to the byte` {
  private let folder: TemporaryFolder
  private let tokenizer: TokenizerFolder

  init() throws {
    folder = try TemporaryFolder()
    tokenizer = try SmallTokenizer.make(in: folder)
  }

  /// The texts of both splits of one file.
  private func cut(_ text: String, _ fraction: Double, packed: Bool = false) throws -> [[String]] {
    let bytes = Array(text.utf8)
    try Folder.remove(folder("s"))
    let path = try folder.write(packed ? Packed.gzip(bytes) : bytes, to: packed ? "a.txt.gz" : "a.txt")
    var encoder = DatasetEncoder(try Corpus([path]), tokenizer)
    (encoder.split.method, encoder.split.fraction) = (.exact, fraction)
    _ = try encoder.run(folder: folder("s"), threads: 1)
    return try [Split.train, .val].map { try documents(folder("s"), $0).map(\.text) }
  }

  @Test func `no character is cut where the file is shorter than its text`() throws {
    let text = String(repeating: "é", count: 10_000)
    let parts = try cut(text, 0.33336, packed: true)
    #expect(parts.map { $0.map(\.utf8.count) } == [[13_332], [6_668]])
    #expect(parts.joined().joined() == text)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `the share before the cut is rounded down, and no character is cut`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let text = randomText(&random, upTo: 30) + "."
    let fraction = [0.1, 0.25, 0.5, 0.9][Int(seed % 4)]
    // The obvious way: of all places between characters the last that is not behind the goal.
    let goal = Int(Double(text.utf8.count) * (1 - fraction))
    let cuts = text.unicodeScalars.indices.map { text.utf8.distance(from: text.startIndex, to: $0) }
    let place = cuts.last { $0 <= goal } ?? 0
    let (head, tail) = (text.utf8.prefix(place), text.utf8.dropFirst(place))
    let expected = place == 0 ? [[text], []] : [[String(Substring(head))], [String(Substring(tail))]]
    for packed in [false, true] {
      #expect(try cut(text, fraction, packed: packed) == expected.map { $0.compactMap { $0 } })
    }
  }

  @Test func `nothing is cut off where nothing is asked for`() throws {
    #expect(try cut("the cab", 0) == [["the cab"], []])
    #expect(try cut("", 0.5) == [[""], []])
    #expect(try cut("abcdefghij", 0.1) == [["abcdefghi"], ["j"]])
  }
}
