internal import Basics

/// The members of a tar archive, as POSIX (ustar, pax) and GNU tar write them: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
///
/// A source's text is the archive, unpacked where it is packed: `tail -c +(offset + 1) | head -c count` prints a document.
final class TarMembers: ArchiveMembers {
  private let source: Source
  private let stream: any ByteStream
  /// How many bytes of `stream` were read, but for those of the member that is open.
  private var place = 0
  /// Where the member's bytes are.
  private var range = 0..<0
  private var opened: ExactStream?
  /// A second reading of the archive, and how far it is.
  private var scout: (stream: any ByteStream, place: Int, opened: ExactStream?)?

  var position: Int { stream.position }

  /// - Parameter stream: the archive's bytes, unpacked
  init(_ source: Source, _ stream: any ByteStream) {
    self.source = source
    self.stream = stream
  }

  /// A member's name and the like are read into memory up to here.
  private static let longestText = 1 << 20

  func next() throws(PipelineError) -> ArchiveMember? {
    try finishMember()
    var name: String?
    var size: Int?
    var isSparse = false
    while let header = try header() {
      switch header.type {
      case UInt8(ascii: "L"): name = Self.text(try data(header)[...])
      case UInt8(ascii: "K"), UInt8(ascii: "g"): _ = try data(header)
      case UInt8(ascii: "x"):
        let records = try paxRecords(try data(header))
        name = records.last { $0.key == "path" }?.value ?? name
        if let text = records.last(where: { $0.key == "size" })?.value {
          guard let number = Int(text), number >= 0 else { throw damaged("a size that is no number") }
          size = number
        }
        isSparse = records.contains { $0.key.hasPrefix("GNU.sparse.") }
      default:
        if header.isSparse { try passSparseMap(header) }
        let count = header.hasData ? size ?? header.size : 0
        guard count <= Int.max / 2 - place else { throw damaged("a size beyond all files") }
        range = place..<place + count
        if header.isFolder {
          try finishMember()
          (name, size, isSparse) = (nil, nil, false)
          continue
        }
        return ArchiveMember(
          name: name ?? header.name, offset: range.lowerBound, byteCount: count,
          fault: isSparse ? "a sparse file" : header.fault)
      }
    }
    return nil
  }

  func open() throws(PipelineError) -> any ByteStream {
    let bytes = ExactStream(stream, range.count, or: damaged("the archive is cut off"))
    opened = bytes
    return bytes
  }

  func again() throws(PipelineError) -> any ByteStream {
    if let scout {
      let place = scout.place - (scout.opened?.left ?? 0)
      self.scout = place <= range.lowerBound ? (scout.stream, place, nil) : nil
    }
    let place = scout?.place ?? 0
    var known = scout?.stream
    if known == nil { known = try source.openAsStored() }
    guard let stream = known else { preconditionFailure("opened above") }
    try stream.skip(range.lowerBound - place)
    let bytes = ExactStream(stream, range.count, or: damaged("the archive is cut off"))
    scout = (stream, range.upperBound, bytes)
    return bytes
  }

  /// Passes over what is left of the member, and what fills its last block.
  private func finishMember() throws(PipelineError) {
    let left = opened.map(\.left) ?? range.count
    opened = nil
    place = range.upperBound
    let padded = (place + 511) / 512 * 512
    try skip(left)
    try skip(padded - place)
    range = padded..<padded
    place = padded
  }

  private func skip(_ count: Int) throws(PipelineError) {
    var left = count
    while left > 0 {
      try source.checkCancelled()
      let got = try stream.pass(upTo: left)
      guard got > 0 else { throw damaged("the archive is cut off") }
      left -= got
    }
  }

  private func damaged(_ reason: String) -> PipelineError {
    .archive(file: source.file, reason: "byte \(place) of the archive: \(reason)")
  }
}

extension TarMembers {
  /// The block before a member.
  private struct Header {
    let name: String
    let size: Int
    let type: UInt8
    /// Of sparse files as GNU tar writes them: whether blocks follow with more of the map, which no size counts.
    let hasMoreOfMap: Bool

    var isSparse: Bool { type == UInt8(ascii: "S") }
    /// Also with a list of what is in it.
    var isFolder: Bool { type == UInt8(ascii: "5") || type == UInt8(ascii: "D") }

