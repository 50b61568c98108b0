internal import Basics

/// Which steps texts go through before they are encoded, in the order of the properties. All are off unless asked for.
///
/// `docs/steps.md` says what each one does, what it costs and where it comes from.
public struct StepOptions: Sendable, Equatable {
  /// A normal form of Unicode (UAX 15).
  public enum NormalForm: String, Sendable, CaseIterable { case nfc, nfkc }

  /// Turn CR LF and CR into LF.
  public var newlines = false
  /// Bring the text into a normal form.
  public var normalize: NormalForm?
  /// Take what Project Gutenberg puts before and behind a book away.
  public var stripGutenberg = false
  /// Leave out shorter texts.
  public var minBytes: Int?
  /// Leave out longer texts.
  public var maxBytes: Int?
  /// Leave out texts with a line of more bytes, its LF not counted.
  public var maxLine: Int?
  /// Leave out what Gopher's rules call bad.
  public var quality = false
  /// Leave out texts that share ``decontaminateWords`` words in a row with a text of this file.
  public var decontaminate: String?
  /// How many words in a row are too many.
  public var decontaminateWords = 13
  /// Leave out texts that an earlier one equals.
  public var dropDuplicates = false
  /// Leave out texts that are nearly an earlier one.
  public var dropNearDuplicates = false

  /// None.
  public init() {}

  /// The longest document, 64 MiB of its source, that steps judge: longer ones are left out where one of them is asked for.
  /// ``newlines`` and ``normalize`` take documents of any length.
  public static let longestDocument = 1 << 26

  /// Whether texts stay as they are.
  public var isEmpty: Bool { !changesPieces && !judges }

  /// Whether steps are asked for that work on a text piece by piece.
  var changesPieces: Bool { newlines || normalize != nil }

  /// Whether steps are asked for that need a text as a whole.
  var judges: Bool {
    stripGutenberg || minBytes != nil || maxBytes != nil || maxLine != nil || quality || decontaminate != nil
      || comparesDocuments
  }

  /// Whether steps are asked for that need to know all texts.
  var comparesDocuments: Bool { dropDuplicates || dropNearDuplicates }
}

extension StepOptions {
  /// The steps that were asked for, as a dataset records them: nothing of those that were not, so that a dataset without steps
  /// is the same as before there were any.
  ///
  /// - Parameter evaluation: the digest of the file that ``decontaminate`` names
  func configuration(evaluation: Digest?) -> [JSON.Member] {
    var members: [JSON.Member] = []
    func add(_ name: String, _ value: JSON?) { if let value { members.append(JSON.Member(name, value)) } }
    add("newlines", newlines ? true : nil)
    add("normalize", normalize.map { .string($0.rawValue) })
    add("strip-gutenberg", stripGutenberg ? true : nil)
    add("min-bytes", minBytes.map { .integer($0) })
    add("max-bytes", maxBytes.map { .integer($0) })
    add("max-line", maxLine.map { .integer($0) })
    add("quality", quality ? true : nil)
    add("decontaminate", evaluation.map { .string($0.description) })
    add("decontaminate-words", decontaminate.map { _ in .integer(decontaminateWords) })
    add("drop-duplicates", dropDuplicates ? true : nil)
    add("drop-near-duplicates", dropNearDuplicates ? true : nil)
    return members
  }
}

extension StepOptions {
  /// The steps that a dataset records, as far as they look at nothing but the document: ``configuration(evaluation:)`` backwards.
  init(recorded configuration: JSON) {
    newlines = configuration["newlines"]?.bool ?? false
    normalize = configuration["normalize"]?.string.flatMap(NormalForm.init)
    stripGutenberg = configuration["strip-gutenberg"]?.bool ?? false
    minBytes = configuration["min-bytes"]?.integer
    maxBytes = configuration["max-bytes"]?.integer
    maxLine = configuration["max-line"]?.integer
    quality = configuration["quality"]?.bool ?? false
  }

  /// The recorded options without those that texts are compared with others by. A codec table does not depend on them: its sample is not judged.
  static func withoutComparing(_ configuration: JSON) -> JSON {
    let names = needingMore(in: configuration) + ["decontaminate-words"]
    guard let members = configuration.members else { return configuration }
    return .object(members.filter { !names.contains($0.name) })
  }

  /// The recorded options that a dataset's segments cannot be made again without more than themselves for.
  static func needingMore(in configuration: JSON) -> [String] {
    ["decontaminate", "drop-duplicates", "drop-near-duplicates"].filter { configuration[$0] != nil }
  }
}
