internal import Basics

/// Reads an archive whose members are files of text: what a folder would give that it was unpacked into.
///
/// Members are read one after another and never written anywhere, so neither what they unpack to nor how they are called can
/// do harm. A member that ends like text and cannot be taken is noted among the rejects.
final class ArchiveReader: DocumentReader {
  private let place: ReadingPlace
  private let rules: ReadingRules
  private let members: any ArchiveMembers
  private var member: (file: String, base: Int)?
  private var reader: (any DocumentReader)?

  init(_ place: ReadingPlace, _ rules: ReadingRules, _ members: any ArchiveMembers) {
    self.place = place
    self.rules = rules
    self.members = members
  }

  func next(into batch: inout Batch) throws(PipelineError) -> Bool {
    let (progress, position) = (batch.progress, members.position)
    // What members' readers see of it are parts of this.
    defer { batch.progress = progress + members.position - position }
    if let reader {
      do throws(PipelineError) {
        if try reader.next(into: &batch) { return true }
      } catch .noPlaceToCut(let file, let offset, let limit) {
        throw .noPlaceToCut(file: file, offset: offset - (member?.base ?? 0), limit: limit)
      }
      self.reader = nil
    }
    guard let next = try members.next() else { return false }
    reader = try open(next, &batch.rejects)
    return true
  }

  /// A reader of a member; nil where it is no text, or left out.
  private func open(
    _ next: ArchiveMember, _ rejects: inout [Batch.Reject]
  ) throws(PipelineError) -> (any DocumentReader)? {
    guard let format = SourceFormat(path: next.name), !MemberName.isHidden(next.name) else { return nil }
    if let fault = next.fault ?? MemberName.fault(next.name) ?? Self.fault(format) {
      let reason = "'\(next.name.shortened)' in the archive: \(fault)"
      rejects.append(Batch.Reject(source: place.number, offset: next.offset, reason: reason))
      return nil
    }
    var own = place
    own.file = Path.join(place.file, next.name)
    own.stream = try members.open()
    if format.layout == .jsonArray {
      let (start, stream) = try Self.head(of: own.stream)
      guard SourceFormat.beginsArray(start, field: rules.options.textField) else { return nil }
      own.stream = stream
    }
    own.offset = next.offset
    own.member = Batch.Member(file: own.file, base: next.offset)
    own.endsFile = true
    let (options, file) = (rules.options, own.file)
    own.again = { [members] () throws(PipelineError) in
      try TextEncoding.decoded(try members.again(), options, file: file)
    }
    own.stream = try TextEncoding.decoded(own.stream, options, file: file)
    member = (own.file, next.offset)
    return try format.layout.reader(own, rules)
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

  /// The first bytes of a stream, and the stream with them.
  private static func head(of stream: any ByteStream) throws(PipelineError) -> ([UInt8], any ByteStream) {
    var start: [UInt8] = []
    while start.count < SourceFormat.headLength,
      try stream.read(upTo: SourceFormat.headLength - start.count, appendingTo: &start) > 0
    {}
    return (start, ResumedStream(start, stream))
  }
}
