import Basics
import Pipeline
import Synchronization
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

  @Test(arguments: [1, 2, 8], [1, 100, 1_000])
  func `no item is begun while those under way have the budget's bytes`(threads: Int, budget: Int) throws {
    let sizes = (0..<300).map { $0 % 10 == 9 ? 900 : $0 % 50 }
    // Reading and writing are each done by one thread at a time, but not by the same.
    let read = Atomic<Int>(0)
    let written = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    var next = 0
    var output: [Int] = []
    try OrderedWork.run(
      threads: threads, budget: budget, size: { sizes[$0] },
      next: { () throws(PipelineError) -> Int? in
        guard next < sizes.count else { return nil }
        next += 1
        let before = read.load(ordering: .relaxed) - written.load(ordering: .relaxed)
        most.max(before, ordering: .relaxed)
        read.add(sizes[next - 1], ordering: .relaxed)
        return next - 1
      },
      state: { Nothing() },
      work: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in item },
      emit: {
        output.append($0)
        // Behind the last use of the item: what is counted as under way may be less than it is, never more.
        written.add(sizes[$0], ordering: .relaxed)
      })
    #expect(output == Array(sizes.indices))
    #expect(most.load(ordering: .relaxed) < budget)
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
