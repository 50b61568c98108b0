internal import Basics

/// Finds where records begin and end in bytes that arrive in pieces.
protocol RecordScanner {
  /// All bytes before this one are done with: a block can end here, and a part of a file begin.
  var cut: Int { get }

  /// Looks at the bytes of `text` from `place` on, which follow those seen before; adds the records that end there.
  mutating func scan(_ text: Span<UInt8>, from place: Int, into records: inout [Range<Int>])
    throws(RecordFault)

  /// The text ends after `count` bytes, and so does the file where `endsFile`.
  mutating func finish(_ count: Int, endsFile: Bool, into records: inout [Range<Int>]) throws(RecordFault)

  /// The first `count` bytes are gone, and places are counted without them.
  mutating func drop(_ count: Int)
}

/// What no record can begin or end with.
struct RecordFault: Error {
  /// A place in the text.
  let place: Int
  let reason: String
}

/// Cuts records of any number into blocks of whole records.
///
/// A block has about the length asked for; a longer record is a block of its own, up to ``LineBlocks/maximumLine``. So memory does
/// not grow with the file.
final class RecordBlocks<Scanner: RecordScanner> {
  /// Whole records, and what is between them.
  struct Block {
    /// Where it begins in the source's text.
    let offset: Int
    /// The number of its first line, counted in the stream.
    let line: Int
    /// The records, counted from the block's first byte.
    let records: [Range<Int>]
  }

  private let place: ReadingPlace
  private let length: Int
  private let maximum: Int
  private var scanner: Scanner
  private var carry: [UInt8] = []
  private var records: [Range<Int>] = []
  private var scanned = 0
  private var isExhausted = false
  private var offset: Int
  private var line = 1

  init(_ place: ReadingPlace, _ scanner: Scanner, length: Int, maximum: Int = LineBlocks.maximumLine) {
    self.place = place
    self.scanner = scanner
    self.length = length
    self.maximum = maximum
    offset = place.offset
  }

  /// Appends the next block's bytes to `bytes`; nil at the end.
  func next(appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Block? {
    var wanted = length
    while !isExhausted, scanner.cut == 0 || carry.count < length {
      while !isExhausted, carry.count < wanted {
        isExhausted = try place.stream.read(upTo: wanted - carry.count, appendingTo: &carry) == 0
      }
      try scan()
      guard carry.count - scanner.cut <= maximum else {
        throw .recordTooLong(file: place.file, offset: offset + scanner.cut - place.base, limit: maximum)
      }
      wanted = min(2 * wanted, maximum + 1)
    }
    let cut = isExhausted ? carry.count : scanner.cut
    return cut > 0 ? take(cut, into: &bytes) : nil
  }

  private func scan() throws(PipelineError) {
    do throws(RecordFault) {
      try scanner.scan(carry.span, from: scanned, into: &records)
      scanned = carry.count
      if isExhausted { try scanner.finish(carry.count, endsFile: place.endsFile, into: &records) }
    } catch {
      throw .records(file: place.file, offset: offset + error.place - place.base, reason: error.reason)
    }
  }

  private func take(_ count: Int, into bytes: inout [UInt8]) -> Block {
    let block = Block(offset: offset, line: line, records: records)
    bytes += carry[..<count]
    line += ByteSearch.count(ASCII.newline, in: carry.span, 0..<count)
    carry.removeFirst(count)
    scanner.drop(count)
    scanned -= count
    offset += count
    records = []
    return block
  }
}
