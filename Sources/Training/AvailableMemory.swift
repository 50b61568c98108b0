internal import Basics

/// Memory that a process can use without swapping: what the machine has left, and no more than its control groups leave it
/// (https://docs.kernel.org/admin-guide/cgroup-v2.html, and version 1): in a container the machine's own figures say nothing.
package enum AvailableMemory {
  /// What is taken where nothing can be read.
  private static let unknown = 4 << 30

  /// In bytes.
  ///
  /// - Parameter root: what stands before `/proc` and `/sys`.
  package static func bytes(root: String = "") -> Int {
    var least = number(after: "MemAvailable:", in: "\(root)/proc/meminfo").map { $0 << 10 } ?? unknown
    for line in lines("\(root)/proc/self/cgroup") {
      guard let group = Group(line) else { continue }
      // The groups above it have limits of their own. In a container the path may be the host's, of which only the start is there.
      var path = group.path
      while true {
        if let room = group.room("\(root)/sys/fs/cgroup\(path)") { least = min(least, room) }
        guard let slash = path.lastIndex(of: "/") else { break }
        path = path[..<slash]
      }
    }
    return least
  }

  /// A control group of this process that can limit memory.
  private struct Group {
    let path: Substring
    private let isFirstVersion: Bool

    /// - Parameter line: `0::/path`, or `4:memory:/path` in version 1.
    init?(_ line: Substring) {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      isFirstVersion = parts[1].split(separator: ",").contains("memory")
      guard isFirstVersion || parts[0] == "0" && parts[1].isEmpty else { return nil }
      path = isFirstVersion ? "/memory\(parts[2])" : parts[2]
    }

    /// What is left in the group whose files are in `folder`; nil where it has no limit. What the kernel keeps of files there
    /// counts as used, and is given up when memory is wanted.
    func room(_ folder: String) -> Int? {
      let (limit, usage) =
        isFirstVersion
        ? ("memory.limit_in_bytes", "memory.usage_in_bytes") : ("memory.max", "memory.current")
      guard let most = number(in: "\(folder)/\(limit)"), let used = number(in: "\(folder)/\(usage)") else {
        return nil
      }
      let files = number(
        after: isFirstVersion ? "total_inactive_file " : "inactive_file ", in: "\(folder)/memory.stat")
      return max(0, most - max(0, used - (files ?? 0)))
    }
  }

  private static func lines(_ path: String) -> [Substring] {
    guard let bytes = try? File.contents(path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The number that is a file's only word.
  private static func number(in path: String) -> Int? { lines(path).first.flatMap { Int($0) } }

  /// The number that follows `name` in the line that begins with it.
  private static func number(after name: String, in path: String) -> Int? {
    guard let line = lines(path).first(where: { $0.hasPrefix(name) }) else { return nil }
    return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
  }
}
