internal import Basics
internal import Store
internal import Tokenizer

/// One run of a ``CountsSpill``, which has its format, being read.
struct CountsRun {
  /// The pretoken at hand and how often it was counted.
  var pretoken: Range<Int> = 0..<0
  private(set) var count: Int64 = 0
  /// A part of the run.
  private(set) var bytes: [UInt8] = []
  /// Where reading goes on in `bytes`, and in the file, where the run's records end.
  private var place = 0
  private var next: Int
  private let end: Int
  private let piece: Int
  private var hash = XXH64()
  private var records = 0
  /// The first eight bytes of the pretoken, to compare by.
  private(set) var prefix: UInt64 = 0

  private static let footer = 16

  init(_ range: Range<Int>, piece: Int) {
    next = range.lowerBound
    end = range.upperBound - Self.footer
    self.piece = piece
  }

  /// Goes to the next record; false at the end.
  mutating func advance(_ file: borrowing File) throws(PipelineError) -> Bool {
    if place == bytes.count, next == end {
      try checkFooter(file)
      return false
    }
    while true {
      var offset = place
      if let length = Varint.read(bytes.span, at: &offset), length > 0 {
        let start = offset
        if length <= UInt64(bytes.count - start) {
          offset += Int(length)
          if let count = Varint.read(bytes.span, at: &offset) {
            guard let number = Int64(exactly: count), number > 0 else { break }
            take(start..<start + Int(length), number)
            place = offset
            return true
          }
        }
      }
      guard next < end else { break }
      try read(file)
    }
    throw .damagedCounts(file: file.path)
  }

  private mutating func take(_ range: Range<Int>, _ count: Int64) {
    pretoken = range
    self.count = count
    records += 1
    prefix = 0
    for index in 0..<8 {
      prefix = prefix << 8 | (index < range.count ? UInt64(bytes[range.lowerBound + index]) : 0)
    }
  }

  /// Reads on; what is in front of the place is forgotten. A record that does not fit makes the next piece larger.
  private mutating func read(_ file: borrowing File) throws(PipelineError) {
    let rest = bytes[place...]
    let count = min(end - next, max(piece, rest.count))
    var more: [UInt8] = []
    do {
      try file.read(at: next, count: count, into: &more)
    } catch {
      guard error.code != 0 else { throw .damagedCounts(file: file.path) }
      throw .file(error)
    }
    hash.update(more.span)
    next += count
    bytes = rest + more
    place = 0
  }

  private mutating func checkFooter(_ file: borrowing File) throws(PipelineError) {
    var footer: [UInt8] = []
    do {
      try file.read(at: end, count: Self.footer, into: &footer)
    } catch {
      guard error.code != 0 else { throw .damagedCounts(file: file.path) }
      throw .file(error)
    }
    hash.update(footer.span.extracting(0..<8))
    guard footer == Self.bytes(UInt64(records)) + Self.bytes(hash.finish()) else {
      throw .damagedCounts(file: file.path)
    }
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  /// Writes counts as a run behind the `start` bytes of the file, and forgets them. Returns where the run lies.
  static func write(
    _ counts: inout PretokenCounts, to file: borrowing File, at start: Int
  ) throws(FileError) -> Range<Int> {
    var end = start
    var hash = XXH64()
    let records = counts.distinctCount
    var bytes: [UInt8] = []
    func put(_ file: borrowing File) throws(FileError) {
      hash.update(bytes.span)
      try file.write(bytes.span)
      end += bytes.count
      bytes.removeAll(keepingCapacity: true)
    }
    try counts.drainSorted { (pretoken: Span<UInt8>, count: Int64) throws(FileError) in
      Varint.append(UInt64(pretoken.count), to: &bytes)
      for index in pretoken.indices { bytes.append(pretoken[index]) }
      Varint.append(UInt64(count), to: &bytes)
      if bytes.count > 1 << 16 { try put(file) }
    }
    bytes += Self.bytes(UInt64(records))
    try put(file)
    try file.write(Self.bytes(hash.finish()).span)
    return start..<end + 8
  }
}
