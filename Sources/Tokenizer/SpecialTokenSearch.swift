/// Finds the names of special tokens in text.
struct SpecialTokenSearch {
  /// Those looked for, the longest first, each with its name's bytes.
  private var tokens: [(token: SpecialToken, name: [UInt8])] = []
  /// By byte: whether a name begins so.
  private var beginnings: [Bool] = []

  /// - Throws: ``TokenizerError/unknownSpecialToken(_:)`` for a name that is not the tokenizer's.
  init(_ tokenizer: Tokenizer, _ policy: SpecialTokenPolicy) throws(TokenizerError) {
    switch policy {
    case .ordinary: return
    case .error: add(tokenizer.specialTokens)
    case .allow(let names):
      let known = tokenizer.specialTokens
      for name in names.sorted() where !known.contains(where: { $0.name == name }) {
        throw .unknownSpecialToken(name)
      }
      add(known.filter { names.contains($0.name) })
    }
  }

  private mutating func add(_ wanted: [SpecialToken]) {
    tokens = wanted.map { ($0, Array($0.name.utf8)) }.sorted { $0.name.count > $1.name.count }
    beginnings = [Bool](repeating: false, count: 256)
    for token in tokens { beginnings[Int(token.name[0])] = true }
  }

  /// The first occurrence that begins at `start` or later; the longest name of several that begin there.
  func first(in text: Span<UInt8>, from start: Int) -> (token: SpecialToken, offset: Int)? {
    guard !tokens.isEmpty else { return nil }
    for place in start..<text.count where beginnings[Int(text[place])] {
      let found = tokens.first { token in
        token.name.count <= text.count - place
          && token.name.indices.allSatisfy { text[place + $0] == token.name[$0] }
      }
      if let found { return (found.token, place) }
    }
    return nil
  }
}
