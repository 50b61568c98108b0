internal import Basics
internal import Tokenizer

/// The slow and obvious versions that the fast ones are compared with.
enum Reference {
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
