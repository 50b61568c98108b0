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
    let compression = SourceFormat(named: path).compression
    // What is not packed may be a pipe, which has no size.
    return compression == .none ? PipeStream(try ByteStreams.open(path)) : try compression.open(path)
  }
}
