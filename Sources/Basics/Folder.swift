internal import Glibc

/// Paths as text: `/` between the parts, also where an accent follows it that text would join to it.
package enum Path {
  private static let slash = UInt8(ascii: "/")

  /// `a/b` for `a/b/c`; `.` for a bare name.
  package static func parent(_ path: String) -> String {
    let path = trimmed(path)
    guard let place = path.utf8.lastIndex(of: slash) else { return "." }
    return place == path.startIndex ? "/" : String(path[..<place])
  }

  /// `c` for `a/b/c`.
  package static func name(_ path: String) -> String {
    let path = trimmed(path)
    guard path.utf8.count > 1, let place = path.utf8.lastIndex(of: slash) else { return String(path) }
    return String(path[path.utf8.index(after: place)...])
  }

  package static func join(_ folder: String, _ name: String) -> String {
    folder.utf8.last == slash ? folder + name : folder.isEmpty ? name : "\(folder)/\(name)"
  }

  private static func trimmed(_ path: String) -> Substring {
    var rest = path[...]
    while rest.utf8.count > 1, rest.utf8.last == slash {
      rest = rest[..<rest.utf8.index(before: rest.endIndex)]
    }
    return rest
  }
}

/// What can be done with folders.
package enum Folder {
  package enum Kind: Sendable { case file, folder, other }

  /// What is there, perhaps behind links; nil where there is nothing, or where the system does not tell: see ``find(_:)``.
  package static func kind(_ path: String) -> Kind? { (try? find(path)) ?? nil }

  /// What is there, perhaps behind links; nil only where there is nothing.
  ///
  /// - Throws: what the system refuses to tell.
  package static func find(_ path: String) throws(FileError) -> Kind? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .last("use", path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// Whether there is a file, perhaps behind links; false where there is nothing.
  ///
  /// - Throws: where something else is there, such as a folder or a pipe; what the system refuses to tell.
  package static func hasFile(_ path: String) throws(FileError) -> Bool {
    switch try find(path) {
    case .file: return true
    case nil: return false
    case .folder: throw FileError("use", path, code: EISDIR)
    case .other: throw FileError("use", path, code: EOPNOTSUPP)
    }
  }

  /// As ``kind(_:)``, but what the system refuses is an error: nil only for a link that leads nowhere, or in a circle.
  package static func kindOrDangling(_ path: String) throws(FileError) -> Kind? {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return kind(path) }
    let error = FileError.last("read", path)
    guard error.code == ENOENT || error.code == ELOOP, unsafe lstat(path, &status) == 0,
      status.st_mode & S_IFMT == S_IFLNK
    else { throw error }
    return nil
  }

  /// Whether `path` itself is a link, whatever it leads to.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Creates the folder and those above it, where they are not there, and waits until their names are on the disk.
  package static func create(_ path: String) throws(FileError) {
    if kind(path) == .folder { return }
    let parent = Path.parent(path)
    if parent != path, kind(parent) == nil { try create(parent) }
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST && kind(path) == .folder else {
      throw .last("create folder", path)
    }
    try synchronize(parent)
  }

  /// Asked before anything is written.
  ///
  /// - Throws: where ``create(_:)`` would fail, or nothing could be written in the folder. A superuser passes unless the
  ///   file system itself is read-only.
  package static func requireCreatable(_ path: String) throws(FileError) {
    switch kind(path) {
    case nil where Path.parent(path) != path: try requireCreatable(Path.parent(path))
    case .folder: guard unsafe access(path, W_OK | X_OK) == 0 else { throw .last("write to", path) }
    default: throw FileError("create folder", path, code: kind(path) == nil ? ENOENT : ENOTDIR)
    }
  }

  /// The names in a folder, sorted by their bytes.
  ///
  /// - Throws: for a name that is not UTF-8, too, as no file could be opened by what is left of it in text.
  package static func names(_ path: String) throws(FileError) -> [String] {
    try rawNames(path).map { bytes throws(FileError) in
      if let name = String(validating: bytes, as: UTF8.self) { return name }
      throw FileError(
        "use a file whose name is not UTF-8; rename", Path.join(path, String(decoding: bytes, as: UTF8.self)),
        code: EILSEQ)
    }
  }

  private static func rawNames(_ path: String) throws(FileError) -> [[UInt8]] {
    guard let folder = unsafe opendir(path) else { throw .last("open", path) }
    defer { unsafe closedir(folder) }
    var names: [[UInt8]] = []
    while true {
      // At the end, too, it gives nothing: only the error number tells.
      errno = 0
      guard let entry = unsafe readdir(folder) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
    }
    guard errno == 0 else { throw .last("read", path) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Waits until the folder's names are on the disk.
  package static func synchronize(_ path: String) throws(FileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    // Some file systems cannot synchronise a folder; on those a rename is as durable as it gets.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .last("write", path) }
  }

  /// Removes what killed processes left half-written in `path` of the files whose names `isOurs` says yes to. Folders stay,
  /// unless `includingFolders`: then they go with all that is in them.
  package static func removeUnfinished(
    _ path: String, includingFolders: Bool = false, where isOurs: (String) -> Bool
  ) throws(FileError) {
    for name in try rawNames(path).map({ String(decoding: $0, as: UTF8.self) }) {
      guard let unfinished = UnfinishedName(name), isOurs(unfinished.name), !unfinished.isBeingWritten else {
        continue
      }
      let place = Path.join(path, name)
      let kind = kind(place)
      if kind == .file || includingFolders && kind == .folder { try remove(place) }
    }
  }

  /// Removes a file, or a folder with all that is in it. Nothing there is no error.
  package static func remove(_ path: String) throws(FileError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return }
      throw .last("remove", path)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(path) { try remove(Path.join(path, name)) }
    }
    guard unsafe Glibc.remove(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
  }

  package static func rename(_ path: String, to other: String) throws(FileError) {
    guard unsafe Glibc.rename(path, other) == 0 else { throw .last("rename to", other) }
  }
}