    /// Whether bytes follow. Links may state their target's size.
    var hasData: Bool { !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type) }

    /// Why the member is no file; nil where it is.
    var fault: String? {
      switch type {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): nil
      case UInt8(ascii: "1"), UInt8(ascii: "2"): "a link"
      case UInt8(ascii: "S"): "a sparse file"
      default: "neither a file nor a folder"
      }
    }
  }

  /// The next header; nil at the archive's end, which is two blocks of zeros, or one, and whatever follows.
  private func header() throws(PipelineError) -> Header? {
    let block = try block()
    if block.allSatisfy({ $0 == 0 }) {
      // The end of a packed archive has a checksum that is only looked at when it is reached.
      var rest: [UInt8] = []
      while try stream.read(upTo: 1 << 16, appendingTo: &rest) > 0 { rest.removeAll(keepingCapacity: true) }
      return nil
    }
    guard Self.number(block[148..<156]) == Self.checksum(block) else {
      throw damaged(place == 0 ? "not a tar archive" : "the header's checksum is wrong")
    }
    guard let size = Self.number(block[124..<136]) else { throw damaged("a size that is no number") }
    place += 512
    return Header(name: Self.name(block), size: size, type: block[156], hasMoreOfMap: block[482] != 0)
  }

  private func block() throws(PipelineError) -> [UInt8] {
    var block: [UInt8] = []
    while block.count < 512, try stream.read(upTo: 512 - block.count, appendingTo: &block) > 0 {}
    guard block.count == 512 else {
      throw damaged(place == 0 && block.isEmpty ? "the archive is empty" : "the archive is cut off")
    }
    return block
  }

  /// Passes over the blocks between a sparse file's header and its bytes.
  private func passSparseMap(_ header: Header) throws(PipelineError) {
    var hasMore = header.hasMoreOfMap
    while hasMore {
      try source.checkCancelled()
      hasMore = try block()[504] != 0
      place += 512
    }
  }

  /// What a header about the next member holds.
  private func data(_ header: Header) throws(PipelineError) -> [UInt8] {
    guard header.size <= Self.longestText else { throw damaged("a header of \(header.size) bytes") }
    var bytes: [UInt8] = []
    while bytes.count < header.size {
      guard try stream.read(upTo: header.size - bytes.count, appendingTo: &bytes) > 0 else {
        throw damaged("the archive is cut off")
      }
    }
    let filling = (512 - header.size % 512) % 512
    try skip(filling)
    place += header.size + filling
    return bytes
  }

  /// Records of a pax header: "LENGTH KEY=VALUE\n", the length counting all of it.
  private func paxRecords(_ bytes: [UInt8]) throws(PipelineError) -> [(key: String, value: String)] {
    var records: [(key: String, value: String)] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
        let count = Int(String(decoding: rest[..<space], as: UTF8.self)),
        count > space + 1 - rest.startIndex, count <= rest.count,
        case let record = rest[(space + 1)..<(rest.startIndex + count - 1)],
        let equals = record.firstIndex(of: UInt8(ascii: "="))
      else { throw damaged("a pax header that cannot be read") }
      records.append(
        (
          String(decoding: record[..<equals], as: UTF8.self),
          String(decoding: record[(equals + 1)...], as: UTF8.self)
        ))
      rest = rest.dropFirst(count)
    }
    return records
  }

  /// The sum of all bytes of a header, the checksum's own counted as spaces.
  private static func checksum(_ block: [UInt8]) -> Int {
    block.indices.reduce(0) { $0 + (148..<156 ~= $1 ? 0x20 : Int(block[$1])) }
  }

  /// Octal digits between spaces and zeros, or, marked by the first bit, a number in base 256.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if field.first! & 0x80 != 0 {
      var value = Int(field.first! & 0x7f)
      guard value < 0x40 else { return nil }
      for byte in field.dropFirst() {
        guard value < 1 << 54 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30..<0x38).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func name(_ block: [UInt8]) -> String {
    let name = text(block[0..<100])
    // GNU tar keeps other things where POSIX has the folders above.
    let prefix = block[257..<263].elementsEqual("ustar\0".utf8) ? text(block[345..<500]) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }
}
