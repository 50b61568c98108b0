internal import Basics
internal import Glibc

/// Whether a folder can be written in, asked before anything is.
extension Folder {
  /// - Throws: where nothing can be written in the folder. A superuser passes unless the file system itself is read-only.
  static func requireWritable(_ path: String) throws(FileError) {
    guard unsafe access(path, W_OK | X_OK) == 0 else { throw .last("write to", path) }
  }
}

/// Seconds since 1970.
func currentTime() -> Int { time(nil) }
