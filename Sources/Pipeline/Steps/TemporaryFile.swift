internal import Basics

/// A ``NamelessFile`` that is written from its start to its end and read anywhere.
final class TemporaryFile {
  private let file: File
  private var end = 0

  init(in folder: String, _ name: String) throws(PipelineError) {
    file = try filing { () throws(FileError) in try NamelessFile.make(in: folder, name) }
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
