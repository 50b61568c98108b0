internal import Basics
internal import Glibc

/// A file without a name: it is gone when its process ends, however that happens.
final class TemporaryFile {
  private let file: File
  private var end = 0

  /// A file on the disk of `folder`, called `name` until it has no name. Of a process killed in between the empty file is left, and the next one
  /// clears it away.
  init(in folder: String, _ name: String) throws(PipelineError) {
    file = try filing { () throws(FileError) in
      try Folder.removeUnfinished(folder) { $0 == name }
      return try File.createNameless(Path.join(folder, name))
    }
  }

  /// Where the system wants temporary files: `$TMPDIR`, or `/tmp`.
  static var systemFolder: String {
    unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  }

  var path: String { file.path }

  /// Adds `bytes` at the end; returns where they begin.
  func append(_ bytes: [UInt8]) throws(PipelineError) -> Int {
    try filing { () throws(FileError) in try file.write(bytes.span) }
    defer { end += bytes.count }
    return end
  }

  func read(at offset: Int, count: Int, into bytes: inout [UInt8]) throws(PipelineError) {
    try filing { () throws(FileError) in try file.read(at: offset, count: count, into: &bytes) }
  }
}
