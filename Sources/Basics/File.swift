internal import Glibc

/// An open file. All reading and writing of files is in this file; it closes when its owner goes out of scope.
package struct File: ~Copyable {
  package let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  package static func open(_ path: String) throws(FileError) -> File {
    try open(path, flags: O_RDONLY, action: "open")
  }

  /// Opens what must be a file, in an untrusted folder too: nothing is waited for, as it would be for who writes to a pipe.
  ///
  /// - Throws: where it is anything else, an error that ``FileError/isNoFile`` says yes to.
  package static func openFile(_ path: String) throws(FileError) -> File {
    let file = try open(path, flags: O_RDONLY | O_NONBLOCK, action: "open")
    var status = stat()
    guard unsafe fstat(file.descriptor, &status) == 0 else { throw .last("open", path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return file
    case S_IFDIR: throw FileError("open", path, code: EISDIR)
    default: throw FileError("open", path, code: EOPNOTSUPP)
    }
  }

  /// Creates `path`, or empties the file that is there.
  package static func create(_ path: String) throws(FileError) -> File {
    try open(path, flags: O_RDWR | O_CREAT | O_TRUNC, action: "create")
  }

  /// Creates a file, where nothing is there, not even a link.
  package static func createNew(_ path: String) throws(FileError) -> File {
    try open(path, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, action: "create")
  }

  /// Creates the unfinished form of `path`, beside it.
  package static func createUnfinished(_ path: String) throws(FileError) -> File {
    for _ in 0..<100 {
      do {
        return try createNew(UnfinishedName.make(path))
      } catch {
        // Another's, who may still be writing it.
        guard error.code == EEXIST else { throw error }
      }
    }
    return try createNew(UnfinishedName.make(path))
  }

  /// A file beside `path` that has no name any more: it goes with its owner, however the process ends.
  package static func createNameless(_ path: String) throws(FileError) -> File {
    let file = try createUnfinished(path)
    try Folder.remove(file.path)
    return file
  }

  /// Opens for appending, creating the file where there is none.
  package static func append(_ path: String) throws(FileError) -> File {
    try open(path, flags: O_RDWR | O_CREAT | O_APPEND, action: "create")
  }

  private static func open(_ path: String, flags: Int32, action: String) throws(FileError) -> File {
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .last(action, path) }
    return File(path: path, descriptor: descriptor)
  }

  /// Standard input, as a file that cannot be positioned.
  package static func standardInput() throws(FileError) -> File {
    let descriptor = dup(STDIN_FILENO)
    guard descriptor >= 0 else { throw .last("open", "standard input") }
    return File(path: "standard input", descriptor: descriptor)
  }

  /// A path that leads to this open file, whatever it is called, or where it is called nothing.
  package var numberPath: String { "/proc/self/fd/\(descriptor)" }

  package static func standardOutput() throws(FileError) -> File {
    let descriptor = dup(STDOUT_FILENO)
    guard descriptor >= 0 else { throw .last("open", "standard output") }
    return File(path: "standard output", descriptor: descriptor)
  }

  /// Bytes in the file.
  package func size() throws(FileError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last("read", path) }
    return Int(status.st_size)
  }

  /// More is not read at once: a file with holes may claim any size, and what comes through a pipe need not end.
  package static let mostContents = 1 << 31

  /// The whole file. A folder is refused.
  ///
  /// - Throws: where it has more bytes than `limit`, too.
  package static func contents(_ path: String, limit: Int = mostContents) throws(FileError) -> [UInt8] {
    let file = try File.open(path)
    let size = try file.size()
    var bytes: [UInt8] = []
    guard size <= limit else { throw FileError("read", path, code: EFBIG) }
    bytes.reserveCapacity(size + 1)
    // One byte more than expected shows the end; what grows meanwhile, or has no size, comes in pieces.
    var piece = min(size + 1, 1 << 26)
    while try file.read(upTo: piece, appendingTo: &bytes) > 0 {
      guard bytes.count <= limit else { throw FileError("read", path, code: EFBIG) }
      piece = max(1 << 16, min(size + 1 - bytes.count, 1 << 26))
    }
    return bytes
  }

  /// Appends up to `count` of the following bytes; returns how many came, 0 at the end of the file.
  package func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(FileError) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    let got = unsafe bytes.withUnsafeMutableBytes { buffer in
      retrying { unsafe Glibc.read(descriptor, buffer.baseAddress! + start, count) }
    }
    bytes.removeLast(count - max(got, 0))
    guard got >= 0 else { throw .last("read", path) }
    return got
  }

  /// Whether there is something to read, or the end, at most some milliseconds from now. A signal ends the waiting.
  package func hasInput(within milliseconds: Int32) -> Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&event, 1, milliseconds) > 0
  }

  /// Reads exactly `count` bytes from `offset` into `bytes`, replacing what it holds.
  ///
  /// - Throws: the system's error, or one with code 0 where the file ends before.
  package func read(at offset: Int, count: Int, into bytes: inout [UInt8]) throws(FileError) {
    if bytes.count > count { bytes.removeLast(bytes.count - count) }
    if bytes.count < count { bytes.append(contentsOf: repeatElement(0, count: count - bytes.count)) }
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        retrying { unsafe pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done)) }
      }
      guard got >= 0 else { throw .last("read", path) }
      guard got > 0 else { throw FileError("read \(count) bytes at byte \(offset) of", path, code: 0) }
      done += got
    }
  }

  package func write(_ bytes: Span<UInt8>) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let put = unsafe bytes.withUnsafeBufferPointer { buffer in
        retrying { unsafe Glibc.write(descriptor, buffer.baseAddress! + done, bytes.count - done) }
      }
      guard put > 0 else { throw .last("write", path) }
      done += put
    }
  }

  package func write(_ text: String) throws(FileError) { try write(Array(text.utf8).span) }

  /// Waits until the bytes are on the disk.
  package func synchronize() throws(FileError) {
    guard fdatasync(descriptor) == 0 else { throw .last("write", path) }
  }

  package func truncate(to size: Int) throws(FileError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw .last("shorten", path) }
  }
}

/// Calls again where a signal interrupted.
private func retrying(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
