internal import Basics

/// A zip archive, read by its central directory: members that are stored or deflated, without encryption.
///
///     let archive = try ZipArchive("smsspamcollection.zip")
///     let member = archive.members.first { $0.baseName == "SMSSpamCollection" }
///     let bytes = try archive.contents(of: member!)
///
/// The memory of ``contents(of:)`` grows with what a member really unpacks to, up to 1 GiB; ``ZipMemberStream`` unpacks in bounded memory.
/// Every member is checked against its CRC-32. Nothing is ever written under a member's name, and archives whose members share
/// bytes, as those do that unpack to more than they could hold, are refused. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
package struct ZipArchive: Sendable {
  package struct Member: Sendable, Equatable {
    package let name: String
    package let byteCount: Int
    let packedCount: Int
    let method: Int
    let flags: Int
    let checksum: UInt32
    let headerOffset: Int
    /// What Unix calls the kind of file and its permissions; 0 where the archive was made elsewhere.
    let mode: Int

    var isDeflated: Bool { method == 8 }
    /// Whether its bytes are the path of another file.
    var isLink: Bool { mode & 0o170000 == 0o120000 }

    package var isFolder: Bool { name.hasSuffix("/") }
    /// The name without folders.
    package var baseName: String { Path.name(name) }
  }

  package let path: String
  /// What errors call it.
  let file: String
  /// In the order of the central directory, folders left out.
  package let members: [Member]

  /// Whether the file begins as zip archives do.
  package static func isZip(_ path: String) -> Bool {
    guard let file = try? File.open(path) else { return false }
    var start: [UInt8] = []
    guard (try? file.read(at: 0, count: 4, into: &start)) != nil else { return false }
    return start == [0x50, 0x4b, 3, 4] || start == [0x50, 0x4b, 5, 6]
  }

  /// - Parameter file: what errors call it; nil for its path
  package init(_ path: String, called file: String? = nil) throws(DatasetsError) {
    self.path = path
    self.file = file ?? path
    do {
      members = try Self.directory(of: File.open(path), called: self.file).filter { !$0.isFolder }
    } catch let error as FileError {
      throw error.code == 0 ? .zip(file: self.file, reason: "the archive is cut off") : .file(error)
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
      throw error.code == 0 ? .zip(file: file, reason: "'\(member.name)' is cut off") : .file(error)
    } catch let error as DatasetsError {
      throw error
    } catch {
      preconditionFailure("neither files nor archives throw \(error)")
    }
    let bytes = member.method == 0 ? packed : RawInflate.unpack(packed, count: member.byteCount)
    guard let bytes, bytes.count == member.byteCount else {
      throw .zip(file: file, reason: "'\(member.name)' is damaged")
    }
    guard RawInflate.checksum(bytes) == member.checksum else {
      throw .zip(file: file, reason: "the checksum of '\(member.name)' is wrong")
    }
    return bytes
  }

  private func packedBytes(of member: Member) throws -> [UInt8] {
    let limit = RawInflate.limit
    guard max(member.byteCount, member.packedCount) <= limit else {
      throw fault("'\(member.name)' has \(member.byteCount) bytes, and no more than \(limit) are unpacked")
    }
    let file = try File.open(path)
    let place = try place(of: member, in: file)
    var packed: [UInt8] = []
    try file.read(at: place.lowerBound, count: place.count, into: &packed)
    return packed
  }

  /// Where the packed bytes of a member are in the file.
  func place(of member: Member) throws(DatasetsError) -> Range<Int> {
    do {
      return try place(of: member, in: File.open(path))
    } catch let error as FileError {
      throw .file(error)
    } catch let error as DatasetsError {
      throw error
    } catch {
      preconditionFailure("neither files nor archives throw \(error)")
    }
  }

  private func place(of member: Member, in file: borrowing File) throws -> Range<Int> {
    guard member.flags & 1 == 0 else { throw fault("'\(member.name)' is encrypted") }
    guard member.method == 0 || member.method == 8 else {
      throw fault(
        "'\(member.name)' is packed by method \(member.method), which is neither stored nor deflated")
    }
    let size = try file.size()
    var header: [UInt8] = []
    guard member.headerOffset + 30 <= size else { throw fault("'\(member.name)' is cut off") }
    try file.read(at: member.headerOffset, count: 30, into: &header)
    guard LittleEndian.word(header, 0) == 0x0403_4b50 else { throw fault("'\(member.name)' has no header") }
    let start = member.headerOffset + 30 + LittleEndian.half(header, 26) + LittleEndian.half(header, 28)
    guard start + member.packedCount <= size else { throw fault("'\(member.name)' is cut off") }
    return start..<start + member.packedCount
  }

  private func fault(_ reason: String) -> DatasetsError { .zip(file: file, reason: reason) }
}
