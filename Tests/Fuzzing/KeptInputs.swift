internal import Basics

/// Inputs that are kept in a file: a line of base 64 for each, after the word `finding` where it once was one. Lines that
/// begin with # are for people.
package struct KeptInputs {
  package private(set) var findings: [[UInt8]] = []
  package private(set) var others: [[UInt8]] = []

  /// More than this would be too much for a repository.
  private static let limit = 4_096
  private static let mark = "finding "

  /// Reads the file; nothing where there is none.
  package init(_ path: String) throws {
    guard Folder.kind(path) == .file else { return }
    for line in String(decoding: try File.contents(path), as: UTF8.self).split(separator: "\n")
    where !line.hasPrefix("#") {
      let isFinding = line.hasPrefix(Self.mark)
      let input = try bytes(String(isFinding ? line.dropFirst(Self.mark.count) : line))
      if isFinding { findings.append(input) } else { others.append(input) }
    }
  }

  package var all: [[UInt8]] { findings + others }

  /// Takes the inputs in a folder for those that were no findings: the shortest, as many as there is room for.
  package mutating func replace(byThoseIn folder: String) throws {
    let inputs = try Folder.names(folder).map { try File.contents(Path.join(folder, $0)) }
    var room = Self.limit
    others = inputs.sorted { ($0.count, $0.description) < ($1.count, $1.description) }.filter { input in
      room -= input.count
      return room >= 0 && !input.isEmpty
    }
  }

  package func write(to path: String) throws {
    func line(_ input: [UInt8]) -> String {
      var letters: [UInt8] = []
      Base64.encode(input, into: &letters)
      return String(decoding: letters, as: UTF8.self)
    }
    let lines = findings.map { Self.mark + line($0) } + others.map(line)
    let head = "# What was found, and inputs that reach the most code: scripts/fuzz keep"
    try File.create(path).write(([head] + lines).joined(separator: "\n") + "\n")
  }
}
