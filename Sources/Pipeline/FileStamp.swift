internal import Glibc

/// What the system says about a file: which one it is, and whether somebody wrote to it since.
struct FileStamp: Sendable, Equatable {
  /// A file whatever its paths.
  struct Identity: Hashable, Sendable {
    let device: UInt
    let number: UInt
  }

  let identity: Identity
  let byteCount: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// The stamp of what lies at `path`, links followed; nil where there is nothing.
  init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    identity = Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
    byteCount = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}
