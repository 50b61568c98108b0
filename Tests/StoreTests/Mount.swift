import Basics
import TestSupport

/// A file system in memory, of a test's own.
final class Mount {
  let path: String
  private let folder: TemporaryFolder?

  /// Whether this process may mount file systems: found out by trying.
  static let isPermitted = (try? Mount(size: 1 << 20)) != nil

  private struct Refused: Error {}

  init(size: Int) throws {
    let folder = try TemporaryFolder()
    path = folder("disk")
    self.folder = folder
    try Folder.create(path)
    try mount("-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path)
  }

  /// Over a folder that is there, which cannot be removed then.
  init(over path: String) throws {
    self.path = path
    folder = nil
    try mount("-t", "tmpfs", "tmpfs", path)
  }

  func remount(_ options: String) throws { try mount("-o", "remount,\(options)", path) }

  private func mount(_ arguments: String...) throws {
    guard try output("/usr/bin/mount", arguments) != nil else { throw Refused() }
  }

  deinit { _ = try? output("/usr/bin/umount", [path]) }
}
