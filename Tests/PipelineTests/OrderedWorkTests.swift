import Basics
import Pipeline
import Testing

@Suite struct OrderedWorkTests {
  private struct Nothing: ~Copyable {}

  /// Runs `count` items, of which some take long, and returns what came out.
  private func run(_ count: Int, threads: Int, failing: Set<Int> = []) throws(PipelineError) -> [Int] {
    var next = 0
    var output: [Int] = []
    try OrderedWork.run(
      threads: threads,
      next: {
        next += 1
        return next <= count ? next - 1 : nil
      },
      state: { Nothing() },
      work: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in
        var value = UInt64(item) + 1
        for _ in 0..<(item % 7 == 0 ? 200_000 : 100) { value = SplitMix64.mix(value) }
        if failing.contains(item) { throw .missing(path: "\(item)") }
        return value == 0 ? -1 : item
      },
      emit: { output.append($0) })
    return output
  }

  @Test(arguments: [1, 2, 3, 8])
  func `results keep the order of the items`(threads: Int) throws {
    #expect(try run(200, threads: threads) == Array(0..<200))
    #expect(try run(0, threads: threads) == [])
  }

  @Test(arguments: [1, 2, 3, 8])
  func `of several errors the earliest is thrown`(threads: Int) {
    let error = #expect(throws: PipelineError.self) { try run(200, threads: threads, failing: [90, 91, 49]) }
    guard case .missing("49") = error else {
      Issue.record("\(error!)")
      return
    }
  }
}
