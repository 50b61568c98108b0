internal import Basics

/// Folders and their shares as people write them: `shards`, or `books=0.7,code=0.3`.
///
/// A share is a whole number or a decimal fraction. Only their ratios matter: `a=7,b=3` says the same. A comma in the name of a
/// folder that has a share is written as `\,`, a backslash before a comma or another backslash as `\\`.
public struct MixtureText: Sendable, Equatable {
  /// The folders, in order.
  public var folders: [String]
  /// Their shares as whole numbers without a common divisor; one folder has 1.
  public var weights: [Int]

  /// One folder, or what `text` says where it names shares.
  ///
  /// - Throws: ``StoreError/mixture(reason:)`` where some folders have shares and others not, or the shares have
  ///   too many digits.
  public init(_ text: String) throws(StoreError) {
    let parts = Self.pieces(text).map(Self.part)
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
    weights = try Self.reduced(
      parts.map { part in
        (part.share!.decimals..<decimals).reduce(part.share!.digits) { value, _ in 10 * value }
      })
  }

  init(folders: [String], weights: [Int]) {
    self.folders = folders
    self.weights = weights
  }

  /// The text that says the same of these folders.
  public func text(_ folder: (String) -> String) -> String {
    guard folders.count > 1 else { return folder(folders[0]) }
    return zip(folders, weights).map { "\(Self.escaped(folder($0)))=\($1)" }.joined(separator: ",")
  }

  /// The weights without their common divisor.
  ///
  /// - Throws: ``StoreError/mixture(reason:)`` where their sum is beyond ``MixtureSchedule/longestPeriod`` then.
  /// - Precondition: all are above 0.
  static func reduced(_ weights: [Int]) throws(StoreError) -> [Int] {
    let divisor = weights.reduce(0, commonDivisor)
    let weights = weights.map { $0 / divisor }
    var room = MixtureSchedule.longestPeriod
    for weight in weights {
      guard weight <= room else {
        throw .mixture(reason: "its weights have too many digits; give up to four to each")
      }
      room -= weight
    }
    return weights
  }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }

  private static let comma = UInt8(ascii: ",")
  private static let backslash = UInt8(ascii: "\\")

  /// What is between commas, without the backslashes that say which commas and backslashes are a folder's own.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [[UInt8]] = [[]]
    var bytes = text.utf8[...]
    while let byte = bytes.popFirst() {
      if byte == backslash, let next = bytes.first, next == comma || next == backslash {
        pieces[pieces.count - 1].append(next)
        bytes.removeFirst()
      } else if byte == comma {
        pieces.append([])
      } else {
        pieces[pieces.count - 1].append(byte)
      }
    }
    return pieces.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func escaped(_ folder: String) -> String {
    var bytes: [UInt8] = []
    for byte in folder.utf8 {
      if byte == comma || byte == backslash { bytes.append(backslash) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private typealias Share = (digits: Int, decimals: Int)

  private static func part(_ text: String) -> (folder: String, share: Share?) {
    guard let place = text.lastIndex(of: "="), place > text.startIndex,
      let share = share(text[text.index(after: place)...])
    else { return (text, nil) }
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
    MixtureText(folders: parts.map(\.dataset.folder), weights: parts.map(\.weight)).text(path)
  }
}
