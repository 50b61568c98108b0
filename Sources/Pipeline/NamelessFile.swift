package import Basics
internal import Glibc

/// Files without a name: they are gone when their process ends, however that happens.
package enum NamelessFile {
  /// Where the system wants temporary files: `$TMPDIR`, or `/tmp` where that is not set or empty.
  package static var systemFolder: String {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
    return folder.isEmpty ? "/tmp" : folder
  }

  /// An empty file on the disk of `folder` (or, where that is not there, of the first folder above it that is), called `name` until it has no name.
  ///
  /// Of a process killed in between an empty file is left. The next one clears it away where it may: in a folder that many share it may be
  /// somebody else's, and does no harm.
  package static func make(in folder: String, _ name: String) throws(FileError) -> File {
    var folder = folder
    while Folder.kind(folder) == nil, Path.parent(folder) != folder { folder = Path.parent(folder) }
    try? Folder.removeUnfinished(folder) { $0 == name }
    return try File.createNameless(Path.join(folder, name))
  }
}
