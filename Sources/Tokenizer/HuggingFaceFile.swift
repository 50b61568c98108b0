internal import Basics

/// A `tokenizer.json` as Hugging Face's tokenizers keep it, where it is byte-level BPE with a known pattern and nothing else
/// that changes a token: any other setting is refused by its name.
///
/// Truncation, padding and post-processors that put special tokens around a text are not applied. What would be done about
/// unknown tokens does not matter, as every byte is a token.
struct HuggingFaceFile {
  let pattern: Pretokenizer.Pattern
  let specialTokens: [SpecialToken]
  let ignoresMerges: Bool
  let vocabulary: [JSON.Member]
  /// As lines of `merges.txt`.
  let merges: [UInt8]

  init(_ text: Span<UInt8>) throws(TokenizerError) {
    let file: JSON
    do {
      file = try JSON.parse(text)
    } catch {
      throw .badTokenizerFile(reason: "\(error)")
    }
    guard let model = file["model"], model.members != nil else {
      throw .badTokenizerFile(reason: "there is no object 'model'")
    }
    try Self.checkModel(model)
    try Self.refuse(file["normalizer"], "normalizer")
    try Self.checkPostProcessor(file["post_processor"])
    try Self.checkDecoder(file["decoder"])
    pattern = try Self.pattern(file["pre_tokenizer"])
    specialTokens = try Self.specialTokens(file["added_tokens"])
    ignoresMerges = model["ignore_merges"]?.bool ?? false
    guard let vocabulary = model["vocab"]?.members else {
      throw .badTokenizerFile(reason: "there is no object 'model.vocab'")
    }
    self.vocabulary = vocabulary
    merges = try Self.merges(model["merges"])
  }

  /// Refuses what is there and not null.
  private static func refuse(_ value: JSON?, _ name: String) throws(TokenizerError) {
    guard let value, value != .null else { return }
    throw .unsupported(name, is: type(value) ?? value.text)
  }

  private static func type(_ value: JSON?) -> String? { value?["type"]?.string }

  private static func checkModel(_ model: JSON) throws(TokenizerError) {
    let kind = type(model) ?? "BPE"
    guard kind == "BPE" else { throw .unsupported("model.type", is: kind) }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] where model[name] != "" {
      try refuse(model[name], "model.\(name)")
    }
    if model["dropout"]?.number != 0 { try refuse(model["dropout"], "model.dropout") }
    if model["byte_fallback"]?.bool == true { throw .unsupported("model.byte_fallback", is: "true") }
  }

  private static func checkPostProcessor(_ value: JSON?) throws(TokenizerError) {
    guard let value, value != .null else { return }
    if type(value) == "Sequence" {
      for part in value["processors"]?.elements ?? [] { try checkPostProcessor(part) }
    } else if !["ByteLevel", "TemplateProcessing"].contains(type(value)) {
      try refuse(value, "post_processor")
    }
  }

  private static func checkDecoder(_ value: JSON?) throws(TokenizerError) {
    guard let value, value != .null else { return }
    if type(value) == "Sequence" {
      for part in value["decoders"]?.elements ?? [] { try checkDecoder(part) }
    } else if type(value) != "ByteLevel" {
      try refuse(value, "decoder")
    }
  }

  private static func merges(_ value: JSON?) throws(TokenizerError) -> [UInt8] {
    guard let elements = value?.elements else {
      throw .badTokenizerFile(reason: "there is no array 'model.merges'")
    }
    var lines: [UInt8] = []
    for (index, element) in elements.enumerated() {
      // Newer files have the two tokens apart. No token is spelled with a blank.
      let parts = element.elements?.compactMap(\.string)
      let line = element.string ?? parts.flatMap { $0.count == 2 ? "\($0[0]) \($0[1])" : nil }
      guard let line, !line.utf8.contains(UInt8(ascii: "\n")), !line.isEmpty else {
        throw .badMerge(reason: "it is neither a string nor an array of two", line: index + 1)
      }
      lines += Array(line.utf8)
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }
}

extension HuggingFaceFile {
  private static func pattern(_ value: JSON?) throws(TokenizerError) -> Pretokenizer.Pattern {
    guard let value, value != .null else { throw .unsupported("pre_tokenizer", is: "null") }
    guard type(value) == "Sequence" else {
      guard try usesPattern(value) else { throw .unsupported("pre_tokenizer.use_regex", is: "false") }
      return .gpt2
    }
    let parts = value["pretokenizers"]?.elements ?? []
    if parts.count == 1 { return try pattern(parts[0]) }
    guard parts.count == 2, type(parts[0]) == "Split" else {
      throw .unsupported(
        "pre_tokenizer", is: "Sequence of \(parts.map { type($0) ?? "?" }.joined(separator: ", "))")
    }
    guard try !usesPattern(parts[1]) else {
      throw .unsupported("pre_tokenizer.use_regex", is: "true after a Split")
    }
    return try pattern(split: parts[0])
  }

  /// Of a pre-tokenizer that must be `ByteLevel`: whether it cuts text by GPT-2's pattern.
  private static func usesPattern(_ value: JSON) throws(TokenizerError) -> Bool {
    guard type(value) == "ByteLevel" else {
      throw .unsupported("pre_tokenizer", is: type(value) ?? value.text)
    }
    guard value["add_prefix_space"]?.bool == false else {
      throw .unsupported("pre_tokenizer.add_prefix_space", is: "true")
    }
    return value["use_regex"]?.bool ?? true
  }

  private static func pattern(split: JSON) throws(TokenizerError) -> Pretokenizer.Pattern {
    let behavior = split["behavior"]?.string ?? "?"
    guard behavior == "Isolated" else { throw .unsupported("pre_tokenizer.behavior", is: behavior) }
    guard split["invert"]?.bool != true else { throw .unsupported("pre_tokenizer.invert", is: "true") }
    let expression = split["pattern"]?["Regex"]?.string ?? split["pattern"]?.text ?? "?"
    guard let pattern = Pretokenizer.Pattern.allCases.first(where: { $0.regularExpression == expression })
    else { throw .unsupported("pre_tokenizer.pattern", is: expression) }
    return pattern
  }

  private static func specialTokens(_ value: JSON?) throws(TokenizerError) -> [SpecialToken] {
    var tokens: [SpecialToken] = []
    // Strings would be the same that have the same characters.
    var ids: [[UInt8]: TokenID] = [:]
    for token in value?.elements ?? [] {
      guard let name = token["content"]?.string, !name.isEmpty, let id = token["id"]?.integer,
        0..<Vocabulary.limit ~= id
      else {
        throw .badTokenizerFile(
          reason: "an added token has no content or no id: \(token.text.shortened)")
      }
      for setting in ["lstrip", "rstrip", "single_word"] where token[setting]?.bool == true {
        throw .unsupported("\(setting) of the added token '\(name)'", is: "true")
      }
      // One that is not special is found in every text.
      guard token["special"]?.bool == true else {
        throw .unsupported("special of the added token '\(name)'", is: "false")
      }
      if let other = ids.updateValue(TokenID(id), forKey: Array(name.utf8)) {
        throw .duplicateToken(name, other, TokenID(id))
      }
      tokens.append(SpecialToken(name: name, id: TokenID(id)))
    }
    return tokens.sorted { $0.id < $1.id }
  }
}
