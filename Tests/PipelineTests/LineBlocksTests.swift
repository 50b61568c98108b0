import Basics
import Pipeline
import TestSupport
import Testing

@Suite struct LineBlocksTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func blocks(_ text: String, length: Int, maximum: Int) throws -> [String] {
    let blocks = LineBlocks(
      try source(folder.write(text, to: "a.jsonl")).open(), file: "a.jsonl", length: length, maximum: maximum)
    var found: [String] = []
    while true {
      var bytes: [UInt8] = []
      if try blocks.next(appendingTo: &bytes) == 0 { return found }
      found.append(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: [1, 7, 10, 64, 1_000])
  func `a line of just the limit is taken, and one of a byte more is refused`(length: Int) throws {
    for end in ["\n", "", "\nmore\n"] {
      for before in ["", "first\n", "first\nsecond line\n"] {
        let line = String(repeating: "a", count: 100)
        #expect(
          try blocks(before + line + end, length: length, maximum: 100).joined() == before + line + end)
        let error = #expect(throws: PipelineError.self, "\(length) '\(before)' '\(end)'") {
          try blocks(before + line + "a" + end, length: length, maximum: 100)
        }
        guard case .lineTooLong(_, let number, 100) = error else {
          Issue.record("\(error!)")
          continue
        }
        #expect(number == before.utf8.count { $0 == 10 } + 1)
      }
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `lines that are too long can be passed over, wherever they are`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let lines = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      String(repeating: "a", count: Int.random(in: 0...3, using: &random) * 40) + "b"
    }
    let end = seed % 2 == 0 ? "\n" : ""
    let path = try folder.write(lines.joined(separator: "\n") + end, to: "a.jsonl")
    let blocks = LineBlocks(
      try source(path).open(), file: "a.jsonl", length: Int.random(in: 1...200, using: &random), maximum: 100)
    var kept: [UInt8] = []
    var long: [(offset: Int, byteCount: Int)] = []
    reading: while true {
      do throws(PipelineError) {
        if try blocks.next(appendingTo: &kept) == 0 { break reading }
      } catch {
        guard case .lineTooLong(_, let number, _) = error else { throw error }
        #expect(lines[number - 1].utf8.count > 100)
        long.append(try blocks.skipLine())
      }
    }
    let expected = lines.filter { $0.utf8.count <= 100 }
    #expect(String(decoding: kept, as: UTF8.self).split(separator: "\n").map(String.init) == expected)
    var (offset, places) = (0, [[Int]]())
    for (number, line) in lines.enumerated() {
      let count = line.utf8.count + (number < lines.count - 1 || end != "" ? 1 : 0)
      if line.utf8.count > 100 { places.append([offset, count]) }
      offset += count
    }
    #expect(long.map { [$0.offset, $0.byteCount] } == places)
  }
}
