internal import Basics
internal import Tokenizer

/// The slow and obvious versions that the fast ones are compared with.
enum Reference {
  /// A character, or a byte that belongs to none.
  struct Character {
    var bytes: [UInt8]
    var kind = Pretokenizer.Kind.other
  }

  static func characters(_ text: [UInt8]) -> [Character] {
    var characters: [Character] = [], place = 0
    while place < text.count {
      let length = UTF8Check.scalarLength(text.span, at: place)
      let bytes = Array(text[place..<place + (length ?? 1)])
      let scalar = length == nil ? nil : String(decoding: bytes, as: UTF8.self).unicodeScalars.first
      characters.append(Character(bytes: bytes, kind: scalar.map(Pretokenizer.kind) ?? .other))
      place += bytes.count
    }
    return characters
  }

  /// GPT-2's pattern, alternative by alternative:
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  static func pretokens(_ text: [UInt8]) -> [[UInt8]] {
    var rest = characters(text)[...], pretokens: [[UInt8]] = []
    while !rest.isEmpty {
      let length =
        contraction(rest) ?? run(rest, of: .letter) ?? run(rest, of: .number) ?? run(rest, of: .other)
        ?? spaces(rest)
      pretokens.append(rest.prefix(length).flatMap(\.bytes))
      rest = rest.dropFirst(length)
    }
    return pretokens
  }

  private static func contraction(_ text: ArraySlice<Character>) -> Int? {
    ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].first { word in
      text.prefix(word.utf8.count).map(\.bytes) == word.utf8.map { [$0] }
    }?.utf8.count
  }

  private static func run(_ text: ArraySlice<Character>, of kind: Pretokenizer.Kind) -> Int? {
    let blanks = text.first?.bytes == [0x20] ? 1 : 0
    let count = text.dropFirst(blanks).prefix { $0.kind == kind }.count
    return count > 0 ? blanks + count : nil
  }

  private static func spaces(_ text: ArraySlice<Character>) -> Int {
    let count = text.prefix { $0.kind == .space }.count
    return count == text.count || count == 1 ? count : count - 1
  }

  /// Merges the two neighbours whose merge is the earliest, the leftmost of several, until no merge applies.
  static func merge(_ tokens: [TokenID], _ merges: [Pair: (rank: Int, result: TokenID)]) -> [TokenID] {
    var tokens = tokens
    while true {
      let places = tokens.indices.dropLast().filter { merges[Pair(tokens[$0], tokens[$0 + 1])] != nil }
      let best = places.min {
        merges[Pair(tokens[$0], tokens[$0 + 1])]!.rank < merges[Pair(tokens[$1], tokens[$1 + 1])]!.rank
      }
      guard let best else { return tokens }
      tokens.replaceSubrange(best...best + 1, with: [merges[Pair(tokens[best], tokens[best + 1])]!.result])
    }
  }

  struct Pair: Hashable {
    var left: TokenID
    var right: TokenID
    init(_ left: TokenID, _ right: TokenID) { (self.left, self.right) = (left, right) }
  }

  /// Learns by counting all pairs anew before every merge; of those seen most often the lowest is merged.
  static func learn(_ words: [[UInt8]], order: [UInt8], merges: Int, minimumCount: Int) -> [(
    [UInt8], [UInt8]
  )] {
    var tokens = order.map { [$0] }
    var words = words.map { $0.map { byte in order.firstIndex(of: byte)! } }
    var learned: [([UInt8], [UInt8])] = []
    while learned.count < merges {
      var counts: [[Int]: Int] = [:]
      for word in words {
        for place in word.indices.dropLast() { counts[[word[place], word[place + 1]], default: 0] += 1 }
      }
      let best = counts.max { ($0.value, $1.key[0], $1.key[1]) < ($1.value, $0.key[0], $0.key[1]) }
      guard let best, best.value >= minimumCount else { break }
      learned.append((tokens[best.key[0]], tokens[best.key[1]]))
      tokens.append(tokens[best.key[0]] + tokens[best.key[1]])
      for index in words.indices {
        var place = 0
        while place + 1 < words[index].count {
          if [words[index][place], words[index][place + 1]] == best.key {
            words[index].replaceSubrange(place...place + 1, with: [tokens.count - 1])
          }
          place += 1
        }
      }
    }
    return learned
  }
}
