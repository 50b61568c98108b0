internal import Basics

/// A file of text, as a corpus has it.
public struct Source: Sendable, Equatable {
  /// What the dataset calls it: see ``Corpus``.
  public let name: String
  /// Where it is now.
  public let path: String
  /// How its bytes are to be read.
  public let format: SourceFormat
  /// What the file was when it was found.
  let stamp: FileStamp

  /// Its size on the disk.
  public var byteCount: Int { stamp.byteCount }

  /// The source, its name longer by the folder above it; nil where its path tells of none.
  var withLongerName: Source? {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter {
      $0 != "."
    }
    let place = parts.count - name.utf8.split(separator: UInt8(ascii: "/")).count - 1
    guard place >= 0, parts[place] != ".." else { return nil }
    return Source(name: Path.join(parts[place], name), path: path, format: format, stamp: stamp)
  }

  /// The unpacked bytes in `range`, which the file must have where it is not packed, or all of them.
  package func open(_ range: Range<Int>? = nil) throws(PipelineError) -> any ByteStream {
    if format.compression == .none { return try FileStream(path, range ?? 0..<byteCount) }
    let stream = try format.compression.open(path)
    if let range { try stream.skip(range.lowerBound) }
    return stream
  }

  /// How many lines end before `offset`: to number the lines of a part of the file where one is at fault.
  func lines(before offset: Int) throws(PipelineError) -> Int {
    guard offset > 0 else { return 0 }
    let stream = try open(0..<offset)
    var lines = 0
    var bytes: [UInt8] = []
    while try stream.read(upTo: 1 << 18, appendingTo: &bytes) > 0 {
      lines += ByteSearch.count(ASCII.newline, in: bytes.span, 0..<bytes.count)
      bytes.removeAll(keepingCapacity: true)
    }
    return lines
  }

  /// - Throws: ``PipelineError/changed(file:)`` where somebody wrote to the file since it was found.
  func checkUnchanged() throws(PipelineError) {
    guard FileStamp(path) == stamp else { throw .changed(file: path) }
  }
}
