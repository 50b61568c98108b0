internal import Basics
internal import Glibc

/// The folder where downloaded corpora and tokenizers are kept: `$XDG_CACHE_HOME/tessera`, or `~/.cache/tessera`.
///
///     Cache.folder("gpt2")   // /home/ada/.cache/tessera/gpt2, whether or not it is there
public enum Cache {
  /// The folder of all that is kept.
  public static var root: String {
    // The specification of base directories says to ignore a relative path here.
    if let base = environment("XDG_CACHE_HOME"), base.hasPrefix("/") { return Path.join(base, "tessera") }
    return Path.join(environment("HOME") ?? ".", ".cache/tessera")
  }

  /// The folder of what is called `name` in the catalog, whether or not it is there.
  ///
  /// - Precondition: `name` is a ``isName(_:)``.
  public static func folder(_ name: String) -> String {
    precondition(isName(name), "a name in the cache is not a path")
    return Path.join(root, name)
  }

  /// Whether `text` can be a name in the cache: letters, digits, `-`, `_` and `.`, and not a dot first.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: ".") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  private static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
