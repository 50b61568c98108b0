internal import Basics

/// A zip archive, read by its central directory: members that are stored or deflated, without encryption or
/// Zip64.
///
///     let archive = try ZipArchive("smsspamcollection.zip")
///     let member = archive.members.first { $0.baseName == "SMSSpamCollection" }
///     let bytes = try archive.contents(of: member!)
///
/// Memory grows with what a member really unpacks to, up to 1 GiB, and every member is checked against its CRC-32. Nothing is ever written
/// under a member's name. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
package struct ZipArchive: Sendable {
  package struct Member: Sendable, Equatable {
    package let name: String
    package let byteCount: Int
    fileprivate let packedCount: Int
    fileprivate let method: Int
    fileprivate let flags: Int
    fileprivate let checksum: UInt32
    fileprivate let headerOffset: Int

    package var isFolder: Bool { name.hasSuffix("/") }
    /// The name without folders.
    package var baseName: String { Path.name(name) }
  }

  package let path: String
  /// In the order of the central directory, folders left out.
  package let members: [Member]

  /// Whether the file begins as zip archives do.
  package static func isZip(_ path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    var start: [UInt8] = []
    guard (try? file.read(at: 0, count: 4, into: &start)) != nil else { return false }
    return start == [0x50, 0x4b, 3, 4] || start == [0x50, 0x4b, 5, 6]
  }

  package init(_ path: String) throws(DatasetsError) {
    self.path = path
    do {
      let file = try File.open(path)
      members = try Self.directory(of: file).filter { !$0.isFolder }
    } catch let error as FileError {
      throw error.code == 0 ? .zip(file: path, reason: "the archive is cut off") : .file(error)
    } catch let error as DatasetsError {
      throw error
    } catch {
      preconditionFailure("neither files nor archives throw \(error)")
    }
  }

  /// All bytes of a member.
  package func contents(of member: Member) throws(DatasetsError) -> [UInt8] {
    let packed: [UInt8]
    do {
      packed = try packedBytes(of: member)
    } catch let error as FileError {
      throw error.code == 0 ? .zip(file: path, reason: "'\(member.name)' is cut off") : .file(error)
    } catch let error as DatasetsError {
      throw error
    } catch {
      preconditionFailure("neither files nor archives throw \(error)")
    }
    let bytes = member.method == 0 ? packed : RawInflate.unpack(packed, count: member.byteCount)
    guard let bytes, bytes.count == member.byteCount else {
      throw .zip(file: path, reason: "'\(member.name)' is damaged")
    }
    guard RawInflate.checksum(bytes) == member.checksum else {
      throw .zip(file: path, reason: "the checksum of '\(member.name)' is wrong")
    }
    return bytes
  }

  private func packedBytes(of member: Member) throws -> [UInt8] {
    guard member.flags & 1 == 0 else { throw fault("'\(member.name)' is encrypted") }
    guard member.method == 0 || member.method == 8 else {
      throw fault(
        "'\(member.name)' is packed by method \(member.method), which is neither stored nor deflated")
    }
    let limit = RawInflate.limit
    guard max(member.byteCount, member.packedCount) <= limit else {
      throw fault("'\(member.name)' has \(member.byteCount) bytes, and no more than \(limit) are unpacked")
    }
    let file = try File.open(path)
    let size = try file.size()
    var header: [UInt8] = []
    guard member.headerOffset + 30 <= size else { throw fault("'\(member.name)' is cut off") }
    try file.read(at: member.headerOffset, count: 30, into: &header)
    guard LittleEndian.word(header, 0) == 0x0403_4b50 else { throw fault("'\(member.name)' has no header") }
    let start = member.headerOffset + 30 + LittleEndian.half(header, 26) + LittleEndian.half(header, 28)
    guard start + member.packedCount <= size else { throw fault("'\(member.name)' is cut off") }
    var packed: [UInt8] = []
    try file.read(at: start, count: member.packedCount, into: &packed)
    return packed
  }

  private func fault(_ reason: String) -> DatasetsError { .zip(file: path, reason: reason) }
}

extension ZipArchive {
  private static func directory(of file: borrowing File) throws -> [Member] {
    func fault(_ reason: String) -> DatasetsError { .zip(file: file.path, reason: reason) }
    let end = try endRecord(of: file)
    let (count, size, start) = (
      LittleEndian.half(end.bytes, 10), LittleEndian.word(end.bytes, 12), LittleEndian.word(end.bytes, 16)
    )
    guard count < 0xffff, start < 0xffff_ffff else { throw fault("archives of the form Zip64 are not read") }
    guard start + size <= end.offset else { throw fault("its directory is damaged") }
    var directory: [UInt8] = []
    try file.read(at: start, count: size, into: &directory)
    var members: [Member] = []
    var place = 0
    for _ in 0..<count {
      guard let (member, next) = member(in: directory, at: place) else {
        throw fault("its directory is damaged")
      }
      // The number that sends readers to Zip64's larger ones.
      guard max(member.byteCount, member.packedCount, member.headerOffset) < 0xffff_ffff else {
        throw fault("archives of the form Zip64 are not read")
      }
      members.append(member)
      place = next
    }
    return members
  }

  /// The last record: 22 bytes and a comment of at most 65,535.
  private static func endRecord(of file: borrowing File) throws -> (offset: Int, bytes: [UInt8]) {
    let size = try file.size()
    let start = max(0, size - 22 - 0xffff)
    var tail: [UInt8] = []
    try file.read(at: start, count: size - start, into: &tail)
    for place in stride(from: tail.count - 22, through: 0, by: -1)
    where LittleEndian.word(tail, place) == 0x0605_4b50
      && place + 22 + LittleEndian.half(tail, place + 20) == tail.count
    {
      return (start + place, Array(tail[place..<place + 22]))
    }
    throw DatasetsError.zip(file: file.path, reason: "not a zip archive, or cut off")
  }

  private static func member(in directory: [UInt8], at place: Int) -> (Member, next: Int)? {
    guard place + 46 <= directory.count, LittleEndian.word(directory, place) == 0x0201_4b50 else {
      return nil
    }
    func half(_ offset: Int) -> Int { LittleEndian.half(directory, place + offset) }
    func word(_ offset: Int) -> Int { LittleEndian.word(directory, place + offset) }
    let nameEnd = place + 46 + half(28)
    let next = nameEnd + half(30) + half(32)
    guard next <= directory.count else { return nil }
    let member = Member(
      name: String(decoding: directory[(place + 46)..<nameEnd], as: UTF8.self), byteCount: word(24),
      packedCount: word(20), method: half(10), flags: half(8), checksum: UInt32(word(16)),
      headerOffset: word(42))
    return (member, next)
  }
}

private enum LittleEndian {
  static func half(_ bytes: [UInt8], _ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }

  static func word(_ bytes: [UInt8], _ place: Int) -> Int {
    half(bytes, place) | half(bytes, place + 2) << 16
  }
}
