internal import Foundation

/// What a program of the system prints, or nil where it fails.
public func output(_ program: String, _ arguments: [String]) throws -> [UInt8]? {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return process.terminationReason == .exit && process.terminationStatus == 0 ? Array(bytes) : nil
}
