internal import Basics

/// The members of a zip archive, in the order of its directory.
///
/// A source's text is all members' bytes, one after another, as `unzip -p` prints them.
final class ZipMembers: ArchiveMembers {
  private let archive: ZipArchive
  private var following = 0
  private var member: ZipArchive.Member?
  private var offset = 0
  private(set) var position = 0

  /// A member of more bytes may not be more than so many times smaller packed: text is 3 to 20 times.
  private static let boldest = 1 << 26
  private static let boldestRatio = 200

  init(_ source: Source) throws(PipelineError) {
    archive = try archiving { () throws(DatasetsError) in try ZipArchive(source.path, called: source.file) }
  }

  func next() throws(PipelineError) -> ArchiveMember? {
    offset += member?.byteCount ?? 0
    position += member?.packedCount ?? 0
    guard following < archive.members.count else { return nil }
    let member = archive.members[following]
    following += 1
    self.member = member
    return ArchiveMember(
      name: member.name, offset: offset, byteCount: member.byteCount, fault: member.isLink ? "a link" : nil)
  }

  func open() throws(PipelineError) -> any ByteStream {
    guard let member else { preconditionFailure("no member was asked for") }
    guard member.byteCount <= Self.boldest || member.byteCount / Self.boldestRatio <= member.packedCount
    else {
      throw .archive(
        file: archive.file,
        reason: """
          '\(member.name)' unpacks from \(member.packedCount) to \(member.byteCount) bytes, as no text does and archives do that are \
          made to fill a disk; if it is meant so, unpack it yourself
          """)
    }
    return try ZipMemberStream(archive, member)
  }

  func again() throws(PipelineError) -> any ByteStream { try open() }
}

/// The bytes of the members of a zip archive, one after another. Members before the place where it begins are not looked at.
final class ZipTextStream: ByteStream {
  private let source: Source
  private let start: Int
  private var members: ZipMembers?
  private var member: (any ByteStream)?
  private var isAtEnd = false
  var position: Int { members?.position ?? 0 }

  /// - Parameter start: where in the source's text to begin
  init(_ source: Source, from start: Int) {
    self.source = source
    self.start = start
  }

  func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    if members == nil { members = try ZipMembers(source) }
    guard let members else { return 0 }
    while count > 0, !isAtEnd {
      if let got = try member?.read(upTo: count, appendingTo: &bytes), got > 0 { return got }
      member = nil
      guard let next = try members.next() else {
        isAtEnd = true
        break
      }
      guard next.offset + next.byteCount > start else { continue }
      let stream = try members.open()
      try stream.skip(max(0, start - next.offset))
      member = stream
    }
    return 0
  }
}

/// What a member of a zip archive unpacks to, checked against the size and the checksum that the archive states.
///
/// Memory is bounded whatever the archive says, and nothing comes out beyond the stated size.
final class ZipMemberStream: ByteStream {
  private let archive: ZipArchive
  private let member: ZipArchive.Member
  private let packed: FileStream
  private let inflater: RawInflater?
  private var input: [UInt8] = []
  private var next = 0
  private var count = 0
  private var checksum = RawInflate.noChecksum
  private var isChecked = false
  var position: Int { packed.position }

  init(_ archive: ZipArchive, _ member: ZipArchive.Member) throws(PipelineError) {
    self.archive = archive
    self.member = member
    packed = try FileStream(
      archive.path,
      try archiving { () throws(DatasetsError) in try archive.place(of: member) })
    inflater = member.isDeflated ? RawInflater() : nil
  }

  func read(upTo room: Int, appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    guard room > 0, !isChecked else { return 0 }
    let start = bytes.count
    if let inflater {
      try inflate(inflater, upTo: min(room, member.byteCount - count + 1), into: &bytes)
    } else {
      _ = try packed.read(upTo: room, appendingTo: &bytes)
    }
    let got = bytes.count - start
    count += got
    guard count <= member.byteCount else { throw fault("unpacks to more than the archive says") }
    checksum = RawInflate.checksum(bytes.span.extracting(start..<bytes.count), after: checksum)
    if got == 0 { try check() }
    return got
  }

  private func inflate(_ inflater: RawInflater, upTo room: Int, into bytes: inout [UInt8])
    throws(PipelineError)
  {
    let start = bytes.count
    while bytes.count == start, !inflater.isAtEnd {
      if next == input.count {
        input.removeAll(keepingCapacity: true)
        next = 0
        // At the end of the packed bytes, what is left inside may still come out.
        _ = try packed.read(upTo: 1 << 16, appendingTo: &input)
      }
      guard inflater.step(input, &next, upTo: room, into: &bytes) else { throw fault("is damaged") }
    }
  }

  private func check() throws(PipelineError) {
    guard count == member.byteCount else { throw fault("unpacks to less than the archive says") }
    guard checksum == member.checksum else { throw fault("has a wrong checksum") }
    isChecked = true
  }

  private func fault(_ reason: String) -> PipelineError {
    .archive(file: archive.file, reason: "'\(member.name)' \(reason)")
  }
}

/// Runs what reads zip archives.
func archiving<Value>(_ body: () throws(DatasetsError) -> Value) throws(PipelineError) -> Value {
  do {
    return try body()
  } catch .zip(let file, let reason) {
    throw .archive(file: file, reason: reason)
  } catch .file(let error) {
    throw .file(error)
  } catch {
    preconditionFailure("archives throw nothing else: \(error)")
  }
}
