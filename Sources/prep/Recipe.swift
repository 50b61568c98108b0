internal import Basics
internal import Commands

/// A dataset's recipe: a JSON file with the options that decide its content.
///
///     {"corpora": ["tinyshakespeare"], "tokenizer": "gpt2", "split": "tail", "root-hash": "9f3a..."}
///
/// Names are those of the options without dashes; `corpora` are the arguments. Paths are taken from the current folder, as
/// on a command line.
enum Recipe {
  /// Options that say how and where, not what: they may stand beside --recipe.
  private static let free: Set<String> = [
    "--out", "--threads", "--recipe", "--replace", "--json", "--codec", "--codec-table",
  ]

  /// `command` with the content that the recipe in `file` decides.
  static func load(_ file: String, for command: Encode) throws -> Encode {
    let defaults = Encode()
    for option in Encode.options where !free.contains(option.spelling) {
      guard option.show(command) == option.show(defaults) else {
        throw UsageError("\(option.spelling) cannot stand beside --recipe, which decides it")
      }
    }
    let members = try members(file)
    var result = try parse(members, file)
    if command.out != defaults.out { result.out = command.out }
    if let threads = command.threadCount { result.threadCount = threads }
    if command.codec != defaults.codec || command.codecTable != nil {
      (result.codec, result.codecTable) = (command.codec, command.codecTable)
    }
    result.replace = command.replace
    result.json = command.json
    result.rootHash = try members.last { $0.name == "root-hash" }.map { member in
      guard let text = member.value.string, Digest(hexadecimal: text) != nil else {
        throw UsageError("recipe '\(file)': root-hash wants 64 hexadecimal digits")
      }
      return text.lowercased()
    }
    return result
  }

  private static func parse(_ members: [JSON.Member], _ file: String) throws(UsageError) -> Encode {
    var line: [String] = []
    for member in members where !["root-hash", "corpora"].contains(member.name) {
      line += try words(member, file)
    }
    // Last, and behind two dashes: they are never options, whatever they are called.
    line.append("--")
    for member in members where member.name == "corpora" { line += try words(member, file) }
    do {
      return try Encode.parse(line)
    } catch {
      throw UsageError("recipe '\(file)': \(error)")
    }
  }

  private static func members(_ file: String) throws -> [JSON.Member] {
    let bytes = try File.contents(file)
    do {
      guard let members = try JSON.parse(bytes.span).members else {
        throw UsageError("recipe '\(file)': expected an object of options")
      }
      return members
    } catch let error as JSONError {
      throw UsageError("recipe '\(file)': \(error)")
    }
  }

  /// A member as it would be written on the command line.
  private static func words(_ member: JSON.Member, _ file: String) throws(UsageError) -> [String] {
    let option = "--\(member.name)"
    guard !["--recipe", "--config", "--replace", "--json"].contains(option) else {
      throw UsageError("recipe '\(file)': '\(member.name)' has no place in a recipe")
    }
    switch member.value {
    case .array(let elements):
      let texts = elements.compactMap(\.string)
      guard member.name == "corpora", texts.count == elements.count else {
        throw UsageError("recipe '\(file)': only 'corpora' is a list, and of texts")
      }
      return texts
    case .string(let text): return member.name == "corpora" ? [text] : [option, text]
    case .integer(let number): return [option, "\(number)"]
    case .number(let number): return [option, "\(number)"]
    case .bool(true): return [option]
    case .bool(false): throw UsageError("recipe '\(file)': '\(member.name)' is true or left out")
    case .null, .object:
      throw UsageError("recipe '\(file)': '\(member.name)' wants text, a number, true or false")
    }
  }
}
