internal import Basics

extension Tokenizer {
  /// Reads a `.tiktoken` file, which holds the ordinary tokens alone.
  ///
  ///     let tokenizer = try Tokenizer(tiktokenFile: file, .cl100k_base)
  ///
  /// Ids are the file's numbers and need not be all of them: special tokens may lie between, and others are not used. A
  /// pretoken that is a token is that token, as in tiktoken.
  ///
  /// - Throws: ``TokenizerError/badRank(reason:line:)``; ``TokenizerError/duplicateID(_:)`` and
  ///   ``TokenizerError/duplicateToken(_:_:_:)``, special tokens included; ``TokenizerError/missingByte(_:)``.
  public init(
    tiktokenFile: [UInt8], pattern: Pretokenizer.Pattern, specialTokens: [SpecialToken]
  ) throws(TokenizerError) {
    let file = try TiktokenFile(tiktokenFile.span, specialTokens: specialTokens)
    let vocabulary = file.vocabulary
    let special = Set(specialTokens.map { Int($0.id) })
    var index = TokenIndex(vocabulary)
    for id in 0..<vocabulary.count where vocabulary.length(of: id) > 0 {
      if let other = index.insert(id) {
        throw .duplicateToken(ByteAlphabet.spelling(vocabulary.bytes(of: id)), TokenID(other), TokenID(id))
      }
    }
    let bytes = try index.bytes()
    if let id = bytes.first(where: { special.contains(Int($0)) }) {
      throw .missingByte(vocabulary.bytes(of: Int(id))[0])
    }
    storage = try Storage(
      vocabulary, bytes: bytes, merges: try Self.merges(file, bytes, special),
      specialTokens: specialTokens.sorted { $0.id < $1.id }, pattern: pattern, takesWholeTokens: true)
  }

  /// Reads the `.tiktoken` file of an encoding that OpenAI published.
  public init(tiktokenFile: [UInt8], _ encoding: PublishedEncoding) throws(TokenizerError) {
    try self.init(
      tiktokenFile: tiktokenFile, pattern: encoding.pattern, specialTokens: encoding.specialTokens)
  }

  private static func merges(
    _ file: TiktokenFile, _ bytes: [TokenID], _ special: Set<Int>
  ) throws(TokenizerError) -> [Merge] {
    let vocabulary = file.vocabulary
    let ids = (0..<vocabulary.count).filter { vocabulary.length(of: $0) > 1 && !special.contains($0) }
    var finder = MergeFinder(bytes: bytes, count: ids.count)
    var merges: [Merge] = [], unmade: [Int] = []
    merges.reserveCapacity(ids.count)
    for id in ids {
      if let (left, right) = unsafe finder.lastTwo(vocabulary.pointer(to: id)) {
        merges.append(Merge(left: left, right: right, result: TokenID(id)))
        finder.add(merges[merges.count - 1])
      } else {
        unmade.append(id)
      }
    }
    // With the merges of later tokens, some of these may be made after all.
    for id in unmade where unsafe finder.lastTwo(vocabulary.pointer(to: id)) != nil {
      throw file.fault("the token is made of tokens of higher rank", at: id)
    }
    return merges
  }

  /// Whether newer versions of tiktoken make the token where this pattern does not: their cl100k takes all white space at a text's end as one
  /// pretoken (`\s++$`), a line's end among it.
  private func endsInBlanksAfterALine(_ id: TokenID) -> Bool {
    guard let bytes = bytes(of: id), let last = bytes.lastIndex(where: { $0 == 10 || $0 == 13 }) else {
      return false
    }
    let rest = String(decoding: bytes[(last + 1)...], as: UTF8.self).unicodeScalars
    return !rest.isEmpty && rest.allSatisfy(\.properties.isWhitespace)
  }

  /// The ordinary tokens as tiktoken loads them. The special tokens and the pattern are not in it.
  ///
  /// - Throws: ``TokenizerError/notExpressible(as:reason:)`` where tiktoken would give other tokens.
  public func tiktokenFile() throws(TokenizerError) -> [UInt8] {
    if pattern == .cl100k, let id = (0..<TokenID(size)).first(where: endsInBlanksAfterALine) {
      throw .notExpressible(
        as: "a .tiktoken file",
        reason:
          "tiktoken's cl100k has pretokens like its token \(id), blanks after a line's end, only where a text ends"
      )
    }
    let special = Set(specialTokens.map(\.id))
    var file: [UInt8] = []
    for id in 0..<TokenID(size) where !special.contains(id) {
      guard let bytes = bytes(of: id) else { continue }
      Base64.encode(bytes, into: &file)
      file += Array(" \(id)\n".utf8)
    }
    let again = try? Tokenizer(tiktokenFile: file, pattern: pattern, specialTokens: specialTokens)
    guard again?.digest == digest else {
      throw .notExpressible(
        as: "a .tiktoken file", reason: "its merges are not those that the order of its tokens gives")
    }
    return file
  }
}
