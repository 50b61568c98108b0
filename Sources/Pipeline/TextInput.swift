internal import Basics

/// One text, or one list of ids: a file's bytes or those of standard input.
///
///     TextInput("book.txt.gz")   // unpacked
///     TextInput("-")             // standard input
public struct TextInput: Sendable {
  /// What errors call it.
  let name: String
  private let path: String?

  /// The file at `path`, or standard input for `-`. A name that ends in .gz, .zst, .bz2 or .xz is unpacked.
  public init(_ path: String) {
    self.path = path == "-" ? nil : path
    name = path == "-" ? "standard input" : path
  }

  func open() throws(PipelineError) -> any ByteStream {
    guard let path else { return PipeStream(try filing { () throws(FileError) in try File.standardInput() }) }
    guard let kind = try Folder.kindIfThere(path) else { throw .missing(path: path) }
    if kind == .folder { throw .isFolder(path: path) }
    switch SourceFormat(named: path).compression {
    case .none: return PipeStream(try ByteStreams.open(path))
    case .gzip: return try GzipStream(path)
    case .zstd: return try ZstdStream(path)
    case .bzip2: return try Bzip2Stream(path)
    case .xz: return try XzStream(path)
    }
  }
}
