internal import Basics

extension Tokenizer {
  /// Reads Hugging Face's `tokenizer.json`, where it is byte-level BPE; all else is refused.
  ///
  /// Ids that neither the vocabulary nor an added token has are not used.
  ///
  /// - Throws: ``TokenizerError/unsupported(_:is:)`` with the name of the setting; for merges the errors of `merges.txt`,
  ///   their number for the line.
  public init(huggingFaceFile: [UInt8]) throws(TokenizerError) {
    let file = try HuggingFaceFile(huggingFaceFile.span)
    let vocabulary = try Self.vocabulary(file)
    let special = Set(file.specialTokens.map { Int($0.id) })
    var index = TokenIndex(vocabulary)
    for id in 0..<vocabulary.count where vocabulary.length(of: id) > 0 && !special.contains(id) {
      if let other = index.insert(id) {
        throw .duplicateToken(ByteAlphabet.spelling(vocabulary.bytes(of: id)), TokenID(other), TokenID(id))
      }
    }
    let bytes = try index.bytes()
    let merges = try MergesFile(file.merges.span, vocabulary, index, bytes: bytes)
    if !file.ignoresMerges {
      for id in 0..<vocabulary.count
      where !merges.isMade[id] && !special.contains(id) && vocabulary.length(of: id) > 0 {
        throw .notMade(ByteAlphabet.spelling(vocabulary.bytes(of: id)), id: TokenID(id))
      }
    }
    do {
      storage = try Storage(
        vocabulary, bytes: bytes, merges: merges.merges, specialTokens: file.specialTokens,
        pattern: file.pattern, takesWholeTokens: file.ignoresMerges)
    } catch .duplicateMerge(let merge) {
      throw .duplicateMerge(line: merge + merges.firstLine)
    }
  }

  private static func vocabulary(_ file: HuggingFaceFile) throws(TokenizerError) -> Vocabulary {
    var bytes: [UInt8] = []
    var places: [Range<Int>] = []
    func add(_ start: Int, _ id: Int) throws(TokenizerError) {
      guard 0..<Vocabulary.limit ~= id else { throw .tooManyTokens(id, limit: Vocabulary.limit) }
      guard start < bytes.count else { throw .badTokenizerFile(reason: "a token is empty") }
      guard bytes.count - start <= Vocabulary.longestToken else {
        throw .tokenTooLong(bytes: bytes.count - start, limit: Vocabulary.longestToken)
      }
      while places.count <= id { places.append(0..<0) }
      guard places[id].isEmpty else { throw .duplicateID(TokenID(id)) }
      places[id] = start..<bytes.count
    }
    let special = Dictionary(
      uniqueKeysWithValues: file.specialTokens.map { (Array($0.name.utf8), Int($0.id)) })
    for token in file.specialTokens {
      let start = bytes.count
      bytes += Array(token.name.utf8)
      try add(start, Int(token.id))
    }
    for token in file.vocabulary {
      guard let id = token.value.integer else {
        throw .badTokenizerFile(reason: "the id of '\(token.name.shortened)' is no whole number")
      }
      if let added = special[Array(token.name.utf8)] {
        guard added == id else { throw .duplicateToken(token.name, TokenID(added), TokenID(clamping: id)) }
        continue
      }
      let start = bytes.count, name = Array(token.name.utf8)
      guard ByteAlphabet.decode(name.span, 0..<name.count, into: &bytes) else {
        throw .notMade(token.name, id: TokenID(clamping: id))
      }
      try add(start, id)
    }
    return Vocabulary(bytes.span, places: places)
  }
}
