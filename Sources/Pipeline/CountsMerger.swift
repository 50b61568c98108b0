internal import Basics
internal import Tokenizer

/// Reads the runs of a ``CountsSpill`` side by side: of their pretokens the first one by its bytes, with the sum of its counts.
struct CountsMerger {
  /// What ``next(of:)`` found.
  private(set) var pretoken: [UInt8] = []
  private(set) var count: Int64 = 0
  private var runs: [CountsRun]
  /// The numbers of the runs that go on: a heap, the run with the first pretoken in front.
  private var heap: [Int] = []

  init(_ ranges: [Range<Int>], of file: borrowing File, piece: Int) throws(PipelineError) {
    runs = ranges.map { CountsRun($0, piece: piece) }
    for run in runs.indices where try runs[run].advance(file) { heap.append(run) }
    for place in heap.indices.reversed() { sink(heap[place], from: place) }
  }

  /// Goes to the next pretoken; false at the end.
  mutating func next(of file: borrowing File) throws(PipelineError) -> Bool {
    guard let first = heap.first else { return false }
    pretoken.removeAll(keepingCapacity: true)
    pretoken += runs[first].bytes[runs[first].pretoken]
    count = 0
    while let run = heap.first, runs[run].bytes[runs[run].pretoken] == pretoken[...] {
      let (sum, overflows) = count.addingReportingOverflow(runs[run].count)
      guard !overflows else { throw .damagedCounts(file: file.path) }
      count = sum
      if try runs[run].advance(file) {
        sink(run, from: 0)
      } else {
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last, from: 0) }
      }
    }
    return true
  }

  /// Puts a run into the heap at `place` or below it.
  private mutating func sink(_ run: Int, from place: Int) {
    var place = place
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
      guard precedes(heap[child], run) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = run
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    if runs[a].prefix != runs[b].prefix { return runs[a].prefix < runs[b].prefix }
    return runs[a].bytes[runs[a].pretoken].lexicographicallyPrecedes(runs[b].bytes[runs[b].pretoken])
  }
}
