public import Basics

extension Tokenizer {
  /// The vocabulary as GPT-2 tools load it: `vocab.json`, the tokens by id.
  public func vocabularyFile() -> [UInt8] {
    let special = Set(specialTokens.map(\.id))
    var file: [UInt8] = [UInt8(ascii: "{")]
    for id in 0..<TokenID(size) where storage.vocabulary.length(of: Int(id)) > 0 {
      if file.count > 1 { file += Array(", ".utf8) }
      let bytes = storage.vocabulary.bytes(of: Int(id))
      if special.contains(id) {
        JSON.write(bytes, to: &file)
      } else {
        JSON.write(ByteAlphabet.spelling(bytes).utf8, to: &file)
      }
      file += Array(": \(id)".utf8)
    }
    file.append(UInt8(ascii: "}"))
    return file
  }

  /// The merges as GPT-2 tools load them: `merges.txt`, which begins with `#version: 0.2` and ends with a newline.
  public func mergesFile() -> [UInt8] {
    var file = Array("#version: 0.2\n".utf8)
    for merge in storage.mergeList {
      ByteAlphabet.encode(storage.vocabulary.bytes(of: Int(merge.left)), into: &file)
      file.append(UInt8(ascii: " "))
      ByteAlphabet.encode(storage.vocabulary.bytes(of: Int(merge.right)), into: &file)
      file.append(UInt8(ascii: "\n"))
    }
    return file
  }

  /// SHA-256 that names this tokenizer: tokenizers that have the same digest give the same tokens for the same text.
  ///
  /// It is of the pattern's name; the number of tokens, and for each its length and its bytes; the number of
  /// merges, and for each its left, right and resulting token; the number of special tokens, and the id of each; and
  /// where there are tokens that only a whole pretoken becomes, of their number and their ids.
  /// Numbers are little-endian and have four bytes. How the files were spelled does not matter. It is worked out on every call.
  public var digest: Digest {
    var bytes = Array(pattern.name.utf8)
    func add(_ number: Int) {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    add(size)
    for id in 0..<size {
      let token = storage.vocabulary.bytes(of: id)
      add(token.count)
      bytes += token
    }
    add(storage.mergeList.count)
    for merge in storage.mergeList {
      for token in [merge.left, merge.right, merge.result] { add(Int(token)) }
    }
    add(specialTokens.count)
    for token in specialTokens { add(Int(token.id)) }
    if !storage.wholeTokens.isEmpty {
      for id in [storage.wholeTokens.ids.count] + storage.wholeTokens.ids { add(id) }
    }
    return SHA256.hash(bytes)
  }
}
