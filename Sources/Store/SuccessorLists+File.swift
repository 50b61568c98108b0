internal import Basics

/// The file: a header, then the content as one zstd frame.
extension SuccessorLists {
  static let magic = Array("TESSTBL\n".utf8)
  static let headerSize = 32
  /// No file is larger, and no content, so that a hostile file cannot ask for memory.
  static let maximumFileSize = 1 << 25

  /// The whole file.
  package var fileBytes: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: ShardFormat.version)
    bytes.append(littleEndian: UInt32(vocabularySize))
    bytes.append(littleEndian: UInt32(frequent.count))
    bytes.append(littleEndian: UInt32(successors.count))
    bytes.append(littleEndian: 0 as UInt64)
    // Higher levels find nothing more in it.
    var compressor = ZstdCompressor(level: 3)
    compressor.compress(content.span, appendingTo: &bytes)
    return bytes
  }

  /// What the zstd frame holds.
  package var content: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * frequent.count + lengths.count + 2 * successors.count)
    for start in stride(from: 0, to: frequent.count, by: Self.groupSize) {
      let group = start..<min(start + Self.groupSize, frequent.count)
      Self.append(ascending: frequent[group], to: &bytes)
    }
    bytes += lengths
    let places = places.span
    var start = 0
    for length in lengths where length > 0 {
      let list = successors[start..<start + Int(length)].map { places[Int($0)] }
      for (number, group) in Self.groups(list.count).enumerated() {
        if number > 0 {
          Self.append(ascending: list[group], to: &bytes)
        } else {
          for place in list[group] { Varint.append(UInt64(place), to: &bytes) }
        }
      }
      start += list.count
    }
    return bytes
  }

  private static func append(ascending numbers: ArraySlice<UInt32>, to bytes: inout [UInt8]) {
    var least: UInt32 = 0
    for number in numbers {
      Varint.append(UInt64(number - least), to: &bytes)
      least = number + 1
    }
  }

  /// Reads a file back. Whatever it holds, memory stays within a few times ``maximumFileSize``.
  package init(file: [UInt8]) throws(CodecTableError) {
    guard file.count >= Self.headerSize, file.count <= Self.maximumFileSize, file.starts(with: Self.magic)
    else { throw CodecTableError(reason: "it does not begin like a codec table") }
    func field(_ offset: Int) -> Int { Int(file.span.littleEndian(at: offset) as UInt32) }
    guard field(8) == ShardFormat.version else {
      throw CodecTableError(reason: "it is of version \(field(8)), and this program reads version 1")
    }
    let (vocabulary, frequent, successors) = (field(12), field(16), field(20))
    guard vocabulary <= Self.maximumVocabulary, frequent <= min(vocabulary, Self.maximumFrequent),
      vocabulary != 1 << 16 || frequent == Self.maximumFrequent,
      successors <= Self.maximumSuccessors, file.span.littleEndian(at: 24) == 0 as UInt64
    else { throw CodecTableError(reason: "its header is impossible") }
    let content = try Self.unpack(Array(file[Self.headerSize...]))
    var reader = SuccessorListsReader(vocabularySize: vocabulary)
    try reader.read(content.span, frequent: frequent, successors: successors)
    self = reader.lists
  }

  private static func unpack(_ frame: [UInt8]) throws(CodecTableError) -> [UInt8] {
    guard let size = ZstdDecompressor.contentSize(frame.span), size <= maximumFileSize else {
      throw CodecTableError(reason: "its content is too large or no zstd frame")
    }
    var decompressor = ZstdDecompressor()
    var content: [UInt8] = []
    if let problem = decompressor.decompress(frame, count: size, into: &content) {
      throw CodecTableError(reason: problem)
    }
    return content
  }
}

/// Reads the content of a table, every number held against its bounds.
private struct SuccessorListsReader {
  var lists: SuccessorLists
  private let vocabularySize: Int
  private var place = 0

  init(vocabularySize: Int) {
    self.vocabularySize = vocabularySize
    lists = SuccessorLists(frequent: [], lengths: [], successors: [])
  }

  mutating func read(_ bytes: Span<UInt8>, frequent: Int, successors: Int) throws(CodecTableError) {
    while lists.frequent.count < frequent {
      let group = try readGroup(bytes, min(SuccessorLists.groupSize, frequent - lists.frequent.count))
      lists.frequent += group
    }
    guard bytes.count - place >= vocabularySize else { throw Self.impossible }
    lists.lengths = Array(bytes, place..<place + vocabularySize)
    place += vocabularySize
    guard lists.lengths.allSatisfy({ $0 <= SuccessorLists.ranks }),
      lists.lengths.reduce(0, { $0 + Int($1) }) == successors
    else { throw Self.impossible }
    let order = try distinctOrder()
    lists.successors.reserveCapacity(successors)
    for length in lists.lengths where length > 0 {
      try readList(bytes, Int(length), order.span)
    }
    guard place == bytes.count else { throw Self.impossible }
  }

  /// The order of ids that places count in. A frequent id that comes twice would make it longer than the vocabulary.
  private func distinctOrder() throws(CodecTableError) -> [UInt32] {
    let order = lists.order
    guard order.count == vocabularySize else {
      throw CodecTableError(reason: "a frequent id comes twice")
    }
    return order
  }

  private mutating func readList(_ bytes: Span<UInt8>, _ length: Int, _ order: Span<UInt32>)
    throws(CodecTableError)
  {
    for (number, group) in SuccessorLists.groups(length).enumerated() {
      var places: [UInt32] = []
      if number > 0 {
        places = try readGroup(bytes, group.count)
      } else {
        for _ in group { places.append(try readNumber(bytes, from: 0)) }
      }
      for place in places { lists.successors.append(order[Int(place)]) }
    }
  }

  private mutating func readGroup(_ bytes: Span<UInt8>, _ count: Int) throws(CodecTableError) -> [UInt32] {
    var numbers: [UInt32] = []
    for _ in 0..<count { numbers.append(try readNumber(bytes, from: numbers.last.map { Int($0) + 1 } ?? 0)) }
    return numbers
  }

  /// A number below the vocabulary's size that is written as its distance from `least`.
  private mutating func readNumber(_ bytes: Span<UInt8>, from least: Int) throws(CodecTableError) -> UInt32 {
    guard let distance = Varint.read(bytes, at: &place), distance < vocabularySize,
      least + Int(distance) < vocabularySize
    else { throw Self.impossible }
    return UInt32(least + Int(distance))
  }

  private static var impossible: CodecTableError { CodecTableError(reason: "its content is impossible") }
}
