internal import CHints

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

/// A scanner that finds the pretokens of 64 bytes at a time, and walks from one to the next where sets of bits do not tell.
protocol PretokenWalker: PretokenScanning {
  var place: Int { get set }
  /// Up to here, every pretoken is looked at by itself.
  var walkEnd: Int { get set }
  var text: PatternText { get }

  /// Whether blocks must tell capitals from small letters.
  static var findsCapitals: Bool { get }

  /// A bit for each byte of a block that starts a pretoken; those after the last ``PatternBlock/certain(_:)`` one
  /// do not matter.
  func starts(in block: PatternBlock) -> UInt64

  /// Where the pretoken that begins at `start` ends.
  func end(of start: Int) -> Int
}

extension PretokenWalker {
  var isAtEnd: Bool { place >= text.count }

  @inline(__always)
  @unsafe mutating func next(into starts: UnsafeMutablePointer<Int>) -> Int {
    if place >= walkEnd {
      guard place &+ PatternBlock.size <= text.count else {
        walkEnd = text.count
        return unsafe walk(into: starts)
      }
      let block = PatternBlock(text, at: place, capitals: Self.findsCapitals)
      let bits = block.certain(self.starts(in: block))
      walkEnd = block.isUnclear ? place &+ block.valid &+ 1 : place
      // The last start is where the next block begins.
      if bits > 1 { return unsafe write(bits, into: starts) }
      walkEnd = max(walkEnd, place &+ 1)
    }
    return unsafe walk(into: starts)
  }

  /// All but the last.
  @inline(__always)
  private mutating func write(_ bits: UInt64, into starts: UnsafeMutablePointer<Int>) -> Int {
    let last = 63 &- bits.leadingZeroBitCount
    let found = unsafe chints_numbers(bits ^ 1 &<< UInt64(truncatingIfNeeded: last), place, starts)
    place &+= last
    return found
  }

  private mutating func walk(into starts: UnsafeMutablePointer<Int>) -> Int {
    var found = 0
    while found < PatternBlock.size, place < walkEnd {
      unsafe starts[found] = place
      found &+= 1
      place = end(of: place)
    }
    return found
  }
}
