internal import Basics
internal import Commands

/// A dataset's recipe: a JSON file with the options that decide its content.
///
///     {"corpora": ["tinyshakespeare"], "tokenizer": "gpt2", "split": "tail", "root-hash": "9f3a..."}
///     {"command": "build-spam-dataset", "file": "sms-spam", "tokenizer": "gpt2", "root-hash": "c2d7..."}
///
/// Names are those of the options without dashes; `corpora` or `file` are the arguments. Without `command` it is `encode`. Paths are
/// taken from the current folder, as on a command line.
enum Recipe {
  /// Options that say how and where, not what: they may stand beside --recipe.
  private static let free: Set<String> = [
    "--out", "--threads", "--recipe", "--replace", "--json", "--codec", "--codec-table", "--dry-run",
  ]
  /// Those of them that builders have, too.
  private static let freeForBuilders: Set<String> = ["--out", "--recipe", "--replace"]

  /// `command` with the content that the recipe in `file` decides.
  static func load(_ file: String, for command: Encode) throws -> Encode {
    try check(command, free: free)
    let members = try members(file)
    var result = try parse(Encode.self, "corpora", members, file)
    if command.out != Encode().out { result.out = command.out }
    if let threads = command.threadCount { result.threadCount = threads }
    if command.codec != Encode().codec || command.codecTable != nil {
      (result.codec, result.codecTable) = (command.codec, command.codecTable)
    }
    result.replace = command.replace
    result.json = command.json
    result.dryRun = command.dryRun
    result.rootHash = try rootHash(members, file)
    result.isRecipe = true
    return result
  }

  /// The command that the recipe in `file` is for; nil for `prep encode` itself.
  static func builder(_ file: String, for command: Encode) throws -> (any DatasetBuilder)? {
    let members = try members(file)
    guard let name = members.last(where: { $0.name == "command" })?.value, name != "encode" else {
      return nil
    }
    switch name.string {
    case BuildSpamDataset.name: return try build(BuildSpamDataset.self, members, file, command)
    case BuildInstructionDataset.name: return try build(BuildInstructionDataset.self, members, file, command)
    default:
      throw UsageError(
        "recipe '\(file)': command wants encode, \(BuildSpamDataset.name) or \(BuildInstructionDataset.name)")
    }
  }

  private static func build<Builder: DatasetBuilder>(
    _ type: Builder.Type, _ members: [JSON.Member], _ file: String, _ command: Encode
  ) throws -> Builder {
    try check(command, free: freeForBuilders)
    var builder = try parse(type, "file", members, file)
    if command.out != Encode().out { builder.out = command.out }
    builder.replace = command.replace
    builder.rootHash = try rootHash(members, file)
    return builder
  }

  /// Refuses options beside the recipe that it decides itself, or that mean nothing to its command.
  private static func check(_ command: Encode, free: Set<String>) throws(UsageError) {
    let defaults = Encode()
    for option in Encode.options where !free.contains(option.spelling) {
      guard option.show(command) == option.show(defaults) else {
        throw UsageError("\(option.spelling) cannot stand beside --recipe, which decides it")
      }
    }
  }

  private static func rootHash(_ members: [JSON.Member], _ file: String) throws(UsageError) -> String? {
    guard let member = members.last(where: { $0.name == "root-hash" }) else { return nil }
    guard let text = member.value.string, Digest(hexadecimal: text) != nil else {
      throw UsageError("recipe '\(file)': root-hash wants 64 hexadecimal digits")
    }
    return text.lowercased()
  }

  private static func parse<C: Command>(
    _ type: C.Type, _ arguments: String, _ members: [JSON.Member], _ file: String
  ) throws(UsageError) -> C {
    var line: [String] = []
    for member in members where !["root-hash", "command", arguments].contains(member.name) {
      line += try words(member, file)
    }
    // Last, and behind two dashes: they are never options, whatever they are called.
    line.append("--")
    for member in members where member.name == arguments { line += try values(member, file) }
    do {
      return try C.parse(line)
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

  /// The arguments in a member: a text, or a list of them.
  private static func values(_ member: JSON.Member, _ file: String) throws(UsageError) -> [String] {
    if let text = member.value.string { return [text] }
    guard let elements = member.value.elements else {
      throw UsageError("recipe '\(file)': '\(member.name)' wants a text or a list of texts")
    }
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count else {
      throw UsageError("recipe '\(file)': '\(member.name)' is a list of texts")
    }
    return texts
  }

  /// An option as it would be written on the command line.
  private static func words(_ member: JSON.Member, _ file: String) throws(UsageError) -> [String] {
    let option = "--\(member.name)"
    guard !["--recipe", "--config", "--replace", "--json", "--dry-run"].contains(option) else {
      throw UsageError("recipe '\(file)': '\(member.name)' has no place in a recipe")
    }
    switch member.value {
    case .array: throw UsageError("recipe '\(file)': only 'corpora' is a list, and of texts")
    case .string(let text): return [option, text]
    case .integer(let number): return [option, "\(number)"]
    case .number(let number): return [option, "\(number)"]
    case .bool(true): return [option]
    case .bool(false): throw UsageError("recipe '\(file)': '\(member.name)' is true or left out")
    case .null, .object:
      throw UsageError("recipe '\(file)': '\(member.name)' wants text, a number, true or false")
    }
  }
}
