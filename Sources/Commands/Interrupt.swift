internal import Glibc
internal import Synchronization

/// Whether somebody asked the program to stop: Ctrl-C or SIGTERM. A second request ends it at once.
///
/// For commands that have something to save or to clear away. All others leave the signals alone, and end at once.
package enum Interrupt {
  private static let requests = Atomic<Int>(0)

  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  package static func install() {
    let handler: @convention(c) (Int32) -> Void = { number in
      if Interrupt.requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
      // The work at hand may take a while. A signal's handler may write, but not much else.
      let notice: StaticString = "\nstopping; once more to stop at once\n"
      _ = unsafe write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
    }
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
  }

  /// A reader that goes away, or a file larger than the user's limit, is an error of the write, not the end of the program.
  static func ignoreSignalsOfWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
