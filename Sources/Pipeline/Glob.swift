internal import Basics

/// Paths that a pattern stands for, where the shell has not put them in its place.
///
/// `*` stands for any characters of a name, `?` for one, `[a-z]` and `[!a-z]` for one of some, and `**` for any folders, one in another or
/// none. Hidden files and folders are only found by names that begin with a dot, and links to folders are not followed by `**`.
struct Glob {
  /// The folder before the first part that is a pattern, as it was written; empty where there is none.
  let folder: String
  private let parts: [String]

  /// Nil where `text` is no pattern.
  init?(_ text: String) {
    guard Self.isPattern(text) else { return nil }
    let all = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    let first = all.firstIndex(where: Self.isPattern) ?? 0
    folder = first == 0 ? "" : first == 1 && all[0].isEmpty ? "/" : all[..<first].joined(separator: "/")
    parts = all[first...].filter { !$0.isEmpty }
  }

  private static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { Array("*?[".utf8).contains($0) }
  }

  /// The files that there are, sorted by the bytes of their paths: each path, and its part behind ``folder``.
  func files() throws(PipelineError) -> [(path: String, name: String)] {
    var found: [(path: String, name: String)] = []
    try search(folder, "", parts[...], into: &found)
    found.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    // Two ways through `**` may lead to one path.
    return found.indices.filter { $0 == 0 || found[$0].path != found[$0 - 1].path }.map { found[$0] }
  }

  private func search(
    _ path: String, _ name: String, _ parts: ArraySlice<String>,
    into found: inout [(path: String, name: String)]
  ) throws(PipelineError) {
    guard let part = parts.first else { return }
    let rest = parts.dropFirst()
    let isAny = part == "**"
    // `**` at the end stands for all files below.
    if isAny { try search(path, name, rest.isEmpty ? ["*"] : rest, into: &found) }
    for entry in try names(path) {
      let next = (path: Path.join(path, entry), name: Path.join(name, entry))
      guard isAny ? entry.utf8.first != UInt8(ascii: ".") : Self.matches(entry.utf8[...], part.utf8[...])
      else {
        continue
      }
      switch try filing({ () throws(FileError) in try Folder.kindOrDangling(next.path) }) {
      case .file where rest.isEmpty && !isAny: found.append(next)
      case .folder where isAny && !Folder.isLink(next.path):
        try search(next.path, next.name, parts, into: &found)
      case .folder where !isAny: try search(next.path, next.name, rest, into: &found)
      default: break
      }
    }
  }

  private func names(_ path: String) throws(PipelineError) -> [String] {
    try filing { () throws(FileError) in
      do throws(FileError) {
        return try Folder.names(path.isEmpty ? "." : path)
      } catch {
        if error.isMissing { return [] }
        throw error
      }
    }
  }

  /// Whether a name is what a part of a pattern stands for.
  static func matches(_ name: Substring.UTF8View, _ pattern: Substring.UTF8View) -> Bool {
    if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
    return matches(
      Array(String(Substring(name)).unicodeScalars), Array(String(Substring(pattern)).unicodeScalars))
  }

  /// The way with one place to go back to, which takes time in proportion to both lengths multiplied.
  private static func matches(_ name: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
    var (place, part) = (0, 0)
    var star: (place: Int, part: Int)?
    while place < name.count {
      if part < pattern.count, pattern[part] == "*" {
        star = (place, part)
        part += 1
      } else if part < pattern.count, let next = matchesOne(name[place], pattern, part) {
        place += 1
        part = next
      } else if let last = star {
        star = (last.place + 1, last.part)
        (place, part) = (last.place + 1, last.part + 1)
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy { $0 == "*" }
  }

  /// The place behind the part of the pattern at `part`, where that stands for `scalar`.
  private static func matchesOne(_ scalar: Unicode.Scalar, _ pattern: [Unicode.Scalar], _ part: Int) -> Int? {
    switch pattern[part] {
    case "?": return part + 1
    case "[":
      guard let end = pattern[part...].dropFirst(2).firstIndex(of: "]") else { fallthrough }
      var set = pattern[(part + 1)..<end]
      let isNegated = set.first == "!" || set.first == "^"
      if isNegated { set = set.dropFirst() }
      var isIn = false
      while let low = set.popFirst() {
        if set.count >= 2, set.first == "-" {
          let high = set[set.startIndex + 1]
          set = set.dropFirst(2)
          isIn = isIn || low <= scalar && scalar <= high
        } else {
          isIn = isIn || low == scalar
        }
      }
      return isIn != isNegated ? end + 1 : nil
    default: return pattern[part] == scalar ? part + 1 : nil
    }
  }
}
