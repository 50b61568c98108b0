internal import Basics
internal import Glibc
internal import Synchronization

/// A folder of a test's own, removed when its owner goes out of scope, at the latest when the process exits.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var generator = SystemRandomNumberGenerator()
    path = "\(base)/tessera-test-\(String(generator.next() as UInt64, radix: 36))"
    Self.removeAtExit
    Self.paths.withLock { _ = $0.insert(path) }
    // Nothing of it has to outlive a power cut, which creating it in the program's way would wait for.
    guard unsafe mkdir(path, 0o755) == 0 else { throw FileError.last("create folder", path) }
  }

  deinit {
    try? Folder.remove(path)
    Self.paths.withLock { _ = $0.remove(path) }
  }

  /// All there are: those of static properties have owners that never go out of scope.
  private static let paths = Mutex<Set<String>>([])

  private static let removeAtExit: Void = {
    atexit { TemporaryFolder.paths.withLock { for path in $0 { try? Folder.remove(path) } } }
  }()

  /// The path of `name` in this folder.
  public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Folder.create(Path.parent(self(name)))
    let file = try File.create(self(name))
    try file.write(bytes.span)
    return self(name)
  }
}

/// Reference data that lies beside the checkout on the developers' machines, and nowhere else.
public enum Shared {
  /// The package's folder.
  public static let package: String = {
    // .../Tests/TestSupport/TestSupport.swift
    Path.parent(Path.parent(Path.parent(#filePath)))
  }()

  /// The path of `name` in the shared folder, or nil where this machine has none: the test then says so and ends.
  public static func path(_ name: String) -> String? {
    let path = "\(package)/../shared/\(name)"
    return Folder.kind(path) == nil ? nil : path
  }
}
