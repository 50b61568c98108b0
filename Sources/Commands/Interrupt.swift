internal import Glibc
internal import Synchronization

/// Whether somebody asked the program to stop: Ctrl-C or SIGTERM. A second request ends it at once.
package enum Interrupt {
  private static let requests = Atomic<Int>(0)

  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  package static func install() {
    let handler: @convention(c) (Int32) -> Void = { number in
      if Interrupt.requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
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
