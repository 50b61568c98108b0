/// Cuts text into the pieces that are encoded apart, by GPT-2's rule (``PretokenScanner`` says how):
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// with the classes of characters of Unicode 16, as in tiktoken. Any bytes are text: those that are not UTF-8 are
/// characters of their own, in none of the classes.
public enum Pretokenizer {
  /// Calls `body` with the place of each pretoken, in order. Together they are the whole text.
  public static func forEach(_ text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
    unsafe text.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress, !text.isEmpty else { return }
      var scanner = unsafe PretokenScanner(base, count: text.count)
      unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: ByteBlock.size) { starts in
        var last = 0
        while !scanner.isAtEnd {
          let found = unsafe scanner.next(into: starts.baseAddress!)
          for index in 0..<found {
            let start = unsafe starts[index]
            if start > 0 { body(last..<start) }
            last = start
          }
        }
        body(last..<text.count)
      }
    }
  }
}

extension Pretokenizer {
  /// What the pattern takes a character for.
  package enum Kind: Sendable { case letter, number, space, other }

  /// The version of Unicode that says so.
  package static var unicodeVersion: String { UnicodeTables.version }

  package static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch CharacterClass(rawValue: CharacterClassTable.shared(scalar.value)) {
    case .letter: .letter
    case .number: .number
    case .space: .space
    default: .other
    }
  }
}
