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
  func `what was joined in order and packed by any thread is written in order`(threads: Int) throws {
    var next = 0
    var joined: [Int] = []
    var output: [Int] = []
    try OrderedWork.run(
      threads: threads,
      next: {
        next += 1
        return next <= 300 ? next - 1 : nil
      },
      state: { Nothing() },
      work: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in Self.slowly(item, 7) },
      join: { (item: Int) throws(PipelineError) -> Int in
        joined.append(item)
        return joined.reduce(0, +)
      },
      pack: { (_: inout Nothing, sum: Int) throws(PipelineError) -> Int in Self.slowly(sum, 5) },
      emit: { output.append($0) })
    #expect(joined == Array(0..<300))
    #expect(output == (0..<300).map { $0 * ($0 + 1) / 2 })
  }

  @Test(arguments: [1, 2, 8], ["join", "pack", "emit"])
  func `of errors in several stages that of the earliest item is thrown`(threads: Int, stage: String) throws {
    func failing(_ item: Int, _ place: String) throws(PipelineError) -> Int {
      if item == 20, place == stage { throw .missing(path: stage) }
      if item == 30 { throw .missing(path: "later") }
      return item
    }
    var next = 0
    var output: [Int] = []
    let error = #expect(throws: PipelineError.self) {
      try OrderedWork.run(
        threads: threads,
        next: { () throws(PipelineError) -> Int? in
          next += 1
          return next - 1
        },
        state: { Nothing() },
        work: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in
          try failing(Self.slowly(item, 3), "work")
        },
        join: { (item: Int) throws(PipelineError) -> Int in try failing(item, "join") },
        pack: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in try failing(item, "pack") },
        emit: { (item: Int) throws(PipelineError) in output.append(try failing(item, "emit")) })
    }
    guard case .missing(stage) = error else {
      Issue.record("\(error!)")
      return
    }
    #expect(output == Array(0..<20))
  }

  @Test func `threads stay for what is still to be packed when all was read`() throws {
    let count = 10
    let packing = Atomic<Int>(0)
    var next = 0
    var met = Array(repeating: false, count: count)
    try OrderedWork.run(
      threads: 2,
      next: {
        next += 1
        return next <= count ? next - 1 : nil
      },
      state: { Nothing() },
      work: { (_: inout Nothing, item: Int) throws(PipelineError) -> Int in item },
      join: { (item: Int) throws(PipelineError) -> Int in item },
      pack: { (_: inout Nothing, item: Int) throws(PipelineError) -> (item: Int, hasMet: Bool) in
        guard item >= count - 2 else { return (item, true) }
        packing.add(1, ordering: .sequentiallyConsistent)
        // The last two wait for each other.
        let end = ContinuousClock.now + .seconds(20)
        while packing.load(ordering: .sequentiallyConsistent) < 2, .now < end {}
        return (item, packing.load(ordering: .sequentiallyConsistent) == 2)
      },
      emit: { met[$0.item] = $0.hasMet })
    #expect(met == Array(repeating: true, count: count))
  }

  /// The item, some sooner than others.
  private static func slowly(_ item: Int, _ period: Int) -> Int {
    var value = UInt64(item) + 1
    for _ in 0..<(item % period == 0 ? 100_000 : 100) { value = SplitMix64.mix(value) }
    return value == 0 ? -1 : item
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
