internal import Basics

/// Folders and their shares as people write them: `shards`, or `books=0.7,code=0.3`.
///
/// A share is a whole number or a decimal fraction. Only their ratios matter: `a=7,b=3` says the same.
public struct MixtureText: Sendable, Equatable {
  /// The folders, in order.
  public var folders: [String]
  /// Their shares as whole numbers, without common divisors where they came from text; one folder has 1.
  public var weights: [Int]

  /// One folder, or what `text` says where it names shares.
  ///
  /// - Throws: ``StoreError/mixture(reason:)`` where some folders have shares and others not.
  public init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: ",").map(Self.part)
    guard Folder.kind(text) == nil, parts.contains(where: { $0.share != nil }) else {
      folders = [text]
      weights = [1]
      return
    }
    if let part = parts.first(where: { $0.share == nil }) {
      throw .mixture(
        reason: "'\(part.folder.shortened)' has no weight; write FOLDER=0.7 with a positive decimal number")
    }
    folders = parts.map(\.folder)
    let decimals = parts.map { $0.share!.decimals }.max()!
    weights = parts.map { part in
      (part.share!.decimals..<decimals).reduce(part.share!.digits) { value, _ in 10 * value }
    }
  }

  /// The text that says the same of these folders.
  public func text(_ folder: (String) -> String) -> String {
    guard folders.count > 1 else { return folder(folders[0]) }
    return zip(folders, weights).map { "\(folder($0))=\($1)" }.joined(separator: ",")
  }

  private typealias Share = (digits: Int, decimals: Int)

  private static func part(_ text: Substring) -> (folder: String, share: Share?) {
    guard let place = text.lastIndex(of: "="), place > text.startIndex,
      let share = share(text[text.index(after: place)...])
    else { return (String(text), nil) }
    return (String(text[..<place]), share)
  }

  /// A decimal number of at most six digits on each side of the point, without its point.
  private static func share(_ text: Substring) -> Share? {
    let sides = text.split(separator: ".", omittingEmptySubsequences: false)
    guard 1...2 ~= sides.count, sides.allSatisfy({ $0.utf8.allSatisfy { 48...57 ~= $0 } && $0.count <= 6 }),
      let digits = Int(sides.joined()), digits > 0
    else { return nil }
    return (digits, sides.count == 2 ? sides[1].count : 0)
  }
}

extension DatasetMixture {
  /// Opens the datasets that `text` names (``MixtureText``).
  public static func open(_ text: String) throws(StoreError) -> DatasetMixture {
    let text = try MixtureText(text)
    guard text.folders.count > 1 else { return DatasetMixture(try Dataset.open(text.folders[0])) }
    var parts: [Part] = []
    for (folder, weight) in zip(text.folders, text.weights) {
      parts.append(Part(try Dataset.open(folder), weight: weight))
    }
    return try DatasetMixture(parts)
  }

  /// The folders and their shares, as ``open(_:)`` takes them.
  public var text: String { text { $0 } }

  /// The same with `path` of each folder.
  public func text(_ path: (String) -> String) -> String {
    parts.count == 1
      ? path(parts[0].dataset.folder)
      : parts.map { "\(path($0.dataset.folder))=\($0.weight)" }.joined(separator: ",")
  }
}
