internal import Basics

/// What the manifest says of a shard.
struct ShardRecord: Equatable, Sendable {
  var split: Split
  var segment: Int
  var tokens: Int
  var documents: Int
  var storedBytes: Int
  var contentDigest: Digest
  var storedDigest: Digest

  var fileName: String { Self.fileName(split, segment: segment) }

  static let suffix = ".shard"

  static func fileName(_ split: Split, segment: Int) -> String {
    let digits = "\(segment)"
    return "\(split)-\(String(repeating: "0", count: max(0, 5 - digits.utf8.count)))\(digits)\(suffix)"
  }

  /// Whether a file of that name is a shard, finished or not, of some dataset.
  static func isShard(_ name: String) -> Bool {
    guard let split = Split.allCases.first(where: { name.hasPrefix("\($0)-") }) else { return false }
    let rest = name.dropFirst("\(split)-".count)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let end = rest.dropFirst(digits.count)
    return digits.count >= 5 && (end == suffix || end.hasPrefix(suffix + AtomicFile.mark))
  }
}
