internal import Glibc

/// A file that exists under its name only once it is whole and on the disk.
///
///     var file = try AtomicFile("run/model.safetensors")
///     try file.write(bytes.span)
///     try file.commit()   // fdatasync, rename, fsync of the folder
///
/// Until ``commit()`` the bytes are in `NAME.tmp-PID-N` in the same folder, which nobody else writes to and which is removed
/// where the work is given up; what a killed process leaves, `Folder.removeUnfinished` clears away. A file of that name already there is replaced
/// in one step; of a link to a file, that file. What is no file, such as a folder, a device or a pipe, is refused.
package struct AtomicFile: ~Copyable {
  package let path: String
  /// The path with links followed.
  private let target: String
  private let temporary: String
  private let file: File
  private var isCommitted = false

  package init(_ path: String) throws(FileError) {
    let target = try Self.target(path)
    file = try File.createUnfinished(target)
    self.path = path
    self.target = target
    temporary = file.path
  }

  deinit { if !isCommitted { unsafe unlink(temporary) } }

  /// What stands in the names of unfinished files.
  package static let mark = ".tmp-"

  /// - Throws: where something is there that a file must not take the place of.
  private static func target(_ path: String) throws(FileError) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return path }
    switch Folder.kind(path) {
    case .file where status.st_mode & S_IFMT != S_IFLNK: return path
    case .file, nil:
      guard let found = unsafe realpath(path, nil) else { throw .last("create", path) }
      defer { unsafe free(found) }
      return unsafe String(cString: found)
    case .folder: throw FileError("write a file in place of", path, code: EISDIR)
    case .other: throw FileError("write a file in place of", path, code: EOPNOTSUPP)
    }
  }

  package func write(_ bytes: Span<UInt8>) throws(FileError) { try file.write(bytes) }

  package consuming func commit() throws(FileError) {
    try file.synchronize()
    guard unsafe rename(temporary, target) == 0 else { throw .last("rename to", path) }
    isCommitted = true
    try Folder.synchronize(Path.parent(target))
  }

  /// Writes the file to the disk and closes it; it gets its name later, as one of many.
  package consuming func seal() throws(FileError) -> SealedFile {
    try file.synchronize()
    isCommitted = true
    return SealedFile(path: path, target: target, temporary: temporary)
  }

  /// Writes a whole file at once.
  package static func write(_ bytes: Span<UInt8>, to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }
}

/// A file that is whole and on the disk but has no name yet. It is removed where it never gets one.
package final class SealedFile {
  package let path: String
  private let target: String
  private let temporary: String
  private var isCommitted = false

  fileprivate init(path: String, target: String, temporary: String) {
    self.path = path
    self.target = target
    self.temporary = temporary
  }

  deinit { if !isCommitted { unsafe unlink(temporary) } }

  /// Gives the file its name; the folder is to be synchronised by the caller.
  package func rename() throws(FileError) {
    guard unsafe Glibc.rename(temporary, target) == 0 else { throw .last("rename to", path) }
    isCommitted = true
  }
}

/// The name of what is not finished: `NAME.tmp-PID-N`.
package struct UnfinishedName {
  /// What it will be called.
  package let name: String
  private let process: Int32

  /// A new path for the unfinished form of `path`, beside it: by chance, as processes of other containers have the same number.
  package static func make(_ path: String) -> String {
    "\(path)\(AtomicFile.mark)\(getpid())-\(Int32.random(in: 0..<1_000_000_000))"
  }

  /// The parts of `text`, or nil where it is the name of anything else.
  package init?(_ text: String) {
    guard let (rest, _) = Self.takeNumber(text[...]), let (start, process) = Self.takeNumber(rest),
      "\(start)-".hasSuffix(AtomicFile.mark)
    else { return nil }
    self.process = process
    name = String(start.dropLast(AtomicFile.mark.count - 1))
  }

  /// Splits `text-12` at its last dash.
  private static func takeNumber(_ text: Substring) -> (Substring, Int32)? {
    guard let dash = text.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
    let digits = text[text.utf8.index(after: dash)...]
    guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int32(digits) else { return nil }
    return (text[..<dash], number)
  }

  /// Whether another process that still runs is writing it. Of this one's number, a process in an earlier container may
  /// have been.
  var isBeingWritten: Bool { process != getpid() && (kill(process, 0) == 0 || errno != ESRCH) }
}
