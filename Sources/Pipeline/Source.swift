internal import Basics

/// A file of text, as a corpus has it.
public struct Source: Sendable {
  /// What the dataset calls it: see ``Corpus``.
  public let name: String
  /// Where it is now.
  public let path: String
  /// How its bytes are to be read.
  public let format: SourceFormat
  /// What the file was when it was found.
  let stamp: FileStamp
  /// How its bytes become text; all sources of a corpus share it.
  private var reading = Reading.plain
  /// Keeps the file of standard input open, which has no other name than its number.
  private let spool: Spool?

  /// Options that many sources have.
  private final class Reading: Sendable {
    let options: TextOptions
    let isCancelled: @Sendable () -> Bool
    init(_ options: TextOptions, _ isCancelled: @escaping @Sendable () -> Bool = { false }) {
      self.options = options
      self.isCancelled = isCancelled
    }
    static let plain = Reading(TextOptions())
  }

  init(name: String, path: String, format: SourceFormat, stamp: FileStamp, spool: Spool? = nil) {
    self.name = name
    self.path = path
    self.format = format
    self.stamp = stamp
    self.spool = spool
  }

  /// Its size on the disk.
  public var byteCount: Int { stamp.byteCount }

  /// What errors call it.
  var file: String { spool == nil ? path : "standard input" }

  private var options: TextOptions { reading.options }

  /// The source, its name longer by the folder above it; nil where its path tells of none.
  var withLongerName: Source? {
    guard spool == nil else { return nil }
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter {
      $0 != "."
    }
    let place = parts.count - name.utf8.split(separator: UInt8(ascii: "/")).count - 1
    guard place >= 0, parts[place] != ".." else { return nil }
    return Source(name: Path.join(parts[place], name), path: path, format: format, stamp: stamp)
  }

  /// - Throws: ``PipelineError/changed(file:)`` where somebody wrote to the file since it was found.
  func checkUnchanged() throws(PipelineError) {
    guard FileStamp(path) == stamp else { throw .changed(file: file) }
  }
}

extension Source {
  /// The source, its bytes taken as `options` say.
  func reading(_ options: TextOptions) -> Source {
    var sources = [self]
    Self.read(&sources, as: options)
    return sources[0]
  }

  /// Has the bytes of `sources` taken as `options` say.
  ///
  /// - Parameter isCancelled: asked where something takes long that gives no text
  static func read(
    _ sources: inout [Source], as options: TextOptions,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    let reading = Reading(options, isCancelled)
    for index in sources.indices { sources[index].reading = reading }
  }

  /// - Throws: ``PipelineError/cancelled`` where somebody asked to stop.
  func checkCancelled() throws(PipelineError) {
    if reading.isCancelled() { throw .cancelled }
  }

  /// Whether its text is its bytes, so that any part of it can be read by itself.
  var isSeekable: Bool {
    format.compression == .none && ![.zip, .parquet].contains(format.layout)
      && options.encoding == nil
  }

  /// Its bytes, unpacked.
  func openAsStored() throws(PipelineError) -> any ByteStream {
    if format.compression == .none { return try FileStream(path, 0..<byteCount) }
    let stream = try format.compression.open(path)
    return spool == nil ? stream : NamedStream(stream, file)
  }

  /// The source's text in `range`, which the file must have where it ``isSeekable``, or all of it: unpacked, as UTF-8. Of archives it is
  /// what ``TarMembers`` and ``ZipMembers`` say, or, in another encoding, what ``ArchiveTexts`` says.
  package func open(_ range: Range<Int>? = nil) throws(PipelineError) -> any ByteStream {
    if isSeekable { return try FileStream(path, range ?? 0..<byteCount) }
    let start = range?.lowerBound ?? 0
    let stream: any ByteStream
    switch format.layout {
    case .zip where options.encoding == nil: stream = ZipTextStream(self, from: start)
    case .tar where options.encoding == nil: stream = try openAsStored()
    case .zip, .tar: stream = ArchiveTextStream(try texts()!)
    case .parquet: stream = try Parquet.lines(of: self, column: options.textField)
    default: stream = try TextEncoding.decoded(openAsStored(), options, file: file)
    }
    // Only members that are read begin where they are wanted.
    if !(stream is ZipTextStream) { try stream.skip(start) }
    return range.map { LimitedStream(stream, $0.count) } ?? stream
  }

  /// The texts of a source that is an archive; nil where it is none.
  func texts() throws(PipelineError) -> ArchiveTexts? {
    try format.layout.members(self, nil).map { ArchiveTexts($0, file: file, options) }
  }

  /// How many lines end before `offset`: to number the lines of a part of the file where one is at fault.
  func lines(before offset: Int) throws(PipelineError) -> Int { try lines(in: 0..<offset) }

  /// How many lines end in a part of the text.
  func lines(in range: Range<Int>) throws(PipelineError) -> Int {
    guard !range.isEmpty else { return 0 }
    let stream = try open(range)
    var lines = 0
    var bytes: [UInt8] = []
    while try stream.read(upTo: 1 << 18, appendingTo: &bytes) > 0 {
      lines += ByteSearch.count(ASCII.newline, in: bytes.span, 0..<bytes.count)
      bytes.removeAll(keepingCapacity: true)
    }
    return lines
  }
}
