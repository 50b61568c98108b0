import Basics
import Pipeline
import TestSupport
import Testing

@Suite("Zip archives")
struct ZipArchiveTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `members are listed and unpacked, deflated or stored`() throws {
    let archive = try ZipArchive(try folder.write(ZipSample.bytes, to: "a.zip"))
    #expect(archive.members.map(\.name) == ["words/table.tsv", "readme"])
    #expect(archive.members.map(\.baseName) == ["table.tsv", "readme"])
    let texts = try archive.members.map { String(decoding: try archive.contents(of: $0), as: UTF8.self) }
    #expect(texts == [ZipSample.table, "plain\n"])
    #expect(ZipArchive.isZip(folder("a.zip")))
  }

  @Test func `an archive may end in a comment and begin with something else`() throws {
    var bytes = ZipSample.bytes
    bytes[bytes.count - 2] = 5
    bytes += Array("hello".utf8)
    let archive = try ZipArchive(try folder.write(bytes, to: "comment.zip"))
    #expect(try archive.contents(of: archive.members[1]) == Array("plain\n".utf8))
  }

  @Test func `an archive that is cut off anywhere is an error`() throws {
    for count in 0..<ZipSample.bytes.count {
      let path = try folder.write(Array(ZipSample.bytes.prefix(count)), to: "cut.zip")
      #expect(throws: DatasetsError.self) { try ZipArchive(path) }
    }
  }

  /// A changed byte is an error, or it was one that says nothing: a date, or a permission.
  @Test func `a changed bit never changes what comes out`() throws {
    for place in ZipSample.bytes.indices {
      var bytes = ZipSample.bytes
      bytes[place] ^= 1 << UInt8(place * 5 % 8)
      let path = try folder.write(bytes, to: "flipped.zip")
      guard let archive = try? ZipArchive(path) else { continue }
      for member in archive.members {
        guard let contents = try? archive.contents(of: member) else { continue }
        #expect([ZipSample.table, "plain\n", ""].contains(String(decoding: contents, as: UTF8.self)))
      }
    }
  }

  @Test func `a small archive that promises much takes no memory for it`() throws {
    // The unpacked size of the first member, in the directory: 4,294,967,294 bytes of 28.
    let path = try folder.write(ZipSample.promising(0xffff_fffe), to: "bomb.zip")
    let archive = try ZipArchive(path)
    #expect(archive.members[0].byteCount == 0xffff_fffe)
    let error = #expect(throws: DatasetsError.self) { try archive.contents(of: archive.members[0]) }
    #expect(error?.description.contains("'words/table.tsv' has 4294967294 bytes, and no more than") == true)
  }

  @Test func `a size that stands for Zip64's is refused`() throws {
    let path = try folder.write(ZipSample.promising(0xffff_ffff), to: "zip64.zip")
    let error = #expect(throws: DatasetsError.self) { try ZipArchive(path) }
    #expect(error?.description.contains("Zip64") == true)
  }

  @Test(arguments: [0, 1, 27, 107, 1 << 20, 1 << 30])
  func `a member that unpacks to more or less than promised is damaged`(promised: UInt32) throws {
    let path = try folder.write(ZipSample.promising(promised), to: "wrong.zip")
    let archive = try ZipArchive(path)
    let error = #expect(throws: DatasetsError.self) { try archive.contents(of: archive.members[0]) }
    #expect(error?.description.contains("'words/table.tsv' is damaged") == true)
  }

  @Test(arguments: [0, 1, 1 << 20 - 1, 1 << 20, 1 << 20 + 1, 3_000_000])
  func `a member of any size is unpacked whole`(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    // A gzip file is a header of 10 bytes, deflated bytes, and 8 bytes that begin with the checksum.
    let packed = Packed.gzip(bytes)
    let zip = ZipSample.archive(
      deflated: Array(packed[10..<packed.count - 8]), checksum: Array(packed.suffix(8).prefix(4)),
      count: count)
    let archive = try ZipArchive(try folder.write(zip, to: "large.zip"))
    #expect(try archive.contents(of: archive.members[0]) == bytes)
  }

  @Test func `what is no archive says so`() throws {
    let path = try folder.write("no archive at all", to: "text.zip")
    #expect(!ZipArchive.isZip(path))
    let error = #expect(throws: DatasetsError.self) { try ZipArchive(path) }
    #expect(error?.description.contains("not a zip archive") == true)
  }
}

/// An archive of two members, made by Python's zipfile.
enum ZipSample {
  static let table =
    String(repeating: "ham\thello hello hello hello\nspam\twin win win win win\n", count: 2)

  static let bytes: [UInt8] = {
    let digits = Array(hexadecimal.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") })
    return stride(from: 0, to: digits.count, by: 2).map { place in
      UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)!
    }
  }()

  /// An archive of one deflated member, `a`.
  static func archive(deflated: [UInt8], checksum: [UInt8], count: Int) -> [UInt8] {
    func number(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let common =
      number(20, 2) + number(0, 2) + number(8, 2) + number(0, 4) + checksum + number(deflated.count, 4)
      + number(count, 4) + number(1, 2) + number(0, 2)
    let local = number(0x0403_4b50, 4) + common + [97] + deflated
    let directory = number(0x0201_4b50, 4) + number(20, 2) + common + number(0, 14) + [97]
    return local + directory + number(0x0605_4b50, 4) + number(0, 4) + number(1, 2) + number(1, 2)
      + number(directory.count, 4) + number(local.count, 4) + number(0, 2)
  }

  /// The archive with another unpacked size for its first member.
  static func promising(_ size: UInt32) -> [UInt8] {
    var bytes = bytes
    for index in 0..<4 { bytes[115 + 24 + index] = UInt8(truncatingIfNeeded: size >> UInt32(8 * index)) }
    return bytes
  }

  private static let hexadecimal = """
    504b03041400000008000000215c5c1f9b061c0000006a0000000f000000776f7264732f7461626c652e747376cb48cc
    e5cc48cdc9c957c020b98a0b8092e599790a68982b831c4d00504b03041400000000000000215cd0f915390600000006
    00000006000000726561646d65706c61696e0a504b010214031400000008000000215c5c1f9b061c0000006a0000000f
    0000000000000000000000800100000000776f7264732f7461626c652e747376504b010214031400000000000000215c
    d0f915390600000006000000060000000000000000000000800149000000726561646d65504b05060000000002000200
    71000000730000000000
    """
}
