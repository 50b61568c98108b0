import Basics
import Pipeline
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct SegmentPlannerTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func plan(_ files: [(name: String, bytes: [UInt8])], size: Int) throws -> [[SourceRange]] {
    let paths = try files.map { try folder.write($0.bytes, to: $0.name) }
    return try SegmentPlanner.segments(of: Corpus(paths).sources, size: size).map(\.ranges)
  }

  private func text(_ count: Int) -> [UInt8] { [UInt8](repeating: 97, count: count) }

  @Test func `texts are taken whole, as many as fit`() throws {
    let segments = try plan(
      [("a.txt", text(40)), ("b.txt", text(50)), ("c.txt", text(20)), ("d.txt", text(500))], size: 100)
    #expect(segments == [[0, 1], [2], [3]].map { $0.map { SourceRange(source: $0) } })
  }

  @Test func `lines are cut at the first line end behind the size`() throws {
    let lines = Array(String(repeating: "1234567\n", count: 5).utf8)
    let segments = try plan([("a.jsonl", lines), ("b.jsonl", lines)], size: 20)
    func range(_ source: Int, _ bytes: Range<Int>) -> SourceRange {
      SourceRange(source: source, bytes: bytes)
    }
    #expect(
      segments == [
        [range(0, 0..<24)], [range(0, 24..<40), range(1, 0..<8)], [range(1, 8..<32)], [range(1, 32..<40)],
      ])
  }

  @Test(arguments: ["a.json", "a.csv"])
  func `planning tells how far it is where it reads a file, and can be stopped`(name: String) throws {
    let row =
      name == "a.csv"
      ? "\(String(repeating: "x", count: 999))\n" : "\"\(String(repeating: "x", count: 997))\",\n"
    let text =
      (name == "a.csv" ? "text\n" : "[") + String(repeating: row, count: 3_000)
      + (name == "a.csv" ? "" : "1]")
    let sources = try Corpus([folder.write(text, to: name)]).sources
    var reached: [Int] = []
    let segments = try SegmentPlanner.segments(of: sources, size: 1_000_000, report: { reached.append($0) })
    #expect(segments.count >= 3 && reached.count == segments.count && reached.last == text.utf8.count)
    #expect(reached == reached.sorted())
    let asked = Atomic<Int>(0)
    let error = #expect(throws: PipelineError.self) {
      try SegmentPlanner.segments(
        of: sources, size: 1_000_000, isCancelled: { asked.add(1, ordering: .relaxed).newValue == 3 })
    }
    #expect("\(error!)" == "\(PipelineError.cancelled)")
  }

  @Test func `a packed file is a segment of its own`() throws {
    let segments = try plan(
      [("a.txt", text(1)), ("b.txt.gz", text(1)), ("c.txt", text(1)), ("d.txt", text(1))], size: 100)
    #expect(segments == [[0], [1], [2, 3]].map { $0.map { SourceRange(source: $0) } })
  }

  @Test func `an empty file is in a segment too`() throws {
    let segments = try plan([("a.txt", []), ("b.jsonl", [])], size: 10)
    #expect(segments == [[SourceRange(source: 0), SourceRange(source: 1, bytes: 0..<0)]])
  }

  @Test(arguments: 1..<40)
  func `every byte of a file of lines is in one segment`(size: Int) throws {
    var random = SplitMix64(seed: UInt64(size))
    let lines = Array(randomText(&random, upTo: 60).utf8)
    let ranges = try plan([("a.jsonl", lines)], size: size).flatMap { $0 }.compactMap(\.bytes)
    #expect(ranges.first?.lowerBound == 0)
    #expect(ranges.last?.upperBound == lines.count)
    for (left, right) in zip(ranges, ranges.dropFirst()) {
      #expect(left.upperBound == right.lowerBound)
      #expect(lines[left.upperBound - 1] == 10)
      #expect(left.count >= size)
    }
  }
}
