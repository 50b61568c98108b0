internal import Basics

/// Something that reads bytes from anywhere, and what must be so whatever they are.
///
///     try FuzzTarget.named("csv")!.read(bytes)   // throws a Finding, or nothing
///
/// A crash and a hang are findings, too; the program that feeds it sees them.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Inputs to begin with: what writers write, and some of what they do not.
  package let seeds: @Sendable () throws -> [[UInt8]]
  /// - Throws: ``Finding``; that the input is refused is none
  package let read: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, seeds: @escaping @Sendable () throws -> [[UInt8]],
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.read = { input in
      do {
        try read(input)
      } catch let finding as Finding {
        throw finding
      } catch {
        // Whatever is refused is refused in words that a person can read.
        let text = "\(error)"
        try expect(!text.isEmpty && text.utf8.count < 8_192, "an error of \(text.utf8.count) bytes: \(text)")
      }
    }
  }

  /// All there are.
  package static let all =
    storeTargets + readerTargets + packedTargets + archiveTargets + tokenizerTargets + modelTargets
    + smallTargets

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What must never be, and was.
package struct Finding: Error, CustomStringConvertible {
  package let description: String
}

func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
  if !holds { throw Finding(description: otherwise()) }
}

/// What was accepted is not refused later.
func neverRefused(_ body: () throws -> Void) throws {
  if let error = try refusal(body) { throw Finding(description: "refused after all: \(error)") }
}

/// The error's words, or nil.
func refusal(_ body: () throws -> Void) throws -> String? {
  do {
    try body()
    return nil
  } catch let finding as Finding {
    throw finding
  } catch {
    return "\(error)"
  }
}

/// The bytes that `text` spells in base 64.
func bytes(_ text: String) throws -> [UInt8] {
  let letters = Array(text.utf8)
  var output: [UInt8] = []
  try expect(Base64.decode(letters.span, 0..<letters.count, into: &output), "no base 64: \(text)")
  return output
}
