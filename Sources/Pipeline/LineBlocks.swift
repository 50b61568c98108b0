internal import Basics

/// Cuts lines of any number into blocks of whole lines.
///
/// A block has about the length asked for; a longer line is a block of its own, up to ``maximumLine``. So memory does
/// not grow with the file.
package final class LineBlocks {
  /// Longer lines are refused.
  package static let maximumLine = 1 << 26

  private let stream: any ByteStream
  private let file: String
  private let length: Int
  private let maximum: Int
  private var carry: [UInt8] = []
  private var isExhausted = false
  /// Where in the text the next block begins.
  package private(set) var offset: Int
  /// The number of its first line.
  package private(set) var line: Int

  /// - Parameters:
  ///   - offset: what the stream's first byte is counted as.
  ///   - line: the number of the stream's first line.
  package init(
    _ stream: any ByteStream, file: String, offset: Int = 0, line: Int = 1, length: Int = 1 << 20,
    maximum: Int = LineBlocks.maximumLine
  ) {
    self.stream = stream
    self.file = file
    self.offset = offset
    self.line = line
    self.length = length
    self.maximum = maximum
  }

  /// Appends the next lines to `bytes` and returns their length, 0 at the end. Only the file's last line may lack its newline.
  package func next(appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    var searched = 0
    // One byte more than the longest line tells whether that ends just there.
    var wanted = min(length, maximum + 1)
    while true {
      while !isExhausted, carry.count < wanted {
        isExhausted = try stream.read(upTo: wanted - carry.count, appendingTo: &carry) == 0
      }
      if let newline = ByteSearch.last(ASCII.newline, in: carry.span, searched..<carry.count) {
        return try take(newline + 1, into: &bytes)
      }
      guard carry.count <= maximum else { throw .lineTooLong(file: file, line: line, limit: maximum) }
      if isExhausted { return try take(carry.count, into: &bytes) }
      searched = carry.count
      wanted = min(2 * wanted, maximum + 1)
    }
  }

  /// Passes over a line that ``next(appendingTo:)`` has just found too long, in the memory that it has already.
  ///
  /// - Returns: where it begins, and how many bytes it has, its end included
  package func skipLine() throws(PipelineError) -> (offset: Int, byteCount: Int) {
    let start = offset
    while true {
      if let newline = ByteSearch.first(ASCII.newline, in: carry.span, 0..<carry.count) {
        carry.removeFirst(newline + 1)
        offset += newline + 1
        line += 1
        return (start, offset - start)
      }
      offset += carry.count
      carry.removeAll(keepingCapacity: true)
      // No more than that, so that no other line that is too long is in it as a whole.
      let count = min(maximum + 1, 1 << 18)
      if !isExhausted { isExhausted = try stream.read(upTo: count, appendingTo: &carry) == 0 }
      if carry.isEmpty { return (start, offset - start) }
    }
  }

  private func take(_ count: Int, into bytes: inout [UInt8]) throws(PipelineError) -> Int {
    bytes += carry[..<count]
    line += ByteSearch.count(ASCII.newline, in: carry.span, 0..<count)
    carry.removeFirst(count)
    offset += count
    return count
  }
}
