internal import Basics

/// Work on a sequence by several threads whose results keep the sequence's order.
///
///     try OrderedWork.run(
///       threads: 4, next: { try reader.next() }, state: { Encoder(tokenizer) },
///       work: { encoder, batch in encoder.encode(batch) }, emit: { tokens in try writer.append(tokens) })
///
/// `next` and `emit` are called by one thread at a time, in order; `work` by all threads at once. What comes out is
/// the same for any number of threads, and so is the error where there is one: that of the earliest item. At
/// most ``lead`` items for each thread are under way, and no other is begun while those have ``budget`` bytes or more, so
/// that memory is bounded by the budget and one item, whatever the number of threads.
package enum OrderedWork {
  /// How many bytes of items may be under way before the next one has to wait.
  package static let budget = 256 << 20

  /// How many items a thread may be ahead of the slowest.
  package static let lead = 4

  package static func run<Item, State: ~Copyable, Output>(
    threads: Int,
    budget: Int = OrderedWork.budget,
    size: (Item) -> Int = { _ in 0 },
    next: () throws(PipelineError) -> Item?,
    state: () -> State,
    work: (inout State, Item) throws(PipelineError) -> Output,
    emit: (Output) throws(PipelineError) -> Void,
    finish: (borrowing State) -> Void = { _ in }
  ) throws(PipelineError) {
    try run(
      threads: threads, budget: budget, size: size, next: next, state: state, work: work,
      join: { output throws(PipelineError) in output }, pack: { _, output in output }, emit: emit,
      finish: finish)
  }

  /// The same in two stages: `join` is called by one thread at a time, in order, with what `work` made; what it returns `pack`
  /// turns into output, by all threads at once again.
  package static func run<Item, State: ~Copyable, Part, Joined, Output>(
    threads: Int,
    budget: Int = OrderedWork.budget,
    size: (Item) -> Int = { _ in 0 },
    next: () throws(PipelineError) -> Item?,
    state: () -> State,
    work: (inout State, Item) throws(PipelineError) -> Part,
    join: (Part) throws(PipelineError) -> Joined,
    pack: (inout State, Joined) throws(PipelineError) -> Output,
    emit: (Output) throws(PipelineError) -> Void,
    finish: (borrowing State) -> Void = { _ in }
  ) throws(PipelineError) {
    let queue = OrderedQueue(capacity: lead * threads, budget: budget)
    let parts = OrderedLane<Part>(capacity: lead * threads)
    let outputs = OrderedLane<Output>(capacity: lead * threads)
    let monitor = Monitor()
    ThreadPool(threads: threads).run(parts: threads) { _ in
      var own = state()
      monitor.lock()
      while true {
        if let (number, output) = outputs.takeNext() {
          let outcome = result(unlocking: monitor) { () throws(PipelineError) in
            if let output = try output.get() { try emit(output) }
          }
          outputs.endTake(failed: !outcome.isSuccess)
          queue.end(number, outcome)
        } else if let (number, part) = parts.takeNext() {
          let joined = result(unlocking: monitor) { () throws(PipelineError) -> Joined? in
            guard let part = try part.get() else { return nil }
            return try join(part)
          }
          parts.endTake(failed: !joined.isSuccess)
          monitor.changed()
          let output = result(unlocking: monitor) { () throws(PipelineError) -> Output? in
            guard let joined = try joined.get() else { return nil }
            return try pack(&own, joined)
          }
          outputs.put(output, number)
        } else if let number = queue.claim() {
          let item = result(unlocking: monitor) { () throws(PipelineError) in try next() }
          queue.endClaim(number, bytes: (try? item.get()).map(size))
          monitor.changed()
          let part = result(unlocking: monitor) { () throws(PipelineError) -> Part? in
            guard let item = try item.get() else { return nil }
            return try work(&own, item)
          }
          parts.put(part, number)
        } else if queue.isOver {
          break
        } else {
          monitor.wait()
          continue
        }
        monitor.changed()
      }
      finish(own)
      monitor.unlock()
    }
    if let failure = queue.failure { throw failure }
  }

  private static func result<Value>(
    unlocking monitor: Monitor, _ body: () throws(PipelineError) -> Value
  ) -> Result<Value, PipelineError> {
    monitor.unlock()
    defer { monitor.lock() }
    do { return .success(try body()) } catch { return .failure(error) }
  }
}

extension Result {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

/// Results that wait to be taken in order, by one thread at a time. All calls are made with the lock held.
private final class OrderedLane<Value> {
  /// Nil behind the last item.
  typealias Entry = Result<Value?, PipelineError>

  private var waiting: [Entry?]
  private var next = 0
  private var isTaken = false
  private var hasFailed = false

  init(capacity: Int) { waiting = Array(repeating: nil, count: capacity) }

  func put(_ entry: Entry, _ number: Int) { waiting[number % waiting.count] = entry }

  /// The next result in order and its number, where it is there and nobody has the one before.
  func takeNext() -> (number: Int, entry: Entry)? {
    guard !isTaken, !hasFailed, let entry = waiting[next % waiting.count] else { return nil }
    waiting[next % waiting.count] = nil
    isTaken = true
    return (next, entry)
  }

  /// Lets the next one be taken; none where this one failed.
  func endTake(failed: Bool) {
    isTaken = false
    hasFailed = failed
    next += 1
  }
}

/// Who reads, how much is under way, and how it ended. All calls are made with the lock held.
private final class OrderedQueue {
  /// The bytes of each item under way, and of all of them.
  private var sizes: [Int]
  private var bytes = 0
  private let budget: Int
  private var nextIn = 0
  private var nextOut = 0
  private var isReading = false
  private var isEnding = false
  private(set) var failure: PipelineError?

  init(capacity: Int, budget: Int) {
    sizes = Array(repeating: 0, count: capacity)
    self.budget = budget
  }

  /// The number of the item to be read, or nil where another thread reads, as much as may be is under way, or all was read.
  func claim() -> Int? {
    guard !isEnding, !isReading, !isFull else { return nil }
    isReading = true
    nextIn += 1
    return nextIn - 1
  }

  /// Whether there is nothing more to do, now and later.
  var isOver: Bool { failure != nil || isEnding && nextOut == nextIn }

  private var isFull: Bool { nextIn - nextOut >= sizes.count || nextIn > nextOut && bytes >= budget }

  /// The item of that number was read; `count` is nil where there was none.
  func endClaim(_ number: Int, bytes count: Int?) {
    isReading = false
    if let count {
      sizes[number % sizes.count] = count
      bytes += count
    } else {
      isEnding = true
    }
  }

  /// All is done with the item of that number, or it failed.
  func end(_ number: Int, _ outcome: Result<Void, PipelineError>) {
    bytes -= sizes[number % sizes.count]
    sizes[number % sizes.count] = 0
    nextOut = number + 1
    if case .failure(let error) = outcome {
      failure = error
      isEnding = true
    }
  }
}
