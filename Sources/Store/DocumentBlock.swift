/// Some documents that follow each other in a shard, as one content to compress: column by column, since the numbers of
/// a column resemble each other.
package struct DocumentBlock: Equatable {
  /// The place of the first document's first token in the shard.
  var firstToken: Int
  /// Documents in the blocks before.
  var firstDocument: Int
  package var documents: [DocumentEntry] = []

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(firstToken))
    bytes.append(littleEndian: UInt64(firstDocument))
    for document in documents { Varint.append(UInt64(document.tokenCount), to: &bytes) }
    var source = 0
    for document in documents {
      Varint.append(Varint.zigzag(document.source - source), to: &bytes)
      source = document.source
    }
    var expected = Place()
    for document in documents {
      Varint.append(Varint.zigzag(document.byteOffset - expected.offset(in: document.source)), to: &bytes)
      expected = Place(source: document.source, offset: document.byteOffset + document.byteCount)
    }
    for document in documents { Varint.append(UInt64(document.byteCount), to: &bytes) }
    for document in documents { Varint.append(UInt64(document.label.map { $0 + 1 } ?? 0), to: &bytes) }
    for document in documents { bytes.append(littleEndian: document.textHash) }
    return bytes
  }

  /// Where the next document begins if nothing lies between.
  private struct Place {
    var source = -1
    var offset = 0

    func offset(in source: Int) -> Int { source == self.source ? offset : 0 }
  }

  package init(firstToken: Int, firstDocument: Int) {
    self.firstToken = firstToken
    self.firstDocument = firstDocument
  }

  /// Reads a block of `count` documents back.
  package init(_ bytes: Span<UInt8>, count: Int) throws(ShardFormatError) {
    guard bytes.count >= 16, let firstToken = Int(exactly: bytes.littleEndian(at: 0) as UInt64),
      let firstDocument = Int(exactly: bytes.littleEndian(at: 8) as UInt64)
    else { throw Self.impossible }
    self.init(firstToken: firstToken, firstDocument: firstDocument)
    var columns = Columns(offset: 16)
    let tokenCounts = try columns.numbers(bytes, count)
    let sources = try columns.differences(bytes, count)
    let byteOffsets = try columns.differences(bytes, count)
    let byteCounts = try columns.numbers(bytes, count)
    let labels = try columns.numbers(bytes, count)
    guard bytes.count - columns.offset == 8 * count else { throw Self.impossible }
    var source = 0
    var expected = Place()
    for index in 0..<count {
      source &+= sources[index]
      let offset = byteOffsets[index] &+ expected.offset(in: source)
      let (end, isTooLong) = offset.addingReportingOverflow(byteCounts[index])
      guard source >= 0, offset >= 0, !isTooLong else { throw Self.impossible }
      documents.append(
        DocumentEntry(
          source: source, byteOffset: offset, byteCount: byteCounts[index],
          textHash: bytes.littleEndian(at: columns.offset + 8 * index),
          label: labels[index] == 0 ? nil : labels[index] - 1, tokenCount: tokenCounts[index]))
      expected = Place(source: source, offset: end)
    }
  }

  private static var impossible: ShardFormatError {
    ShardFormatError(reason: "a document block is impossible")
  }

  /// Walks through the columns of numbers.
  private struct Columns {
    var offset: Int

    mutating func numbers(_ bytes: Span<UInt8>, _ count: Int) throws(ShardFormatError) -> [Int] {
      var numbers: [Int] = []
      for _ in 0..<count {
        guard let value = Varint.read(bytes, at: &offset), let number = Int(exactly: value) else {
          throw impossible
        }
        numbers.append(number)
      }
      return numbers
    }

    mutating func differences(_ bytes: Span<UInt8>, _ count: Int) throws(ShardFormatError) -> [Int] {
      var numbers: [Int] = []
      for _ in 0..<count {
        guard let value = Varint.read(bytes, at: &offset) else { throw impossible }
        numbers.append(Varint.unzigzag(value))
      }
      return numbers
    }
  }
}
