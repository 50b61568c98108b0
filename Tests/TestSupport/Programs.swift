internal import Basics
internal import Foundation
internal import Glibc

/// What a finished program left.
public struct Outcome: Sendable {
  /// The exit code; the negative signal number where a signal ended it.
  public let code: Int32
  public let output: [UInt8]
  public let errors: String
  public var text: String { String(decoding: output, as: UTF8.self) }
}

/// A program of this package, run as a user would.
public final class RunningProgram {
  private let process = Process()
  private let folder: TemporaryFolder
  private let output: String
  private let errors: String

  /// Starts `bin/NAME` of the build under test. `PATH`, `HOME` and the cache belong to the test.
  public convenience init(_ name: String, _ arguments: [String], in directory: String, input: [UInt8]? = nil)
    throws
  {
    try self.init(executable: Self.path(name), arguments, in: directory, input)
  }

  /// Runs a script in a shell that finds the programs of the build under test by their names.
  public convenience init(shell script: String, in directory: String) throws {
    try self.init(executable: "/bin/sh", ["-c", script], in: directory, nil)
  }

  private init(executable: String, _ arguments: [String], in directory: String, _ input: [UInt8]?) throws {
    folder = try TemporaryFolder()
    output = try folder.write("", to: "output")
    errors = try folder.write("", to: "errors")
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = [
      "PATH": "\(Path.parent(Self.path("prep"))):/usr/bin:/bin:/usr/sbin:/sbin", "HOME": directory,
      "XDG_CACHE_HOME": "\(directory)/.cache",
    ]
    process.standardInput = try FileHandle(
      forReadingFrom: URL(fileURLWithPath: try input.map { try folder.write($0, to: "input") } ?? "/dev/null")
    )
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    try Self.receivingSignals { try process.run() }
  }

  /// The threads that run tests block signals, and a program would inherit that.
  private static func receivingSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var blocked = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try body()
  }

  /// Where the build under test lies: beside the tests' own program.
  public static func path(_ name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return "\(Path.parent(own))/\(name)"
  }

  public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// What the program has written to standard error so far.
  public var errorsSoFar: String {
    String(decoding: (try? File.contents(errors)) ?? [], as: UTF8.self)
  }

  public var isRunning: Bool { process.isRunning }

  public func wait() throws -> Outcome {
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Outcome(code: code, output: try File.contents(output), errors: errorsSoFar)
  }
}

/// Runs a program to its end.
public func run(_ name: String, _ arguments: String..., in directory: String, input: [UInt8]? = nil) throws
  -> Outcome
{
  try RunningProgram(name, arguments, in: directory, input: input).wait()
}
