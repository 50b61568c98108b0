package import Basics

/// Options kept in a JSON file: `{"vocab-size": 4096, "replace": true}`.
package enum Configuration {
  /// Sets the options that `file` names, as if they stood on the command line.
  static func load<C>(_ file: String, into command: inout C, options: [Option<C>]) throws(UsageError) {
    let json = try read(file)
    guard let members = json.members else {
      throw UsageError("--config \(file): expected an object of options")
    }
    for member in members {
      let spelling = "--\(member.name)"
      guard let option = options.first(where: { $0.spelling == spelling || $0.spelling == member.name })
      else {
        let names = options.map(\.spelling)
        throw UsageError(
          "--config \(file): unknown option '\(member.name)'\(Spelling.suggestion(for: spelling, among: names))"
        )
      }
      let values = try texts(member, file, isList: option.kind == .arguments)
      for text in values { try option.set(&command, text) }
    }
  }

  private static func read(_ file: String) throws(UsageError) -> JSON {
    do {
      let bytes = try File.contents(file)
      return try JSON.parse(bytes.span)
    } catch {
      throw UsageError("--config \(file): \(error)")
    }
  }

  private static func texts(_ member: JSON.Member, _ file: String, isList: Bool) throws(UsageError)
    -> [String]
  {
    switch member.value {
    case .string(let text): return [text]
    case .integer(let number): return ["\(number)"]
    case .number(let number): return ["\(number)"]
    case .bool(let bool): return ["\(bool)"]
    case .null: return []
    case .array(let elements):
      let words = elements.compactMap(\.string)
      guard words.count == elements.count else {
        throw UsageError("--config \(file): '\(member.name)' holds something else than text")
      }
      return isList ? words : [words.joined(separator: ",")]
    case .object: throw UsageError("--config \(file): '\(member.name)' wants a value, not an object")
    }
  }

  /// Every option of a command with its value, to be stored beside what the command makes.
  package static func json<C: Command>(of command: C) -> JSON {
    .object(
      C.options.compactMap { option in
        option.show(command).map { JSON.Member(option.spelling.trimmingDashes, .string($0)) }
      })
  }
}

extension String {
  fileprivate var trimmingDashes: String { String(drop { $0 == "-" }) }
}
