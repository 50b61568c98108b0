extension Tokenizer {
  /// What all copies of a tokenizer share.
  ///
  /// Unchecked: nothing changes after `init`; encoders copy the seed.
  @safe final class Storage: @unchecked Sendable {
    let vocabulary: Vocabulary
    /// In the order they were learned.
    let mergeList: [Merge]
    let merges: MergeTable
    let specialTokens: [SpecialToken]
    let pattern: Pretokenizer.Pattern
    /// Tokens that their own bytes become only where these are a whole pretoken.
    let wholeTokens: WholeTokens
    /// The tokens of every short pretoken that is itself in the vocabulary: what encoders begin with.
    let seed: PretokenCache

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
      var isSpecial = [Bool](repeating: false, count: vocabulary.count)
      for token in specialTokens { isSpecial[Int(token.id)] = true }
      let isReachable =
        self.merges.hasSharedResults
        ? [Bool](repeating: false, count: vocabulary.count)
        : Reachability(merges, self.merges, bytes: bytes, tokens: vocabulary.count).isReachable
      // Ids without bytes are not used.
      let ids = (0..<vocabulary.count).filter { !isSpecial[$0] && vocabulary.length(of: $0) > 0 }
      wholeTokens = WholeTokens(
        vocabulary, self.merges, takesWholeTokens ? ids.filter { !isReachable[$0] } : [])
      seed = Self.seed(
        vocabulary, self.merges, isReachable: takesWholeTokens ? nil : isReachable, ids: ids)
    }

    /// A token's own bytes need not become that token: merges of other pairs may come first.
    ///
    /// - Parameter isReachable: nil where every pretoken that is a token is to become it.
    private static func seed(
      _ vocabulary: Vocabulary, _ merges: MergeTable, isReachable: [Bool]?, ids: [Int]
    ) -> PretokenCache {
      var cache = PretokenCache(entries: ids.count, vocabularySize: vocabulary.count)
      var merger = ShortMerger(merges)
      unsafe withUnsafeTemporaryAllocation(of: TokenID.self, capacity: PretokenKey.longest) { room in
        let room = room.baseAddress!
        for id in ids where vocabulary.length(of: id) <= PretokenKey.longest {
          let bytes = unsafe vocabulary.pointer(to: id)
          unsafe room[0] = TokenID(id)
          let count =
            unsafe isReachable?[id] ?? true
            ? 1 : merger.merge(bytes.baseAddress!, count: bytes.count, into: room)
          let key = unsafe PretokenKey(bytes.baseAddress!, count: bytes.count)
          unsafe cache.insert(key, UnsafeBufferPointer(start: room, count: count))
        }
      }
      return cache
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
