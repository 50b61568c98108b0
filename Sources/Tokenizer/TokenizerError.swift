internal import Basics

/// Why a vocabulary cannot be used, a text not be encoded, or tokens not be decoded.
public enum TokenizerError: Error, Equatable {
  /// The vocabulary file is not a JSON object from tokens to whole numbers.
  case badVocabulary(reason: String, offset: Int)
  /// Two entries are the same bytes.
  case duplicateToken(String, TokenID, TokenID)
  case duplicateID(TokenID)
  /// No token has the id, though there are more tokens than that.
  case missingID(TokenID)
  case missingByte(UInt8)
  case tokenTooLong(bytes: Int, limit: Int)
  case tooManyTokens(Int, limit: Int)
  case tooManyMerges(Int, limit: Int)

  case badMerge(reason: String, line: Int)
  /// A merge uses a token that is not in the vocabulary, or makes one that is not.
  case unknownToken(String, line: Int)
  /// A merge uses a token that only a later merge makes, or none.
  case mergeOutOfOrder(String, line: Int)
  case duplicateMerge(line: Int)
  /// A `.tiktoken` file's line is none.
  case badRank(reason: String, line: Int)
  /// A `tokenizer.json` is not JSON, or lacks what it must have.
  case badTokenizerFile(reason: String)
  /// A `tokenizer.json` asks for what is not byte-level BPE as it is known here: the setting, and what it says.
  case unsupported(String, is: String)
  /// A form of files cannot say what the tokenizer is.
  case notExpressible(as: String, reason: String)
  /// A token is neither a byte nor made by a merge, and does not look like a special token.
  case notMade(String, id: TokenID)

  /// A special token is asked for that the tokenizer does not have.
  case unknownSpecialToken(String)
  /// A text holds the name of a special token, where that was to be an error.
  case specialTokenInText(String, offset: Int)
  /// A text that arrives in chunks has no white space for so long that it cannot be encoded in bounded memory.
  case noPlaceToCut(offset: Int, limit: Int)
  /// One of several documents, counted from 0, cannot be encoded.
  indirect case inDocument(Int, TokenizerError)
  /// A token is not in the vocabulary.
  case unknownID(TokenID, position: Int, size: Int)
  /// A token is among the ids that the vocabulary leaves out.
  case unusedID(TokenID, position: Int)

  case vocabularyTooSmall(Int)
  /// A tokenizer cannot be extended, as some of its tokens are made by no merge.
  case cannotExtend(wholeTokens: Int)
  /// A tokenizer was to be extended to fewer tokens than it has.
  case vocabularyShrinks(Int, from: Int)
  case corpusTooLarge(bytes: Int)
  case cancelled
}

extension TokenizerError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .badVocabulary(let reason, let offset):
      "the vocabulary is not a JSON object of tokens and ids: \(reason) at byte \(offset)"
    case .duplicateToken(let token, let first, let second):
      "the vocabulary has the token '\(token.shortened)' twice, as \(first) and as \(second)"
    case .duplicateID(let id): "two tokens of the vocabulary have the id \(id)"
    case .missingID(let id): "no token of the vocabulary has the id \(id): ids must leave none out"
    case .missingByte(let byte):
      "the vocabulary lacks the byte \(byte), so that not every text could be encoded; learn one with `prep bpe-train`"
    case .tokenTooLong(let bytes, let limit): "a token has \(bytes) bytes; at most \(limit) are possible"
    case .tooManyMerges(let count, let limit): "\(count) merges are more than the \(limit) that are possible"
    case .tooManyTokens(let count, let limit): "\(count) tokens are more than the \(limit) that are possible"
    default: merges
    }
  }

  private var merges: String {
    switch self {
    case .badMerge(let reason, let line): "line \(line) of the merges is none: \(reason)"
    case .unknownToken(let token, let line):
      """
      line \(line) of the merges has the token '\(token.shortened)', which the vocabulary lacks; \
      vocabulary and merges do not belong together
      """
    case .mergeOutOfOrder(let token, let line):
      """
      line \(line) of the merges uses the token '\(token.shortened)', which no earlier line makes; \
      the lines are out of order or some are lost
      """
    case .duplicateMerge(let line): "line \(line) of the merges repeats an earlier one"
    case .notMade(let token, let id):
      """
      no merge makes the token '\(token.shortened)' (\(id)), and it is no special token as <|endoftext|> is; \
      the merges are cut short or belong to another vocabulary
      """
    case .badRank(let reason, let line): "line \(line) of the .tiktoken file: \(reason)"
    case .badTokenizerFile(let reason): "tokenizer.json: \(reason)"
    case .unsupported(let setting, let value):
      """
      tokenizer.json: \(setting.shortened) is \(value.shortened), which is not supported; \
      only byte-level BPE with the pattern of GPT-2, cl100k or o200k is
      """
    case .notExpressible(let form, let reason): "\(form) cannot say what this tokenizer is: \(reason)"
    default: texts
    }
  }

  private var texts: String {
    switch self {
    case .unknownSpecialToken(let name): "the tokenizer has no special token '\(name)'"
    case .specialTokenInText(let name, let offset):
      "the text has the special token '\(name)' at byte \(offset); allow it, or have it taken as ordinary text"
    case .noPlaceToCut(let offset, let limit):
      "after byte \(offset), the text has no white space in \(limit) bytes, the most that is held back; break it into lines"
    case .inDocument(let document, let error): "document \(document): \(error)"
    case .unknownID(let id, let position, let size):
      "token \(position) is \(id), beyond the vocabulary of \(size); the tokens were made with another tokenizer"
    case .unusedID(let id, let position):
      "token \(position) is \(id), which the vocabulary does not use; the tokens were made with another tokenizer"
    case .vocabularyTooSmall(let size):
      "a vocabulary of \(size) has no room for the 256 bytes and <|endoftext|>; ask for 257 or more"
    case .vocabularyShrinks(let size, let old):
      "the tokenizer to be extended has \(old) tokens already; ask for more than \(size)"
    case .corpusTooLarge(let bytes):
      "the different words of the corpus have \(bytes) bytes together; learn from a part of it (at most 4 GB)"
    case .cannotExtend(let count):
      """
      \(count) tokens of the tokenizer are made by no merge, but stand for a whole word each, so learning cannot go on from \
      its tokens; learn a new vocabulary instead
      """
    case .cancelled: "learning was cancelled"
    default: preconditionFailure("every error has a description")
    }
  }
}
