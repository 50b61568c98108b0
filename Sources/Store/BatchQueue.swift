internal import Basics

/// Reads batches on a thread of its own before they are asked for.
///
///     let queue = BatchQueue(loader)
///     try queue.next(&batch)   // the same batches as from the loader, in the same order
///
/// Memory: that of the loader, and ``ahead`` + 2 batches of 8 bytes a token (12 with documents). An error comes where the loader
/// would have thrown it, after all batches before; asked again, the same batch is tried again. Reading ends when the
/// queue goes. Where the system has no thread to give, batches are read when they are asked for.
public final class BatchQueue {
  /// Batches that are read before they are asked for.
  public static let ahead = 2

  /// As the loader's.
  public let windowCount: Int
  /// As the loader's.
  public let tokenCount: Int
  /// Where the loader was after the last batch that was given out.
  public private(set) var state: LoaderState
  /// Passes over all that there is so far.
  public private(set) var passes: Double

  private let reading: Reading
  private let hasThread: Bool

  /// Goes on where `loader` is.
  public convenience init(_ loader: consuming BatchLoader) {
    self.init(loader, start: Thread.start)
  }

  /// - Parameter start: starts a thread, or says that there is none.
  package init(_ loader: consuming BatchLoader, start: (@escaping @Sendable () -> Void) -> Bool) {
    windowCount = loader.windowCount
    tokenCount = loader.tokenCount
    state = loader.state
    passes = loader.passes
    let reading = Reading(loader)
    self.reading = reading
    hasThread = start { reading.run() }
  }

  deinit { reading.cancel() }

  /// Replaces what `batch` holds by the next batch.
  ///
  /// Where an error is thrown, the state stays what it was.
  public func next(_ batch: inout TokenBatch) throws(StoreError) {
    // Moved, not copied: its memory can only be used again where nobody else holds it.
    let given = batch
    batch = TokenBatch()
    let result = try (hasThread ? reading.take(giving: given) : reading.read(into: given)).get()
    batch = result.batch
    state = result.state
    passes = result.passes
  }
}

/// What the thread that reads and the one that takes share.
///
/// Unchecked: the loader is used by one thread only, the one that reads; all else is guarded by the monitor.
private final class Reading: @unchecked Sendable {
  struct Batch {
    var batch: TokenBatch
    var state: LoaderState
    var passes: Double
  }

  typealias Outcome = Result<Batch, StoreError>

  private var loader: BatchLoader
  private let monitor = Monitor()
  /// In the order of reading. An error is the last: nothing is read until it was taken.
  private var ready: [Outcome] = []
  /// Batches to be filled again.
  private var spare: [TokenBatch] = []
  private var isCancelled = false

  init(_ loader: consuming BatchLoader) { self.loader = loader }

  func run() {
    while let batch = claim() {
      let outcome = read(into: batch)
      monitor.lock()
      ready.append(outcome)
      monitor.changed()
      monitor.unlock()
    }
  }

  func read(into batch: consuming TokenBatch) -> Outcome {
    do {
      try loader.next(&batch)
      return .success(Batch(batch: batch, state: loader.state, passes: loader.passes))
    } catch {
      return .failure(error)
    }
  }

  /// Waits until there is room for another batch; nil once nobody wants one.
  private func claim() -> TokenBatch? {
    monitor.lock()
    defer { monitor.unlock() }
    while !isCancelled, ready.count == BatchQueue.ahead || hasFailed { monitor.wait() }
    return isCancelled ? nil : spare.popLast() ?? TokenBatch()
  }

  private var hasFailed: Bool {
    if case .failure = ready.last { true } else { false }
  }

  func take(giving batch: consuming TokenBatch) -> Outcome {
    monitor.lock()
    defer { monitor.unlock() }
    while ready.isEmpty { monitor.wait() }
    spare.append(batch)
    monitor.changed()
    return ready.removeFirst()
  }

  func cancel() {
    monitor.lock()
    isCancelled = true
    monitor.changed()
    monitor.unlock()
  }
}
