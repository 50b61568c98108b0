internal import Basics
internal import Glibc
internal import Synchronization

/// Whether somebody asked the program to stop: Ctrl-C or SIGTERM. A second request ends it at once.
///
/// For commands that have something to save or to clear away. All others leave the signals alone, and end at once.
package enum Interrupt {
  private static let requests = Atomic<Int>(0)

  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// From here on the two signals reach a thread of their own, which waits for nothing else.
  ///
  /// A handler would run on the stack of whatever the signal meets, and oneDNN's generated code has its stack pointer elsewhere at
  /// times: the kernel writes the handler's frame into the heap. It damaged a quarter of the trainings that were stopped (LOG.md).
  package static func install() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    // Threads that are started later inherit this.
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    guard Thread.start({ wait() }) else {
      // Without a thread the signals do what they do everywhere: end the program.
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      return
    }
  }

  private static func wait() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    while true {
      var number: Int32 = 0
      guard unsafe sigwait(&signals, &number) == 0 else { continue }
      if requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
      // The work at hand may take a while.
      Console.note("\nstopping; once more to stop at once")
    }
  }

  /// A reader that goes away, or a file larger than the user's limit, is an error of the write, not the end of the program.
  static func ignoreSignalsOfWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
