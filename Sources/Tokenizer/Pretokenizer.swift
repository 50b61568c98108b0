/// Cuts text into the pieces that are encoded apart, by one of the patterns that vocabularies are made with: GPT-2's, where
/// nothing else is said.
///
/// The classes of characters are those of Unicode 16, as in tiktoken. Any bytes are text: those that are not UTF-8 are
/// characters of their own, in none of the classes.
public enum Pretokenizer {
  /// Calls `body` with the place of each pretoken, in order. Together they are the whole text.
  public static func forEach(_ text: Span<UInt8>, pattern: Pattern = .gpt2, _ body: (Range<Int>) -> Void) {
    unsafe text.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress, !text.isEmpty else { return }
      switch pattern {
      case .gpt2: forEach(unsafe PretokenScanner(base, count: text.count), text.count, body)
      case .cl100k: forEach(unsafe CL100KScanner(base, count: text.count), text.count, body)
      case .o200k: forEach(unsafe O200KScanner(base, count: text.count), text.count, body)
      }
    }
  }

  private static func forEach(_ scanner: some PretokenScanning, _ count: Int, _ body: (Range<Int>) -> Void) {
    var scanner = scanner
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
      body(last..<count)
    }
  }
}

extension Pretokenizer {
  /// What the patterns take a character for.
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

  /// The case that words of `o200k` take a letter or a mark for.
  package enum Case: Sendable { case upper, lower, neither }

  /// The case of what can be in a word of `o200k`; nil of all else.
  package static func wordCase(of scalar: Unicode.Scalar) -> Case? {
    let kind = WordClassTable.shared(scalar.value)
    guard kind.isInWord else { return nil }
    return kind.contains(.upper) ? .upper : kind.contains(.lower) ? .lower : .neither
  }
}
