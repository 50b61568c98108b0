extension Pretokenizer {
  /// The rule by which text is cut into pretokens. A vocabulary belongs to one.
  public enum Pattern: String, CaseIterable, Sendable {
    /// Of GPT-2, r50k and p50k.
    case gpt2
    /// Of GPT-3.5, GPT-4 and Llama 3.
    case cl100k
    /// Of GPT-4o and gpt-oss.
    case o200k

    public var name: String { rawValue }

    /// The pattern as it was published and as `tokenizer.json` files spell it. Later versions of tiktoken spell `gpt2`
    /// otherwise, which changes nothing; and `cl100k`, where white space at the very end of a text is then one
    /// pretoken, line ends and all. That changes tokens only where one of the vocabulary's ends in blanks after a line end:
    /// cl100k_base has none.
    public var regularExpression: String {
      switch self {
      case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
      case .cl100k:
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
          + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
      case .o200k:
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
          + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
          + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      }
    }
  }
}
