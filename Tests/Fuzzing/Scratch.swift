internal import Basics
internal import Glibc

/// The folder for what must be a file to be read.
package enum Scratch {
  /// Below TMPDIR, which should be in memory.
  package static let path: String = {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    return "\(base)/tessera-fuzz-\(getpid())"
  }()

  static func callAsFunction(_ name: String) -> String { Path.join(path, name) }

  /// Writes a file, a new one each time, and returns its path.
  static func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = Path.join(path, name)
    try Folder.create(Path.parent(path))
    try Folder.remove(path)
    try File.create(path).write(bytes.span)
    return path
  }

  package static func remove() { try? Folder.remove(path) }
}
