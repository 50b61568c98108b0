internal import Basics

/// A vocabulary as `vocab.json` has it: one JSON object, from tokens, spelled in GPT-2's alphabet, to ids.
struct VocabularyFile {
  let vocabulary: Vocabulary
  /// By id: whether the name is of the alphabet. If not, the token's bytes are the name's own.
  let isSpelled: [Bool]

  private struct Entry {
    var place: Range<Int>
    var id: Int
    var isSpelled: Bool
  }

  init(_ text: Span<UInt8>) throws(TokenizerError) {
    var bytes: [UInt8] = []
    let entries: [Entry]
    do {
      entries = try Self.entries(text, &bytes)
    } catch let error as JSONError {
      throw .badVocabulary(reason: error.reason, offset: error.offset)
    } catch let error as TokenizerError {
      throw error
    } catch {
      preconditionFailure("reading a vocabulary fails with errors of two types only")
    }
    let order = try Self.order(entries)
    if let long = entries.first(where: { $0.place.count > Vocabulary.longestToken }) {
      throw .tokenTooLong(bytes: long.place.count, limit: Vocabulary.longestToken)
    }
    vocabulary = Vocabulary(bytes.span, places: order.map { entries[$0].place })
    isSpelled = order.map { entries[$0].isSpelled }
  }

  /// The token as the file spells it.
  func name(of id: Int) -> String {
    let bytes = vocabulary.bytes(of: id)
    guard isSpelled[id] else { return String(decoding: bytes, as: UTF8.self) }
    return ByteAlphabet.spelling(bytes)
  }

  private static func entries(_ text: Span<UInt8>, _ bytes: inout [UInt8]) throws -> [Entry] {
    var parser = JSONParser()
    var entries: [Entry] = []
    var name: [UInt8] = []
    // GPT-2's file has 20 bytes for each token.
    bytes.reserveCapacity(text.count / 2)
    entries.reserveCapacity(text.count / 20)
    try parser.beginObject(text)
    while try parser.nextMember(text, name: &name) {
      let offset = parser.offset
      let id = try parser.integer(text)
      guard id >= 0 else {
        throw TokenizerError.badVocabulary(reason: "the id \(id) is negative", offset: offset)
      }
      guard !name.isEmpty else {
        throw TokenizerError.badVocabulary(reason: "a token is empty", offset: offset)
      }
      let start = bytes.count
      let isSpelled = ByteAlphabet.decode(name.span, 0..<name.count, into: &bytes)
      if !isSpelled { bytes.replaceSubrange(start..., with: name) }
      entries.append(Entry(place: start..<bytes.count, id: id, isSpelled: isSpelled))
    }
    try parser.end(text)
    return entries
  }

  /// The entries by id.
  private static func order(_ entries: [Entry]) throws(TokenizerError) -> [Int] {
    guard entries.count <= Vocabulary.limit else {
      throw .tooManyTokens(entries.count, limit: Vocabulary.limit)
    }
    var order = [Int](repeating: -1, count: entries.count)
    for (index, entry) in entries.enumerated() where entry.id < order.count {
      guard order[entry.id] < 0 else { throw .duplicateID(TokenID(entry.id)) }
      order[entry.id] = index
    }
    if let missing = order.firstIndex(of: -1) { throw .missingID(TokenID(missing)) }
    return order
  }
}
