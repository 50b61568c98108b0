/// A part of a text, with what names of special tokens mean in it.
///
///     let chat: [TextPart] = [.trusted("<|im_start|>user\n"), .untrusted(question), .trusted("<|im_end|>")]
///     try encoder.encode(chat, into: &tokens)
///
/// Nothing that somebody writes into an untrusted part can make a special token, nor change where those of other parts
/// are: ``Encoder/encode(_:into:)-([TextPart],_)`` says how.
public struct TextPart: Sendable, Equatable {
  public let bytes: [UInt8]
  /// What names of special tokens mean; nil where each of the tokenizer's becomes the token.
  let special: SpecialTokenPolicy?

  /// Text with a policy of its own.
  public init(_ bytes: [UInt8], special: SpecialTokenPolicy) {
    self.bytes = bytes
    self.special = special
  }

  private init(trusted bytes: [UInt8]) {
    self.bytes = bytes
    special = nil
  }

  /// Text of the program's own: the name of any special token becomes the token.
  public static func trusted(_ text: String) -> TextPart { TextPart(trusted: Array(text.utf8)) }

  /// Text from elsewhere: names of special tokens are text like any other.
  public static func untrusted(_ text: String) -> TextPart { untrusted(Array(text.utf8)) }

  public static func untrusted(_ bytes: [UInt8]) -> TextPart { TextPart(bytes, special: .ordinary) }
}

extension Encoder {
  /// Appends the tokens of one text that is made of `parts`.
  ///
  /// A special token's name is found only where it lies within one part whose policy allows it: none arises across a
  /// border, nor do bytes of another part make a name longer. All text between special tokens is joined before it is encoded, so
  /// that borders are not seen: a pretoken may go across them, as in the text that a model was trained on. Where parts hold no names,
  /// the tokens are those of the joined text.
  ///
  /// - Throws: ``TokenizerError/specialTokenInText(_:offset:)`` with the place in the joined text, for a part under the
  ///   policy `error`, and ``TokenizerError/unknownSpecialToken(_:)``. Then nothing is appended.
  public mutating func encode(_ parts: [TextPart], into tokens: inout TokenBuffer) throws(TokenizerError) {
    let found = try parts.specialTokens(of: tokenizer)
    var joined: [UInt8] = []
    var next = 0
    for (number, part) in parts.enumerated() {
      var start = 0
      while next < found.count, found[next].part == number {
        let (_, offset, token) = found[next]
        joined += part.bytes[start..<offset]
        encode(ordinary: joined.span, into: &tokens)
        joined.removeAll(keepingCapacity: true)
        tokens.append(token.id)
        start = offset + token.name.utf8.count
        next += 1
      }
      joined += part.bytes[start...]
    }
    encode(ordinary: joined.span, into: &tokens)
  }

  /// Appends the tokens to an array.
  public mutating func encode(_ parts: [TextPart], into tokens: inout [TokenID]) throws(TokenizerError) {
    try collect(into: &tokens) { encoder, buffer throws(TokenizerError) in
      try encoder.encode(parts, into: &buffer)
    }
  }
}

extension [TextPart] {
  /// Where each part has special tokens.
  fileprivate func specialTokens(of tokenizer: Tokenizer) throws(TokenizerError) -> [(
    part: Int, offset: Int, token: SpecialToken
  )] {
    let all = SpecialTokenSearch(all: tokenizer)
    var found: [(part: Int, offset: Int, token: SpecialToken)] = []
    var begin = 0
    for (number, part) in enumerated() {
      let names = if let special = part.special { try SpecialTokenSearch(tokenizer, special) } else { all }
      var start = 0
      while let (token, offset) = names.first(in: part.bytes.span, from: start) {
        if part.special == .error { throw .specialTokenInText(token.name, offset: begin + offset) }
        found.append((number, offset, token))
        start = offset + token.name.utf8.count
      }
      begin += part.bytes.count
    }
    return found
  }
}
