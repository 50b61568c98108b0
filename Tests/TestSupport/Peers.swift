internal import Basics
internal import Glibc

/// Programs of others to compare with, where this machine has them. A test that wants one is enabled where it is found, so that the
/// report says which tests were skipped.
public enum Peers {
  /// A Python that has all of `modules`: the one that measurements are made with, else the system's; nil where neither has.
  public static func python(with modules: String...) -> String? {
    let cache =
      unsafe getenv("XDG_CACHE_HOME").map { unsafe String(cString: $0) }
      ?? "\(unsafe getenv("HOME").map { unsafe String(cString: $0) } ?? "/root")/.cache"
    let script = modules.map { "import \($0)\n" }.joined()
    return ["\(cache)/peers/bin/python", "/usr/bin/python3"].first {
      Folder.kind($0) != nil && ((try? output($0, ["-c", script])) ?? nil) != nil
    }
  }
}
