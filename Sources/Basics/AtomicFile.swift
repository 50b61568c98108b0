internal import Glibc

/// A file that exists under its name only once it is whole and on the disk.
///
///     var file = try AtomicFile("run/model.safetensors")
///     try file.write(bytes.span)
///     try file.commit()   // fdatasync, rename, fsync of the folder
///
/// Until ``commit()`` the bytes are in `NAME.tmp-PID-N` in the same folder, which is removed where the work is given
/// up. A file of that name already there is replaced in one step.
package struct AtomicFile: ~Copyable {
  package let path: String
  private let temporary: String
  private let file: File
  private var isCommitted = false

  package init(_ path: String) throws(FileError) {
    self.path = path
    temporary =
      "\(path)\(Self.mark)\(getpid())-\(SplitMix64.mix(UInt64(bitPattern: Int64(clock()))) % 100_000)"
    file = try File.create(temporary)
  }

  deinit { if !isCommitted { unsafe unlink(temporary) } }

  /// What stands in the names of unfinished files. A killed process leaves them; `Folder.removeUnfinished` clears them.
  package static let mark = ".tmp-"

  package func write(_ bytes: Span<UInt8>) throws(FileError) { try file.write(bytes) }

  package consuming func commit() throws(FileError) {
    try file.synchronize()
    guard unsafe rename(temporary, path) == 0 else { throw .last("rename to", path) }
    isCommitted = true
    try Folder.synchronize(Path.parent(path))
  }

  /// Writes a whole file at once.
  package static func write(_ bytes: Span<UInt8>, to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }
}
