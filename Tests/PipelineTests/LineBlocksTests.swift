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
}
