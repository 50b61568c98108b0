/// Finds where the pretokens of a text start, some at a time: one type for each ``Pretokenizer/Pattern``, which the hot
/// loops are generic over.
protocol PretokenScanning {
  /// - Precondition: the text, of at least one byte, outlives the scanner.
  @unsafe init(_ text: UnsafePointer<UInt8>, count: Int)

  var isAtEnd: Bool { get }

  /// Writes where the next pretokens start and returns how many do: at most 64, for which there must be room. Places
  /// after the last one written are left with any value.
  @unsafe mutating func next(into starts: UnsafeMutablePointer<Int>) -> Int
}

extension PretokenScanner: PretokenScanning {}

/// A scanner that walks from one pretoken to the next.
protocol PretokenWalker: PretokenScanning {
  var place: Int { get set }
  var text: PatternText { get }

  /// Where the pretoken that begins at `start` ends.
  func end(of start: Int) -> Int
}

extension PretokenWalker {
  var isAtEnd: Bool { place >= text.count }

  @inline(__always)
  @unsafe mutating func next(into starts: UnsafeMutablePointer<Int>) -> Int {
    var found = 0
    var place = place
    while found < ByteBlock.size, place < text.count {
      unsafe starts[found] = place
      found &+= 1
      place = end(of: place)
    }
    self.place = place
    return found
  }
}
