internal import Basics
internal import Glibc

/// What another program prints, while it runs.
///
/// The program reads a file as its standard input. What it says on standard error is kept up to 4 KiB, for the case that it fails. It is
/// ended when the stream is given up.
final class ChildStream: ByteStream {
  private let name: String
  private let file: String
  private let process: pid_t
  private var output: Int32
  private var errors: Int32
  private var said: [UInt8] = []
  private var isOver = false
  /// How much of the file the program has read cannot be known; all of it, once it has ended.
  private(set) var position = 0
  private let size: Int
  private let checkCancelled: () throws(PipelineError) -> Void

  /// Runs `words[0]`, which is searched for on the PATH, with the file at `path` as its standard input.
  ///
  /// - Parameter checkCancelled: called now and then while the program says nothing
  /// - Throws: ``PipelineError/noProgram(_:file:)`` where there is no such program.
  init(
    _ words: [String], input path: String, size: Int, file: String,
    checkCancelled: @escaping () throws(PipelineError) -> Void
  ) throws(PipelineError) {
    name = words[0]
    self.checkCancelled = checkCancelled
    self.file = file
    self.size = size
    let pipes = try filing { () throws(FileError) in (try Self.makePipe(), try Self.makePipe()) }
    (output, errors) = (pipes.0.read, pipes.1.read)
    defer {
      close(pipes.0.write)
      close(pipes.1.write)
    }
    let (code, process) = Self.spawn(words, input: path, output: pipes.0.write, errors: pipes.1.write)
    self.process = process
    guard code == 0 else {
      close(output)
      close(errors)
      isOver = true
      throw code == ENOENT
        ? .noProgram(words[0], file: file)
        : .program(words[0], file: file, reason: "cannot be started: error \(code)")
    }
  }

  deinit {
    guard !isOver else { return }
    close(output)
    if errors >= 0 { close(errors) }
    kill(process, SIGKILL)
    _ = waitForEnd()
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    while count > 0, !isOver {
      var events = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&events, 2, 200) > 0 else {
        try checkCancelled()
        continue
      }
      if events[1].revents != 0 { hear() }
      guard events[0].revents != 0 else { continue }
      let start = bytes.count
      // No pipe has more at once.
      let room = min(count, 1 << 16)
      bytes.append(contentsOf: repeatElement(0, count: room))
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(output, $0.baseAddress! + start, room)
      }
      let failure = errno
      bytes.removeLast(room - max(got, 0))
      if got > 0 { return got }
      if got == 0 {
        try finish()
      } else if failure != EINTR {
        throw .program(name, file: file, reason: "cannot be read from: error \(failure)")
      }
    }
    return 0
  }

  /// Takes what the program says on standard error.
  private func hear() {
    var piece = [UInt8](repeating: 0, count: 4096)
    let got = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(errors, $0.baseAddress!, 4096) }
    if got > 0 {
      said += piece.prefix(min(got, 4096 - said.count))
    } else if got == 0 || errno != EINTR {
      close(errors)
      errors = -1
    }
  }

  /// The program has closed its output: whether it ended well.
  private func finish() throws(PipelineError) {
    while errors >= 0 { hear() }
    close(output)
    isOver = true
    let code = waitForEnd()
    guard code == 0 else {
      let text = String(decoding: said, as: UTF8.self)
      let reason =
        text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "its exit code is \(code)"
      throw .program(name, file: file, reason: reason)
    }
    position = size
  }

  private func waitForEnd() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return 127 } }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  private static func makePipe() throws(FileError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw .last("make", "a pipe") }
    // No program inherits what is not for it: one that kept our end open would never see the other one close.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ words: [String], input path: String, output: Int32, errors: Int32
  ) -> (code: Int32, pid_t) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // A group of its own: Ctrl-C is for us, and we end it. Signals that we block or pass over mean to it what they mean to all.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in words.indices { unsafe free(arguments[index]) } }
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    return (code, process)
  }
}
