/// Finds the rows of delimited text, as ``DelimitedText`` has them: line ends within quotation marks end none.
///
/// A record is a row with its line end. Empty rows are records, too.
struct RowScanner: RecordScanner {
  private enum State { case mark(Int), start, plain, quoted, quoteInQuoted, carriageReturn }

  private let delimiter: UInt8
  private var state: State
  /// Where the row begins that has not ended yet.
  private(set) var cut = 0

  /// - Parameter isStart: whether the text begins a file, where a byte order mark may stand
  init(delimiter: UInt8, isStart: Bool) {
    self.delimiter = delimiter
    state = isStart ? .mark(0) : .start
  }

  mutating func scan(
    _ text: Span<UInt8>, from place: Int, into records: inout [Range<Int>]
  ) throws(RecordFault) {
    var (state, row) = (state, cut)
    for index in place..<text.count {
      let byte = text[index]
      if case .mark(let count) = state {
        if byte == Self.mark[count] {
          state = count == 2 ? .start : .mark(count + 1)
          continue
        }
        state = count == 0 ? .start : .plain
      }
      if case .carriageReturn = state {
        let end = byte == Self.newline ? index + 1 : index
        records.append(row..<end)
        row = end
        state = .start
        if byte == Self.newline { continue }
      }
      switch state {
      case .quoted:
        if byte == Self.quote { state = .quoteInQuoted }
        continue
      case .quoteInQuoted where byte == Self.quote:
        state = .quoted
        continue
      case .start where byte == Self.quote:
        state = .quoted
        continue
      default: break
      }
      switch byte {
      case delimiter: state = .start
      case Self.newline:
        records.append(row..<index + 1)
        row = index + 1
        state = .start
      case Self.carriageReturn: state = .carriageReturn
      default: state = .plain
      }
    }
    (self.state, cut) = (state, row)
  }

  mutating func finish(
    _ count: Int, endsFile: Bool, into records: inout [Range<Int>]
  ) throws(RecordFault) {
    // A quotation mark that is still open is an error of the row, and found where it is read.
    if cut < count { records.append(cut..<count) }
    cut = count
  }

  mutating func drop(_ count: Int) { cut -= count }

  private static let mark: InlineArray<3, UInt8> = [0xef, 0xbb, 0xbf]
  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
