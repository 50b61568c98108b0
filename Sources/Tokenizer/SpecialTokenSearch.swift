/// Finds the names of special tokens in text.
///
/// The names are sorted, and those that go on as the text does are a range of them that gets narrower with each byte: so
/// a place takes time for the bytes that it has of some name, however many names there are.
struct SpecialTokenSearch {
  /// Those looked for, each with its name's bytes, by which they are sorted.
  private var tokens: [(token: SpecialToken, name: [UInt8])] = []
  /// By byte: whether a name begins so.
  private var beginnings: [Bool] = []
  private var longest = 0

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
    tokens = wanted.map { ($0, Array($0.name.utf8)) }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    longest = tokens.reduce(0) { max($0, $1.name.count) }
    beginnings = [Bool](repeating: false, count: 256)
    for token in tokens { beginnings[Int(token.name[0])] = true }
  }

  /// The first occurrence that begins at `start` or later; the longest name of several that begin there.
  func first(in text: Span<UInt8>, from start: Int) -> (token: SpecialToken, offset: Int)? {
    guard !tokens.isEmpty else { return nil }
    for place in start..<text.count where beginnings[Int(text[place])] {
      if let token = match(in: text, at: place).token { return (token, place) }
    }
    return nil
  }

  /// The same in a text of which more may follow: without a token, the place before which none begins whatever follows.
  func first(inBeginning text: Span<UInt8>, from start: Int) -> (token: SpecialToken?, offset: Int) {
    guard !tokens.isEmpty else { return (nil, text.count) }
    for place in start..<text.count where beginnings[Int(text[place])] {
      let (token, mayGoOn) = match(in: text, at: place)
      if mayGoOn { return (nil, place) }
      if let token { return (token, place) }
    }
    return (nil, text.count)
  }

  /// Where a name begins that a cut at `cut` would go through; nil where there is none.
  func start(around cut: Int, in text: Span<UInt8>) -> Int? {
    guard !tokens.isEmpty else { return nil }
    for place in max(0, cut - longest + 1)..<cut where beginnings[Int(text[place])] {
      if let token = match(in: text, at: place).token, token.name.utf8.count > cut - place { return place }
    }
    return nil
  }

  /// The one with the longest name of those that begin at `place`, and whether the text ends within what may become a longer one.
  private func match(in text: Span<UInt8>, at place: Int) -> (token: SpecialToken?, mayGoOn: Bool) {
    var candidates = tokens.startIndex..<tokens.endIndex
    var longest: SpecialToken?
    var end = place
    while true {
      // Names are sorted: one that has ended comes before all that go on.
      if tokens[candidates.lowerBound].name.count == end - place {
        longest = tokens[candidates.lowerBound].token
        candidates = candidates.dropFirst()
      }
      guard !candidates.isEmpty, end < text.count else { return (longest, !candidates.isEmpty) }
      candidates = narrowed(candidates, to: text[end], at: end - place)
      guard !candidates.isEmpty else { return (longest, false) }
      end += 1
    }
  }

  /// Those of `candidates`, which are the same up to there, that have `byte` at `place`.
  private func narrowed(_ candidates: Range<Int>, to byte: UInt8, at place: Int) -> Range<Int> {
    func first(where isBehind: (UInt8) -> Bool, in range: Range<Int>) -> Int {
      var range = range
      while !range.isEmpty {
        let middle = range.lowerBound + range.count / 2
        if isBehind(tokens[middle].name[place]) {
          range = range.lowerBound..<middle
        } else {
          range = middle + 1..<range.upperBound
        }
      }
      return range.lowerBound
    }
    let start = first(where: { $0 >= byte }, in: candidates)
    return start..<first(where: { $0 > byte }, in: start..<candidates.upperBound)
  }
}
