/// Sorts records for which memory may have no room: what does not fit goes to the disk in sorted runs, which are merged at the end.
///
///     let sorter = RecordSorter<SIMD2<UInt64>>(folder: "shards", name: "near", memory: 64 << 20)
///     try sorter.append(SIMD2(3, 1))
///     try sorter.finish { record in ... }   // in order
///
/// Memory is bounded by what it is given and, while runs are merged, by 16 KiB for each run.
final class RecordSorter<Element: Record> {
  private static var blockLength: Int { 16_384 / Element.byteCount }

  private let limit: Int
  private let file: RecordFile<Element>
  private var held: [Element] = []
  /// The blocks of each run in the file.
  private var runs: [Range<Int>] = []

  /// - Parameter memory: bytes of records that are held before they are written
  init(folder: String, name: String, memory: Int) {
    limit = max(1, memory / Element.byteCount)
    file = RecordFile(folder: folder, name: name)
  }

  func append(_ record: Element) throws(PipelineError) {
    held.append(record)
    if held.count >= limit { try spill() }
  }

  private func spill() throws(PipelineError) {
    held.sort(by: Element.precedes)
    let first = file.blocks.count
    for start in stride(from: 0, to: held.count, by: Self.blockLength) {
      try file.append(held[start..<min(start + Self.blockLength, held.count)])
    }
    runs.append(first..<file.blocks.count)
    held.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with all records in order. No more may be added.
  func finish(
    isCancelled: () -> Bool = { false }, _ body: (Element) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    guard !runs.isEmpty else {
      held.sort(by: Element.precedes)
      for record in held { try body(record) }
      held = []
      return
    }
    if !held.isEmpty { try spill() }
    held = []
    try merge(isCancelled, body)
  }

  private func merge(
    _ isCancelled: () -> Bool, _ body: (Element) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var heap = RunHeap<Element>()
    for run in runs { heap.push(try Run(run, file)) }
    var given = 0
    while var run = heap.first {
      try body(run.head)
      heap.replaceFirst(try run.advance(file) ? run : nil)
      given += 1
      if given & 0xffff == 0, isCancelled() { throw .cancelled }
    }
  }
}

/// A sorted run that is being read.
private struct Run<Element: Record> {
  private var blocks: Range<Int>
  private var records: [Element]
  private var place = 0

  /// - Precondition: the run is not empty
  init(_ blocks: Range<Int>, _ file: RecordFile<Element>) throws(PipelineError) {
    self.blocks = blocks.dropFirst()
    records = try file.read(blocks.lowerBound)
  }

  var head: Element { records[place] }

  /// Goes to the next record; false at the end.
  mutating func advance(_ file: RecordFile<Element>) throws(PipelineError) -> Bool {
    place += 1
    if place < records.count { return true }
    guard let block = blocks.first else { return false }
    blocks = blocks.dropFirst()
    records = try file.read(block)
    place = 0
    return true
  }
}

/// Runs in a binary heap, the one with the lowest record first.
private struct RunHeap<Element: Record> {
  private var runs: [Run<Element>] = []

  var first: Run<Element>? { runs.first }

  mutating func push(_ run: Run<Element>) {
    runs.append(run)
    var place = runs.count - 1
    while place > 0, precedes(place, (place - 1) / 2) {
      runs.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Puts `run` in the first one's place, or takes that away.
  mutating func replaceFirst(_ run: Run<Element>?) {
    if let run {
      runs[0] = run
    } else {
      runs.swapAt(0, runs.count - 1)
      runs.removeLast()
    }
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < runs.count && precedes(child, least) {
        least = child
      }
      guard least != place else { return }
      runs.swapAt(place, least)
      place = least
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool { Element.precedes(runs[a].head, runs[b].head) }
}
