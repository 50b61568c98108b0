public import Tokenizer

/// How the text of a corpus is read and encoded: all that decides which tokens come out, the tokenizer aside.
public struct TextOptions: Sendable, Equatable {
  /// What to do about bytes that are not UTF-8.
  public enum Invalid: String, Sendable, CaseIterable {
    /// End with an error that names the file and the byte.
    case fail
    /// Take U+FFFD for them, as Python's `errors="replace"` does: one for each beginning of a character.
    case replace
    /// Leave the document out and note it among the dataset's rejects.
    case skip
    /// Take the bytes as they are.
    case keep
  }

  /// The field of a JSON object, or the column of a table, that holds the text.
  public var textField = "text"
  /// What to do about bytes that are not UTF-8, or not text in ``encoding``.
  public var invalid = Invalid.fail
  /// The encoding of all files, as iconv calls it; nil for UTF-8, by whatever name. Places in a file of another encoding count its bytes as UTF-8.
  public var encoding: String? {
    didSet { if let name = encoding, TextEncoding.isUTF8(name) { encoding = nil } }
  }
  /// Whether a byte order mark at the start of a file that is one document is left out. Elsewhere it never belongs to a text.
  public var dropsMark = false
  /// What the names of special tokens in the text mean.
  public var special = SpecialTokenPolicy.ordinary
  /// What is done to texts before they are encoded, and which are left out.
  public var steps = StepOptions()

  /// The defaults.
  public init() {}
}

/// How documents are shared out between training and validation.
public struct SplitOptions: Sendable, Equatable {
  /// Which documents, or which parts of them, are for validation.
  public enum Method: String, Sendable, CaseIterable {
    /// ``tail`` for fewer than ``SplitOptions/fewDocuments`` documents, else ``hash``.
    case auto
    /// Whole documents, chosen by a hash of their first 64 KiB: equal documents are on the same side always, whatever else
    /// the corpus holds.
    case hash
    /// The end of every source: see ``TailCut``.
    case tail
    /// The end of every text, cut to the byte: see ``ExactCut``.
    case exact
  }

  /// Below so many documents, ``Method/auto`` takes the tail of every source.
  public static let fewDocuments = 1_000

  /// Which documents are for validation.
  public var method = Method.auto
  /// The share of the text that is for validation, from 0 to less than 1.
  public var fraction = 0.01

  /// The defaults.
  public init() {}
}

extension SpecialTokenPolicy {
  /// As it is written on a command line: `ordinary`, `error`, `allow=NAME,...`.
  public var text: String {
    switch self {
    case .ordinary: "ordinary"
    case .error: "error"
    case .allow(let names): "allow=\(names.sorted().joined(separator: ","))"
    }
  }

  /// The policy that `text` spells, or nil.
  public init?(text: String) {
    switch text {
    case "ordinary": self = .ordinary
    case "error": self = .error
    default:
      let names = text.dropFirst("allow=".count).split(separator: ",").map(String.init)
      guard text.hasPrefix("allow="), !names.isEmpty else { return nil }
      self = .allow(Set(names))
    }
  }

  /// The names that must be found whole in a text; none where they mean nothing.
  func names(in tokenizer: Tokenizer) -> [[UInt8]] {
    switch self {
    case .ordinary: []
    case .allow(let names): names.map { Array($0.utf8) }
    case .error: tokenizer.specialTokens.map { Array($0.name.utf8) }
    }
  }
}
