internal import Glibc

/// Another program, run to its end. All starting of programs is in this file.
enum ChildProcess {
  /// Runs `words[0]`, which is searched for on the PATH, with our standard streams.
  ///
  /// - Returns: its exit code, or 128 and the number of the signal that ended it; nil where there is no such
  ///   program.
  static func run(_ words: [String]) -> Int32? {
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in 0...words.count { unsafe free(arguments[index]) } }
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, arguments[0]!, nil, nil, &arguments, environ)
    guard code == 0 else { return nil }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 127 }
    }
    // The macros WIFEXITED, WEXITSTATUS and WTERMSIG, which Swift cannot import.
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
