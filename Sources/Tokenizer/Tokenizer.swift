/// The number of a token.
public typealias TokenID = UInt32

/// A byte-level BPE vocabulary and its merges, ready to encode with: immutable, shared by all workers.
///
///     let tokenizer = try Tokenizer(vocabularyFile: vocabularyJSON, mergesFile: mergesText)
///     var encoder = Encoder(tokenizer)
///     var tokens: [TokenID] = []
///     try encoder.encode(Array("hello world".utf8).span, into: &tokens)   // GPT-2: [31373, 995]
///
/// Any bytes can be encoded, and decoding returns the same bytes.
public struct Tokenizer: Sendable {
  let storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  /// Reads GPT-2's two files: `vocab.json` and `merges.txt`, which GPT-2 itself calls `encoder.json` and `vocab.bpe`.
  ///
  /// Every byte must be a token; ids must begin at 0 and leave none out. A merge may only use bytes and what the merges
  /// before it make. What neither is a byte nor made by a merge must be a special token, whose name begins and ends
  /// as `<|endoftext|>` or `[PAD]` do: anything else means that the two files do not belong together.
  ///
  /// - Parameter pattern: which one the vocabulary was made with: the files do not say.
  public init(
    vocabularyFile: [UInt8], mergesFile: [UInt8], pattern: Pretokenizer.Pattern = .gpt2
  ) throws(TokenizerError) {
    storage = try Storage(vocabularyFile: vocabularyFile.span, mergesFile: mergesFile.span, pattern: pattern)
  }

  /// How text is cut into the pieces that are encoded apart.
  public var pattern: Pretokenizer.Pattern { storage.pattern }

  /// Ids are 0..<size, special tokens included. Some vocabularies leave ids among them unused.
  public var size: Int { storage.vocabulary.count }

  /// The special tokens, by id.
  public var specialTokens: [SpecialToken] { storage.specialTokens }

  /// The id of `<|endoftext|>`, or nil where the vocabulary has no such special token.
  public var endOfText: TokenID? { specialTokens.first { $0.name == SpecialToken.endOfText }?.id }

  /// The bytes that the token stands for, or nil beyond the vocabulary and for an id that it does not use.
  public func bytes(of id: TokenID) -> [UInt8]? {
    guard id < size, storage.vocabulary.length(of: Int(id)) > 0 else { return nil }
    return storage.vocabulary.bytes(of: Int(id))
  }
}

/// A token that stands for itself and is never made from ordinary text: `<|endoftext|>`.
public struct SpecialToken: Sendable, Hashable {
  /// `<|endoftext|>`, which ends every document.
  public static let endOfText = "<|endoftext|>"

  public let name: String
  public let id: TokenID

  public init(name: String, id: TokenID) {
    self.name = name
    self.id = id
  }

  /// Whether the name begins and ends as `<|endoftext|>` or `[PAD]` do.
  var isBracketed: Bool {
    let isBracketed = name.first == "<" && name.last == ">" || name.first == "[" && name.last == "]"
    return isBracketed && name.utf8.count > 2
  }
}

/// What the names of special tokens mean where they occur in a text.
public enum SpecialTokenPolicy: Sendable, Equatable {
  /// Nothing: they are text like any other. No text can then make a special token.
  case ordinary
  /// These names become special tokens; other names are text. Of several at one place the longest wins.
  case allow(Set<String>)
  /// The name of any special token of the tokenizer is refused.
  case error
}
