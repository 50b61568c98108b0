internal import Glibc

/// What the operating system refused, and for which file.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public let action: String
  public let path: String
  public let code: Int32

  package init(_ action: String, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// The failure of the call just made.
  package static func last(_ action: String, _ path: String) -> FileError {
    FileError(action, path, code: errno)
  }

  /// There was no memory for what `action` says.
  package static func noMemory(_ action: String, _ path: String) -> FileError {
    FileError(action, path, code: ENOMEM)
  }

  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Something is there, but no file.
  package var isNoFile: Bool { [EISDIR, EOPNOTSUPP, ENXIO].contains(code) }

  public var description: String {
    let reason = code == 0 ? "the file ends before" : unsafe String(cString: strerror(code))
    if code == EIO {
      let advice = "the disk or the way to it fails: see the system's log (`dmesg`)"
      return "cannot \(action) '\(path)': \(reason); \(advice)"
    }
    let advice =
      switch code {
      case ENOSPC, EDQUOT: "; free some space and run it again"
      case ENOMEM: "; end other programs, or raise the limit of memory (`ulimit -v`)"
      case EFBIG: "; raise the limit of a file's size (`ulimit -f`), or choose another file system"
      case EROFS, EACCES, EPERM: "; choose a place that you may write to, or change its permissions"
      default: ""
      }
    return "cannot \(action) '\(path)': \(reason)\(action == "read" || action == "open" ? "" : advice)"
  }
}
