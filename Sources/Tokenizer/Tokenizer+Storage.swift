internal import Synchronization

extension Tokenizer {
  /// What all copies of a tokenizer share.
  ///
  /// Unchecked: nothing changes after `init` but the seed, which is made once.
  @safe final class Storage: @unchecked Sendable {
    let vocabulary: Vocabulary
    /// In the order they were learned.
    let mergeList: [Merge]
    let merges: MergeTable
    let specialTokens: [SpecialToken]
    let pattern: Pretokenizer.Pattern
    /// Tokens that their own bytes become only where these are a whole pretoken.
    let wholeTokens: WholeTokens
    /// A pretoken that is an ordinary token is that token, whatever the merges make of it.
    let takesWholeTokens: Bool
    private let madeSeed = Mutex<EncoderSeed?>(nil)

    /// - Parameters:
    ///   - bytes: the token of each byte
    ///   - takesWholeTokens: a pretoken that is an ordinary token is that token, whatever the merges make of it
    /// - Throws: ``TokenizerError/duplicateMerge(line:)``, the merge's number for its line.
    init(
      _ vocabulary: Vocabulary, bytes: [TokenID], merges: [Merge], specialTokens: [SpecialToken],
      pattern: Pretokenizer.Pattern = .gpt2, takesWholeTokens: Bool = false
    ) throws(TokenizerError) {
      self.pattern = pattern
      self.vocabulary = vocabulary
      mergeList = merges
      self.merges = try MergeTable(merges, bytes: bytes)
      self.specialTokens = specialTokens
      self.takesWholeTokens = takesWholeTokens
      guard takesWholeTokens else {
        wholeTokens = WholeTokens(vocabulary, self.merges, [])
        return
      }
      let isReachable = Self.reachability(self.merges, merges, tokens: vocabulary.count)
      let ids = Self.ordinaryTokens(vocabulary, specialTokens)
      wholeTokens = WholeTokens(vocabulary, self.merges, ids.filter { !isReachable[$0] })
    }

    /// Made for the first encoder: those who only decode need none.
    var seed: EncoderSeed {
      madeSeed.withLock { seed in
        if let seed { return seed }
        let made = EncoderSeed(self)
        seed = made
        return made
      }
    }

    /// By id: whether the token is what its own bytes become.
    func reachability() -> [Bool] { Self.reachability(merges, mergeList, tokens: vocabulary.count) }

    private static func reachability(_ table: MergeTable, _ merges: [Merge], tokens: Int) -> [Bool] {
      // Where that cannot be told so, none counts as such.
      guard !table.hasSharedResults else { return [Bool](repeating: false, count: tokens) }
      let bytes = (0...255 as ClosedRange<UInt8>).map { table.token(of: $0) }
      return Reachability(merges, table, bytes: bytes, tokens: tokens).isReachable
    }

    /// The ids that text can become: those without bytes are not used.
    var ordinaryTokens: [Int] { Self.ordinaryTokens(vocabulary, specialTokens) }

    private static func ordinaryTokens(_ vocabulary: Vocabulary, _ specialTokens: [SpecialToken]) -> [Int] {
      var isSpecial = [Bool](repeating: false, count: vocabulary.count)
      for token in specialTokens { isSpecial[Int(token.id)] = true }
      return (0..<vocabulary.count).filter { !isSpecial[$0] && vocabulary.length(of: $0) > 0 }
    }
  }
}

extension Tokenizer.Storage {
  convenience init(
    vocabularyFile: Span<UInt8>, mergesFile: Span<UInt8>, pattern: Pretokenizer.Pattern
  ) throws(TokenizerError) {
    let file = try VocabularyFile(vocabularyFile)
    let vocabulary = file.vocabulary
    var index = TokenIndex(vocabulary)
    for id in 0..<vocabulary.count where file.isSpelled[id] {
      if let other = index.insert(id) {
        throw .duplicateToken(file.name(of: id), TokenID(other), TokenID(id))
      }
    }
    let bytes = try index.bytes()
    let merges = try MergesFile(mergesFile, vocabulary, index, bytes: bytes)
    let special = try Self.specialTokens(file, isMade: merges.isMade)
    do {
      try self.init(
        vocabulary, bytes: bytes, merges: merges.merges, specialTokens: special, pattern: pattern)
    } catch .duplicateMerge(let merge) {
      throw .duplicateMerge(line: merge + merges.firstLine)
    }
  }

  private static func specialTokens(_ file: borrowing VocabularyFile, isMade: [Bool]) throws(TokenizerError)
    -> [SpecialToken]
  {
    var tokens: [SpecialToken] = []
    for id in isMade.indices where !isMade[id] {
      let name = file.name(of: id)
      let token = SpecialToken(name: name, id: TokenID(id))
      // The bytes of a special token are its name.
      guard token.isBracketed, file.vocabulary.bytes(of: id) == Array(name.utf8) else {
        throw .notMade(name, id: token.id)
      }
      tokens.append(token)
    }
    return tokens
  }
}
