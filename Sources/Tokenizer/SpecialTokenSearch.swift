/// Finds the names of special tokens in text.
struct SpecialTokenSearch {
  /// Those looked for, the longest first, each with its name's bytes.
  private var tokens: [(token: SpecialToken, name: [UInt8])] = []
  /// By byte: whether a name begins so.
  private var beginnings: [Bool] = []
  private var longest: Int { tokens.first?.name.count ?? 0 }

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

  /// All special tokens of a tokenizer.
  init(all tokenizer: Tokenizer) { add(tokenizer.specialTokens) }

  private mutating func add(_ wanted: [SpecialToken]) {
    tokens = wanted.map { ($0, Array($0.name.utf8)) }.sorted { $0.name.count > $1.name.count }
    beginnings = [Bool](repeating: false, count: 256)
    for token in tokens { beginnings[Int(token.name[0])] = true }
  }

  /// The first occurrence that begins at `start` or later; the longest name of several that begin there.
  func first(in text: Span<UInt8>, from start: Int) -> (token: SpecialToken, offset: Int)? {
    guard !tokens.isEmpty else { return nil }
    for place in start..<text.count where beginnings[Int(text[place])] {
      if let token = token(in: text, at: place) { return (token, place) }
    }
    return nil
  }

  /// The same in a text of which more may follow: without a token, the place before which none begins whatever follows.
  func first(inBeginning text: Span<UInt8>, from start: Int) -> (token: SpecialToken?, offset: Int) {
    guard !tokens.isEmpty else { return (nil, text.count) }
    for place in start..<text.count where beginnings[Int(text[place])] {
      if text.count - place < longest, isBeginning(text, at: place) { return (nil, place) }
      if let token = token(in: text, at: place) { return (token, place) }
    }
    return (nil, text.count)
  }

  /// Where a name begins that a cut at `cut` would go through; nil where there is none.
  func start(around cut: Int, in text: Span<UInt8>) -> Int? {
    guard !tokens.isEmpty else { return nil }
    for place in max(0, cut - longest + 1)..<cut where beginnings[Int(text[place])] {
      let isCut = tokens.contains { $0.name.count > cut - place && Self.has(text, $0.name, at: place) }
      if isCut { return place }
    }
    return nil
  }

  /// The one with the longest name of those that begin at `place`.
  private func token(in text: Span<UInt8>, at place: Int) -> SpecialToken? {
    tokens.first { Self.has(text, $0.name, at: place) }?.token
  }

  /// Whether the text ends within what may become a name that begins at `place`.
  private func isBeginning(_ text: Span<UInt8>, at place: Int) -> Bool {
    tokens.contains { token in
      token.name.count > text.count - place
        && (place..<text.count).allSatisfy { text[$0] == token.name[$0 - place] }
    }
  }

  private static func has(_ text: Span<UInt8>, _ name: [UInt8], at place: Int) -> Bool {
    name.count <= text.count - place && name.indices.allSatisfy { text[place + $0] == name[$0] }
  }
}
