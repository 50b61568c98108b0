internal import Basics

extension ZipArchive {
  /// Larger directories are refused: all of it is in memory. That is about a million members.
  private static let longestDirectory = 1 << 26

  /// The members that the directory lists.
  static func directory(of file: borrowing File, called name: String) throws -> [Member] {
    func fault(_ reason: String) -> DatasetsError { .zip(file: name, reason: reason) }
    let end = try directoryEnd(of: file, name)
    guard end.start >= 0, end.size >= 0, end.start <= end.limit, end.size <= end.limit - end.start else {
      throw fault("its directory is damaged")
    }
    guard end.size <= longestDirectory else {
      throw fault(
        "its directory has \(end.size) bytes, more than \(longestDirectory); use tar for so many files")
    }
    var directory: [UInt8] = []
    try file.read(at: end.start, count: end.size, into: &directory)
    var members: [Member] = []
    var place = 0
    var left = end.start
    var total = 0
    for _ in 0..<end.count {
      guard let (member, next) = member(in: directory, at: place) else {
        throw fault("its directory is damaged")
      }
      guard let member else { throw fault("a member needs a number in Zip64's form, which is not there") }
      guard member.headerOffset <= end.start, member.packedCount <= left else {
        throw fault("its members have more bytes than the archive, so that some share them")
      }
      // Together they are a text in which places are counted.
      guard member.byteCount < Int.max / 4 - total else { throw fault("its members have too many bytes") }
      total += member.byteCount
      left -= member.packedCount
      members.append(member)
      place = next
    }
    guard !share(members) else {
      throw fault("some of its members share bytes, as in archives that unpack to more than they could hold")
    }
    return members
  }

  /// Whether some members lie over each other. A header takes 30 bytes and its name, which is not known to be the directory's.
  private static func share(_ members: [Member]) -> Bool {
    let sorted = members.sorted { $0.headerOffset < $1.headerOffset }
    return zip(sorted, sorted.dropFirst()).contains {
      $0.headerOffset + 30 + $0.packedCount > $1.headerOffset
    }
  }

  /// Where the directory is, and how many members it has.
  private struct DirectoryEnd {
    let count: Int
    let size: Int
    let start: Int
    /// Where it ends at the latest.
    let limit: Int
  }

  private static func directoryEnd(of file: borrowing File, _ name: String) throws -> DirectoryEnd {
    let end = try endRecord(of: file, name)
    let count = LittleEndian.half(end.bytes, 10)
    let (size, start) = (LittleEndian.word(end.bytes, 12), LittleEndian.word(end.bytes, 16))
    guard count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff, end.offset >= 20 else {
      return DirectoryEnd(count: count, size: size, start: start, limit: end.offset)
    }
    // Zip64 has a record of its own, and another one just before the last that says where.
    var locator: [UInt8] = []
    try file.read(at: end.offset - 20, count: 20, into: &locator)
    guard LittleEndian.word(locator, 0) == 0x0706_4b50 else {
      return DirectoryEnd(count: count, size: size, start: start, limit: end.offset)
    }
    let place = LittleEndian.long(locator, 8)
    var record: [UInt8] = []
    guard place >= 0, place <= end.offset - 20 - 56 else {
      throw DatasetsError.zip(file: name, reason: "its Zip64 directory is damaged")
    }
    try file.read(at: place, count: 56, into: &record)
    guard LittleEndian.word(record, 0) == 0x0606_4b50 else {
      throw DatasetsError.zip(file: name, reason: "its Zip64 directory is damaged")
    }
    return DirectoryEnd(
      count: max(0, LittleEndian.long(record, 32)), size: LittleEndian.long(record, 40),
      start: LittleEndian.long(record, 48), limit: place)
  }

  /// The last record: 22 bytes and a comment of at most 65,535.
  private static func endRecord(of file: borrowing File, _ name: String) throws -> (
    offset: Int, bytes: [UInt8]
  ) {
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
    throw DatasetsError.zip(file: name, reason: "not a zip archive, or cut off")
  }

  /// The member at `place`, and where the next one is; no member where one of its numbers should be in a Zip64 field and is not.
  private static func member(in directory: [UInt8], at place: Int) -> (Member?, next: Int)? {
    guard place + 46 <= directory.count, LittleEndian.word(directory, place) == 0x0201_4b50 else {
      return nil
    }
    func half(_ offset: Int) -> Int { LittleEndian.half(directory, place + offset) }
    func word(_ offset: Int) -> Int { LittleEndian.word(directory, place + offset) }
    let nameEnd = place + 46 + half(28)
    let extraEnd = nameEnd + half(30)
    let next = extraEnd + half(32)
    guard next <= directory.count else { return nil }
    var numbers = [word(24), word(20), word(42)]
    guard widen(&numbers, by: directory[nameEnd..<extraEnd]) else { return (nil, next) }
    let isUnix = half(4) >> 8 == 3
    let member = Member(
      name: String(decoding: directory[(place + 46)..<nameEnd], as: UTF8.self), byteCount: numbers[0],
      packedCount: numbers[1], method: half(10), flags: half(8), checksum: UInt32(word(16)),
      headerOffset: numbers[2], mode: isUnix ? word(38) >> 16 : 0)
    return (member, next)
  }

  /// Replaces the numbers that are all ones by those of the Zip64 field, in order; false where there is none for them.
  private static func widen(_ numbers: inout [Int], by extra: ArraySlice<UInt8>) -> Bool {
    let narrow = numbers.indices.filter { numbers[$0] == 0xffff_ffff }
    guard !narrow.isEmpty else { return true }
    let fields = Array(extra)
    var place = 0
    while place + 4 <= fields.count {
      let count = LittleEndian.half(fields, place + 2)
      guard place + 4 + count <= fields.count else { return false }
      if LittleEndian.half(fields, place) == 1 {
        guard count >= 8 * narrow.count else { return false }
        for (index, number) in narrow.enumerated() {
          numbers[number] = LittleEndian.long(fields, place + 4 + 8 * index)
          guard numbers[number] >= 0, numbers[number] < 1 << 60 else { return false }
        }
        return true
      }
      place += 4 + count
    }
    return false
  }
}

extension ZipArchive {
  /// Numbers in archives.
  enum LittleEndian {
    static func half(_ bytes: [UInt8], _ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }

    static func word(_ bytes: [UInt8], _ place: Int) -> Int {
      half(bytes, place) | half(bytes, place + 2) << 16
    }

    /// Negative beyond 2^63.
    static func long(_ bytes: [UInt8], _ place: Int) -> Int {
      word(bytes, place) | word(bytes, place + 4) << 32
    }
  }
}
