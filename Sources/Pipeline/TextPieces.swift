internal import Basics
package import Tokenizer

/// Cuts one text of any length into pieces that encode apart to the tokens of the whole.
///
/// A piece has about the length asked for; it is longer where there is no white space to cut before, up to
/// ``maximumPiece``; where more than that is asked for at once, longer texts are cut between any two characters. So memory does not grow with the text.
package final class TextPieces {
  /// A text without any white space for more than so many bytes, 16 MiB, is refused: there is no place to cut it that
  /// changes no token, and encoding it in one may take about 30 bytes of memory for each of its own.
  package static let maximumPiece = 1 << 24

  private let stream: any ByteStream
  private let file: String
  private let length: Int
  private let special: [[UInt8]]
  private let pattern: Pretokenizer.Pattern
  private let maximum: Int
  /// Bytes read and not yet handed out.
  private var carry: [UInt8] = []
  private var isExhausted = false
  /// Where in the text the next piece begins.
  package private(set) var offset: Int
  /// Whether the last piece was handed out. An empty text has one, empty piece.
  package private(set) var isDone = false

  /// - Parameters:
  ///   - offset: what the stream's first byte is counted as.
  ///   - special: names of special tokens that must not be cut through.
  ///   - pattern: what pieces are encoded by.
  package init(
    _ stream: any ByteStream, file: String, offset: Int = 0, length: Int = 1 << 20, special: [[UInt8]] = [],
    pattern: Pretokenizer.Pattern, maximum: Int = TextPieces.maximumPiece
  ) {
    self.stream = stream
    self.file = file
    self.offset = offset
    self.length = length
    self.special = special
    self.pattern = pattern
    self.maximum = maximum
  }

  /// The first `count` bytes of what is to come, or all of it.
  func head(_ count: Int) throws(PipelineError) -> [UInt8] {
    try fill(to: count)
    return Array(carry.prefix(count))
  }

  /// Passes over the first `count` bytes of what is to come.
  ///
  /// - Precondition: ``head(_:)`` gave as many.
  func drop(_ count: Int) {
    carry.removeFirst(count)
    offset += count
  }

  /// Passes over all that is to come.
  func skip() throws(PipelineError) {
    offset += carry.count
    carry = []
    var bytes: [UInt8] = []
    while !isExhausted {
      bytes.removeAll(keepingCapacity: true)
      let got = try stream.read(upTo: 1 << 18, appendingTo: &bytes)
      offset += got
      isExhausted = got == 0
    }
    isDone = true
  }

  /// Appends the next piece to `bytes` and returns its length.
  ///
  /// - Precondition: the text is not ``isDone``.
  package func next(appendingTo bytes: inout [UInt8]) throws(PipelineError) -> Int {
    precondition(!isDone, "there is no piece after the last")
    var wanted = length
    while true {
      try fill(to: wanted)
      let cut = isExhausted && carry.count <= wanted ? carry.count : lastCut(upTo: min(wanted, carry.count))
      if let cut { return take(cut, into: &bytes) }
      guard wanted < maximum else {
        // Who wants longer texts than that whole leaves out what is longer still, wherever it is cut.
        if length > maximum { return take(characterStart(before: wanted), into: &bytes) }
        throw .noPlaceToCut(file: file, offset: offset, limit: maximum)
      }
      wanted = min(2 * wanted, maximum)
    }
  }

  /// Whether all that is to come is known to be one piece.
  var isOnePiece: Bool { isExhausted && carry.count <= length }

  /// The last place up to `end` that is within no character.
  private func characterStart(before end: Int) -> Int {
    (max(1, end - 3)...end).last { carry[$0] & 0xc0 != 0x80 } ?? end
  }

  /// Reads until `carry` has at least `count` bytes, and whether that is all.
  private func fill(to count: Int) throws(PipelineError) {
    // One byte more tells whether the text ends just here.
    while !isExhausted, carry.count <= count {
      isExhausted =
        try stream.read(
          upTo: min(max(count + 1 - carry.count, 1 << 16), 1 << 20), appendingTo: &carry) == 0
    }
  }

  private func take(_ cut: Int, into bytes: inout [UInt8]) -> Int {
    bytes += carry[..<cut]
    carry.removeFirst(cut)
    offset += cut
    isDone = isExhausted && carry.isEmpty
    return cut
  }

  private func lastCut(upTo end: Int) -> Int? {
    // A span of a class's property would outlive the access to it.
    let bytes = carry
    return Self.lastCut(in: bytes.span, upTo: end, special: special, pattern: pattern)
  }

  /// The last safe cut within the first `end` bytes of `text`, or within all of it, that goes through no special token's name.
  static func lastCut(
    in text: Span<UInt8>, upTo end: Int? = nil, special: [[UInt8]], pattern: Pretokenizer.Pattern
  ) -> Int? {
    var end = end ?? text.count
    while let cut = Pretokenizer.lastSafeCut(text.extracting(0..<end), pattern: pattern), cut > 0 {
      guard let start = nameStart(in: text, around: cut, special) else { return cut }
      end = start
    }
    return nil
  }

  /// Where the name of a special token begins that a cut at `cut` would go through.
  private static func nameStart(in text: Span<UInt8>, around cut: Int, _ special: [[UInt8]]) -> Int? {
    for name in special {
      for start in max(0, cut - name.count + 1)..<cut
      where start + name.count <= text.count && name.indices.allSatisfy({ text[start + $0] == name[$0] }) {
        return start
      }
    }
    return nil
  }
}
