internal import Basics

/// The members of an archive that are texts, in order, and where each is in the source's text.
///
/// Of text in UTF-8 the members' own places tell. In another encoding they would not do, as texts grow when they are turned into UTF-8: then
/// the source's text is what these members are as UTF-8, one after another, and others have no part in it.
final class ArchiveTexts {
  /// A member that is a text.
  struct Text {
    let name: String
    let format: SourceFormat
    /// What errors call it.
    let file: String
    /// Where it begins in the source's text.
    let offset: Int
    /// What it holds, as UTF-8.
    let stream: any ByteStream
  }

  /// A step through the archive.
  enum Step {
    case text(Text)
    /// A member that ends like text and cannot be taken, where it would be, and why.
    case leftOut(offset: Int, reason: String)
    /// A member that is no text.
    case passedOver
  }

  private let members: any ArchiveMembers
  private let file: String
  private let options: TextOptions
  private var member: ArchiveMember?
  private var open: CountedStream?
  /// Where the next text begins, where texts are turned into UTF-8.
  private var offset = 0

  /// How far the archive has been read, in its own bytes.
  var position: Int { members.position }

  /// - Parameter file: what errors call the archive
  init(_ members: any ArchiveMembers, file: String, _ options: TextOptions) {
    self.members = members
    self.file = file
    self.options = options
  }

  private var isTurned: Bool { options.encoding != nil }

  /// Goes on to the next member; nil at the end.
  func next() throws(PipelineError) -> Step? {
    if isTurned { offset = try end() }
    open = nil
    member = try members.next()
    guard let member else { return nil }
    guard let format = SourceFormat(path: member.name), !MemberName.isHidden(member.name) else {
      return .passedOver
    }
    let start = isTurned ? offset : member.offset
    if let fault = member.fault ?? MemberName.fault(member.name) ?? Self.fault(format) {
      return .leftOut(offset: start, reason: "'\(member.name.shortened)' in the archive: \(fault)")
    }
    let path = Path.join(file, member.name)
    var stream = try members.open()
    if format.layout == .jsonArray {
      let (isArray, whole) = try SourceFormat.judgingArray(stream, options, file: path)
      guard isArray else { return .passedOver }
      stream = whole
    }
    let counted = CountedStream(try TextEncoding.decoded(stream, options, file: path))
    open = counted
    return .text(Text(name: member.name, format: format, file: path, offset: start, stream: counted))
  }

  /// Where the text ends in the source's text that ``next()`` gave last. What nobody read of it is passed over where that is needed to know.
  func end() throws(PipelineError) -> Int {
    guard let open, let member else { return offset }
    guard isTurned else { return member.offset + member.byteCount }
    try open.skip(.max)
    return offset + open.count
  }

  /// The text that ``next()`` gave last, once more.
  func again() throws(PipelineError) -> any ByteStream {
    guard let member else { preconditionFailure("no member was asked for") }
    return try TextEncoding.decoded(
      try members.again(), options, file: Path.join(file, member.name))
  }

  /// Why files of a format are not read inside archives.
  private static func fault(_ format: SourceFormat) -> String? {
    switch format.layout {
    case .zip, .tar: "an archive in an archive; unpack it first"
    case .parquet: "Parquet in an archive; unpack it first"
    case .text, .jsonLines, .jsonArray, .commas, .tabs:
      format.compression == .none ? nil : "packed inside an archive; unpack it first"
    }
  }
}

/// The texts of an archive, one after another.
final class ArchiveTextStream: ByteStream {
  private let texts: ArchiveTexts
  private var text: (any ByteStream)?
  private var isAtEnd = false
  var position: Int { texts.position }

  init(_ texts: ArchiveTexts) { self.texts = texts }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    while count > 0, !isAtEnd {
      if let got = try text?.read(upTo: count, appendingTo: &bytes), got > 0 { return got }
      text = nil
      switch try texts.next() {
      case .text(let next): text = next.stream
      case .leftOut, .passedOver: continue
      case nil: isAtEnd = true
      }
    }
    return 0
  }
}

/// A stream that counts what was read from it.
private final class CountedStream: ByteStream {
  private let stream: any ByteStream
  private(set) var count = 0
  var position: Int { stream.position }

  init(_ stream: any ByteStream) { self.stream = stream }

  func read(upTo wanted: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    let got = try stream.read(upTo: wanted, appendingTo: &bytes)
    count += got
    return got
  }
}
