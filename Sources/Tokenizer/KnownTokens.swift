/// The tokens that learning starts with and those it makes, numbered in the order that decides between pairs seen equally
/// often: the bytes first, then what merges make, the oldest first. Special tokens have no number.
struct KnownTokens: Sendable {
  /// What is being extended; nil where a new vocabulary is learned.
  let base: Tokenizer?
  /// What cuts texts into pretokens.
  let pattern: Pretokenizer.Pattern
  /// The number of each byte.
  let byteNumbers: [UInt32]
  /// The base's numbers, by id, and its ids, by number.
  private(set) var numbers: [UInt32] = []
  private var ids: [TokenID] = []
  /// How many bytes each token has that learning starts with.
  private(set) var lengths = [UInt32](repeating: 1, count: 256)
  /// The merges made, by the numbers of what they join.
  private(set) var learned: [(left: UInt32, right: UInt32)] = []
  /// Of an extension: the bytes of each token, and all that are some token's, special ones included.
  private var texts: [[UInt8]] = []
  private var taken: Set<[UInt8]> = []

  /// A new vocabulary.
  init(_ ties: TieOrder, _ pattern: Pretokenizer.Pattern) {
    base = nil
    self.pattern = pattern
    byteNumbers = Self.byteNumbers(ties)
  }

  /// What extends a tokenizer.
  init(_ tokenizer: Tokenizer, _ ties: TieOrder) {
    base = tokenizer
    pattern = tokenizer.pattern
    byteNumbers = Self.byteNumbers(ties)
    let storage = tokenizer.storage
    ids = ties.order.map { storage.merges.token(of: $0) }
    numbers = [UInt32](repeating: .max, count: tokenizer.size)
    for (number, id) in ids.enumerated() { numbers[Int(id)] = UInt32(number) }
    for merge in storage.mergeList where numbers[Int(merge.result)] == .max {
      numbers[Int(merge.result)] = UInt32(ids.count)
      ids.append(merge.result)
    }
    texts = ids.map { storage.vocabulary.bytes(of: Int($0)) }
    lengths = texts.map { UInt32($0.count) }
    for id in 0..<tokenizer.size { taken.insert(storage.vocabulary.bytes(of: id)) }
  }

  private static func byteNumbers(_ ties: TieOrder) -> [UInt32] {
    var numbers = [UInt32](repeating: 0, count: 256)
    for (number, byte) in ties.order.enumerated() { numbers[Int(byte)] = UInt32(number) }
    return numbers
  }

  /// Whether the bytes of the two together are a token already. In a new vocabulary they never are.
  func isTaken(_ left: UInt32, _ right: UInt32) -> Bool {
    base != nil && taken.contains(texts[Int(left)] + texts[Int(right)])
  }

  /// Makes a token of two.
  mutating func add(_ left: UInt32, _ right: UInt32) {
    learned.append((left, right))
    guard base != nil else { return }
    texts.append(texts[Int(left)] + texts[Int(right)])
    taken.insert(texts[texts.count - 1])
  }

  /// All of them, as a tokenizer.
  func tokenizer() throws(TokenizerError) -> Tokenizer {
    guard let base else {
      return try Tokenizer(Tokenizer.Storage(merges: learned, byteNumbers: byteNumbers, pattern: pattern))
    }
    let old = base.storage, known = ids.count
    func id(_ number: UInt32) -> TokenID {
      Int(number) < known ? ids[Int(number)] : TokenID(base.size + Int(number) - known)
    }
    var merges = old.mergeList
    for (index, merge) in learned.enumerated() {
      merges.append(
        Merge(left: id(merge.left), right: id(merge.right), result: TokenID(base.size + index)))
    }
    let tokens = (0..<base.size).map { old.vocabulary.bytes(of: $0) } + texts[known...]
    return try Tokenizer(
      Tokenizer.Storage(
        Vocabulary(tokens), bytes: (0...255).map { old.merges.token(of: $0) }, merges: merges,
        specialTokens: old.specialTokens, pattern: pattern))
  }
}

extension Vocabulary {
  convenience init(_ tokens: [[UInt8]]) {
    var end = 0
    let places = tokens.map { token in
      defer { end += token.count }
      return end..<end + token.count
    }
    self.init(Array(tokens.joined()).span, places: places)
  }
}

extension Tokenizer.Storage {
  /// A new vocabulary: the bytes in GPT-2's order, what the merges make, `<|endoftext|>`.
  ///
  /// - Parameter byteNumbers: the numbers by which `merges` name the bytes
  convenience init(
    merges: [(left: UInt32, right: UInt32)], byteNumbers: [UInt32], pattern: Pretokenizer.Pattern
  ) throws(TokenizerError) {
    var tokens = ByteAlphabet.order.map { [$0] }
    var ids = [TokenID](repeating: 0, count: 256)
    for (id, byte) in ByteAlphabet.order.enumerated() { ids[Int(byte)] = TokenID(id) }
    var renumbered = [TokenID](repeating: 0, count: 256)
    for (byte, number) in byteNumbers.enumerated() { renumbered[Int(number)] = ids[byte] }
    func id(_ number: UInt32) -> TokenID { number < 256 ? renumbered[Int(number)] : number }
    var list: [Merge] = []
    for merge in merges {
      let left = id(merge.left), right = id(merge.right)
      list.append(Merge(left: left, right: right, result: TokenID(tokens.count)))
      tokens.append(tokens[Int(left)] + tokens[Int(right)])
    }
    let endOfText = SpecialToken(name: SpecialToken.endOfText, id: TokenID(tokens.count))
    tokens.append(Array(endOfText.name.utf8))
    try self.init(
      Vocabulary(tokens), bytes: ids, merges: list, specialTokens: [endOfText],
      pattern: pattern)
  }
}
