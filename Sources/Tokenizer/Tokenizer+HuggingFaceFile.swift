internal import Basics

extension Tokenizer {
  /// The tokenizer as Hugging Face's `tokenizer.json`: all of it, the pattern and the special tokens too.
  ///
  /// - Throws: ``TokenizerError/notExpressible(as:reason:)`` where a special token's name spells an ordinary token as well.
  public func huggingFaceFile() throws(TokenizerError) -> [UInt8] {
    var file = Array("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":".utf8)
    file += JSON.array(specialTokens.map(Self.addedToken)).bytes
    file += Array(",\"normalizer\":null,\"pre_tokenizer\":".utf8)
    file += pretokenizer.bytes
    file += Array(",\"post_processor\":null,\"decoder\":".utf8)
    file += Self.byteLevel(usesPattern: true).bytes
    file += Array(",\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null".utf8)
    file += Array(",\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null".utf8)
    file += Array(",\"fuse_unk\":false,\"byte_fallback\":false".utf8)
    file += Array(",\"ignore_merges\":\(!storage.wholeTokens.isEmpty),\"vocab\":".utf8)
    file += vocabularyFile()
    file += Array(",\"merges\":[".utf8)
    for (index, line) in mergesFile().split(separator: UInt8(ascii: "\n")).dropFirst().enumerated() {
      if index > 0 { file.append(UInt8(ascii: ",")) }
      JSON.write(line, to: &file)
    }
    file += Array("]}}".utf8)
    guard (try? Tokenizer(huggingFaceFile: file))?.digest == digest else {
      throw .notExpressible(
        as: "tokenizer.json", reason: "the name of a special token is also the spelling of another token")
    }
    return file
  }

  private static func addedToken(_ token: SpecialToken) -> JSON {
    [
      "id": .integer(Int(token.id)), "content": .string(token.name), "single_word": false, "lstrip": false,
      "rstrip": false, "normalized": false, "special": true,
    ]
  }

  private static func byteLevel(usesPattern: Bool) -> JSON {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": .bool(usesPattern),
    ]
  }

  private var pretokenizer: JSON {
    guard pattern != .gpt2 else { return Self.byteLevel(usesPattern: true) }
    let split: JSON = [
      "type": "Split", "pattern": ["Regex": .string(pattern.regularExpression)], "behavior": "Isolated",
      "invert": false,
    ]
    return ["type": "Sequence", "pretokenizers": [split, Self.byteLevel(usesPattern: false)]]
  }
}
