internal import Glibc

extension Folder {
  /// Gives a file a second name, where its file system can; false where it cannot, as across two of them.
  ///
  /// The two names are one file: for files that are never changed, only replaced. Of a symbolic link it is the file behind it that gets the name.
  package static func link(_ path: String, to other: String) throws(FileError) -> Bool {
    if unsafe linkat(AT_FDCWD, path, AT_FDCWD, other, AT_SYMLINK_FOLLOW) == 0 { return true }
    switch errno {
    case EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS: return false
    default: throw .last("link to", other)
    }
  }
}
