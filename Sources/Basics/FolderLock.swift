internal import Glibc

/// Keeps other processes, and other writers of this one, from writing into a folder while its owner lives.
///
/// The lock is on the folder itself: no file is left behind, and the system frees it when the process ends, however
/// it ends.
package struct FolderLock: ~Copyable {
  private let descriptor: Int32

  package enum Outcome: ~Copyable {
    case locked(FolderLock)
    case inUse
    /// The file system cannot lock folders, as NFS.
    case unsupported
  }

  package static func take(_ folder: String) throws(FileError) -> Outcome {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", folder) }
    let lock = FolderLock(descriptor: descriptor)
    var patience = 25
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK where patience > 0:
        // The last owner may be a process that is ending, or a child just made that still has its parent's files.
        patience -= 1
        usleep(10_000)
      case EWOULDBLOCK: return .inUse
      case EBADF, ENOLCK, EOPNOTSUPP, EINVAL, ENOSYS: return .unsupported
      default: throw .last("lock", folder)
      }
    }
    return .locked(lock)
  }

  deinit { close(descriptor) }
}
