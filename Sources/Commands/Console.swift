internal import Basics
internal import Glibc
internal import Synchronization

/// Results go to standard output, all else to standard error.
package enum Console {
  private static let buffer = Mutex<[UInt8]>([])

  /// Prints a line of the result. Lines are collected; ``flush()`` or the program's end writes them.
  package static func out(_ line: String) {
    let isFull = buffer.withLock { buffer in
      buffer += Array(line.utf8)
      if !line.hasSuffix("\n") { buffer.append(UInt8(ascii: "\n")) }
      return buffer.count > 1 << 16
    }
    if isFull { endIfBroken(flush()) }
  }

  /// Writes bytes of the result as they are.
  package static func write(_ bytes: Span<UInt8>) throws {
    try writeOut()
    try File.standardOutput().write(bytes)
  }

  /// Writes text now, without a newline, for results that a person watches arrive.
  package static func stream(_ text: [UInt8]) throws {
    buffer.withLock { $0 += text }
    try writeOut()
  }

  /// Prints a line on standard error.
  package static func note(_ line: String) { put("\(line)\n") }

  static func put(_ text: String) {
    let text = Array(text.utf8)
    _ = unsafe text.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress!, text.count) }
  }

  /// Whether people watch standard error.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes what is waiting; false where standard output refuses it for another reason than a closed pipe.
  package static func flush() -> Bool {
    do {
      try writeOut()
      return true
    } catch let error as FileError where error.isClosedPipe {
      return true
    } catch {
      note("cannot write the result: \(error)")
      return false
    }
  }

  private static func writeOut() throws {
    let waiting = buffer.withLock { buffer in
      let waiting = buffer
      buffer = []
      return waiting
    }
    if !waiting.isEmpty { try File.standardOutput().write(waiting.span) }
  }

  private static func endIfBroken(_ isWhole: Bool) { if !isWhole { exit(1) } }
}
