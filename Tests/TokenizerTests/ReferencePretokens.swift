internal import Basics
internal import Tokenizer

extension Reference {
  /// A character, or a byte that belongs to none.
  struct Character {
    var bytes: [UInt8]
    var kind = Pretokenizer.Kind.other
    var wordCase: Pretokenizer.Case?

    var isLineEnd: Bool { bytes == [0x0a] || bytes == [0x0d] }
  }

  static func characters(_ text: [UInt8]) -> [Character] {
    var characters: [Character] = [], place = 0
    while place < text.count {
      let length = UTF8Check.scalarLength(text.span, at: place)
      let bytes = Array(text[place..<place + (length ?? 1)])
      let scalar = length == nil ? nil : String(decoding: bytes, as: UTF8.self).unicodeScalars.first
      characters.append(
        Character(
          bytes: bytes, kind: scalar.map(Pretokenizer.kind) ?? .other,
          wordCase: scalar.flatMap(Pretokenizer.wordCase)))
      place += bytes.count
    }
    return characters
  }

  /// The first alternative that matches, in its longest form, goes back for the next part where it must: as a simple
  /// engine of regular expressions does it.
  static func pretokens(_ text: [UInt8], pattern: Pretokenizer.Pattern = .gpt2) -> [[UInt8]] {
    let alternatives = alternatives(of: pattern)
    var rest = characters(text)[...], pretokens: [[UInt8]] = []
    while !rest.isEmpty {
      let length = alternatives.lazy.compactMap { match($0[...], rest) }.first!
      pretokens.append(rest.prefix(length).flatMap(\.bytes))
      rest = rest.dropFirst(length)
    }
    return pretokens
  }

  /// A part of an alternative.
  private enum Part {
    /// So many characters of a set.
    case some(ClosedRange<Int>, (Character) -> Bool)
    /// `'s|'t|'re|'ve|'m|'ll|'d`
    case contraction(ignoringCase: Bool, isOptional: Bool)
    /// `(?!\S)`
    case noNonSpace
  }

  private static func match(_ parts: ArraySlice<Part>, _ text: ArraySlice<Character>) -> Int? {
    guard let part = parts.first else { return 0 }
    for length in lengths(part, text) {
      if let rest = match(parts.dropFirst(), text.dropFirst(length)) { return length + rest }
    }
    return nil
  }

  /// What a part can match, what it likes best first.
  private static func lengths(_ part: Part, _ text: ArraySlice<Character>) -> [Int] {
    switch part {
    case .some(let counts, let isIn):
      let most = min(text.prefix(while: isIn).count, counts.upperBound)
      return most < counts.lowerBound ? [] : (counts.lowerBound...most).reversed()
    case .contraction(let ignoringCase, let isOptional):
      let found = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].first { word in
        let head = text.prefix(word.utf8.count).map { String(decoding: $0.bytes, as: UTF8.self) }
        return (ignoringCase ? head.map { $0 == "\u{17f}" ? "s" : $0.lowercased() } : head).joined() == word
      }
      return (found.map { [$0.utf8.count] } ?? []) + (isOptional ? [0] : [])
    case .noNonSpace: return text.first.map { $0.kind == .space } ?? true ? [0] : []
    }
  }

  private static func alternatives(of pattern: Pretokenizer.Pattern) -> [[Part]] {
    func isBlank(_ character: Character) -> Bool { character.bytes == [0x20] }
    func isPrefix(_ character: Character) -> Bool {
      !character.isLineEnd && character.kind != .letter && character.kind != .number
    }
    func isUpper(_ character: Character) -> Bool {
      character.wordCase == .upper || character.wordCase == .neither
    }
    func isLower(_ character: Character) -> Bool {
      character.wordCase == .lower || character.wordCase == .neither
    }
    func run(_ kind: Pretokenizer.Kind) -> Part { .some(1...Int.max) { $0.kind == kind } }
    let spaces: [[Part]] = [[run(.space), .noNonSpace], [run(.space)]]
    let lines: [[Part]] = [[.some(0...Int.max) { $0.kind == .space }, .some(1...Int.max) { $0.isLineEnd }]]
    switch pattern {
    case .gpt2:
      return [[.contraction(ignoringCase: false, isOptional: false)]]
        + [.letter, .number, .other].map { [.some(0...1, isBlank), run($0)] } + spaces
    case .cl100k:
      return [
        [.contraction(ignoringCase: true, isOptional: false)],
        [.some(0...1, isPrefix), run(.letter)], [.some(1...3) { $0.kind == .number }],
        [.some(0...1, isBlank), run(.other), .some(0...Int.max) { $0.isLineEnd }],
      ] + lines + spaces
    case .o200k:
      let contraction = Part.contraction(ignoringCase: true, isOptional: true)
      return [
        [.some(0...1, isPrefix), .some(0...Int.max, isUpper), .some(1...Int.max, isLower), contraction],
        [.some(0...1, isPrefix), .some(1...Int.max, isUpper), .some(0...Int.max, isLower), contraction],
        [.some(1...3) { $0.kind == .number }],
        [
          .some(0...1, isBlank), run(.other), .some(0...Int.max) { $0.isLineEnd || $0.bytes == [0x2f] },
        ],
      ] + lines + spaces
    }
  }
}
