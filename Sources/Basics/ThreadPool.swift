internal import Glibc
internal import Synchronization

/// A fixed number of threads that run the same work on different parts of it, again and again.
///
///     let pool = ThreadPool(threads: 2)
///     pool.run(parts: 8) { part in ... }   // returns when all eight are done
///
/// The caller is the first of the threads. Part p always goes to thread p % threads: what a part computes must not
/// depend on which thread runs it, so that results are the same for any number of threads. Waiting threads spin for
/// some microseconds, then sleep. Where the system refuses a thread, the pool goes on with those it got.
package final class ThreadPool: Sendable {
  /// How many there are, the caller's too: at most as many as asked for.
  package let threads: Int
  private let shared: Shared

  /// - Parameters:
  ///   - prepare: runs once on every thread, the caller's too, before any work.
  ///   - start: starts a thread, or says that there is none.
  package init(
    threads: Int, prepare: @escaping @Sendable () -> Void = {},
    start: (@escaping @Sendable () -> Void) -> Bool = Thread.start
  ) {
    precondition(threads >= 1, "a pool needs a thread")
    let shared = Shared()
    prepare()
    var started = 1
    while started < threads, start(shared.loop(started, prepare: prepare)) { started += 1 }
    self.threads = started
    self.shared = shared
  }

  deinit { shared.stop(threads: threads) }

  /// Runs `work` for every part from 0. Calls from inside `work`, or from two threads at once, are not allowed.
  package func run(parts: Int, _ work: (Int) -> Void) {
    guard threads > 1, parts > 1 else {
      for part in 0..<parts { work(part) }
      return
    }
    withoutActuallyEscaping(work) { work in
      shared.run(parts: parts, threads: threads, work)
    }
  }

  /// Cores this process may run on.
  package static var availableCores: Int {
    // The C library's count ignores how a process is pinned; the kernel's own report does not.
    guard let status = try? File.contents("/proc/self/status") else { return 1 }
    for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: "Cpus_allowed:".utf8) {
      let digits = line.split(separator: UInt8(ascii: ":"))[1]
      let mask = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }
    return 1
  }
}

/// What the threads of a pool share. The generation counts jobs; a thread runs each one once.
///
/// Unchecked: `work`, `parts` and `threads` are written by the owner before `generation` grows (a releasing store) and read after
/// (an acquiring load), and `run` returns only when `finished` says that no thread reads them any more.
@safe private final class Shared: @unchecked Sendable {
  private let generation = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  nonisolated(unsafe) private var work: ((Int) -> Void)?
  nonisolated(unsafe) private var parts = 0
  nonisolated(unsafe) private var threads = 1
  private let monitor = Monitor()

  /// What the thread of that number runs until the pool goes.
  func loop(_ index: Int, prepare: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    { [self] in
      prepare()
      var seen = 0
      while true {
        seen = waitForJob(after: seen)
        if isStopping.load(ordering: .acquiring) { break }
        if let work = unsafe work {
          for part in stride(from: index, to: unsafe parts, by: unsafe threads) { work(part) }
        }
        finished.add(1, ordering: .releasing)
      }
      finished.add(1, ordering: .releasing)
    }
  }

  func run(parts: Int, threads: Int, _ work: @escaping (Int) -> Void) {
    unsafe self.work = work
    unsafe self.parts = parts
    unsafe self.threads = threads
    publish()
    for part in stride(from: 0, to: parts, by: threads) { work(part) }
    waitForThreads(threads - 1)
    unsafe self.work = nil
  }

  func stop(threads: Int) {
    isStopping.store(true, ordering: .releasing)
    publish()
    waitForThreads(threads - 1)
  }

  private func publish() {
    finished.store(0, ordering: .releasing)
    monitor.lock()
    generation.add(1, ordering: .releasing)
    monitor.changed()
    monitor.unlock()
  }

  private func waitForThreads(_ count: Int) {
    var spins = 0
    while finished.load(ordering: .acquiring) < count {
      spins += 1
      // More threads than cores: let them run. One that is only asked to yield has its share of the core all the same.
      if spins > 22_000 { usleep(50) } else if spins > 20_000 { sched_yield() }
    }
  }

  private func waitForJob(after seen: Int) -> Int {
    for _ in 0..<20_000 {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
    }
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
      monitor.wait()
    }
  }
}
