/// What a program can be asked to do: a value with one property for each option.
///
///     struct Count: Command {
///       static let name = "count"
///       static let summary = "Count the tokens of a text"
///       static let example = "prep count book.txt --tokenizer gpt2"
///       static var options: [Option<Self>] {
///         [
///           .argument("FILE", \.file, "Text to read, - for standard input"),
///           .option("--tokenizer", \.tokenizer, "T", "Folder or name of a tokenizer"),
///         ]
///       }
///       var file: String?
///       var tokenizer = "tokenizer"
///       mutating func run() throws { ... }
///     }
///
/// An option's default is its property's initial value. Arguments whose property is a plain `String` are required;
/// all else may be left out.
package protocol Command {
  /// What stands on the command line: `encode`.
  static var name: String { get }
  static var summary: String { get }
  /// One command line that works, or several lines.
  static var example: String { get }
  static var options: [Option<Self>] { get }
  init()
  mutating func run() throws
}

extension Command {
  /// Fills in the options from the words after the command's name, `--config` files first.
  ///
  /// - Throws: ``UsageError`` naming the word at fault.
  package static func parse(_ words: [String]) throws(UsageError) -> Self {
    var command = Self()
    let options = Self.options
    var line = CommandLine(words)
    while let file = try line.configurationFile() {
      // Options of its own: what is given last replaces a list, and does not add to it.
      try Configuration.load(file, into: &command, options: Self.options)
    }
    let arguments = options.filter { $0.kind == .argument || $0.kind == .arguments }
    var filled = 0
    while let word = line.next() {
      guard case .option(let spelling, let value) = word else {
        guard case .argument(let text) = word, filled < arguments.count else {
          throw UsageError("unexpected argument '\(word.text)'")
        }
        try arguments[filled].set(&command, text)
        if arguments[filled].kind == .argument { filled += 1 }
        continue
      }
      guard let option = options.first(where: { $0.spelling == spelling }) else {
        throw UsageError("unknown option '\(spelling)'\(suggestion(for: spelling, options))")
      }
      if option.kind == .flag {
        guard value == nil else { throw UsageError("\(spelling) takes no value") }
        try option.set(&command, "true")
      } else {
        guard let value = value ?? line.value() else {
          throw UsageError("\(spelling) wants \(option.placeholder)")
        }
        try option.set(&command, value)
      }
    }
    if let missing = arguments.first(where: { $0.isRequired && $0.show(command) == "" }) {
      throw UsageError("missing argument \(missing.spelling)")
    }
    return command
  }

  private static func suggestion(for spelling: String, _ options: [Option<Self>]) -> String {
    let names = options.map(\.spelling).filter { $0.hasPrefix("--") } + ["--help", "--config"]
    return Spelling.suggestion(for: spelling, among: names)
  }
}

/// The words of a command line, told apart.
struct CommandLine {
  enum Word {
    case argument(String)
    case option(String, value: String?)

    var text: String {
      switch self {
      case .argument(let text): text
      case .option(let spelling, _): spelling
      }
    }
  }

  private var words: ArraySlice<String>
  private var onlyArguments = false

  init(_ words: [String]) { self.words = words[...] }

  mutating func next() -> Word? {
    guard let word = words.popFirst() else { return nil }
    if onlyArguments || !word.hasPrefix("-") || word == "-" { return .argument(word) }
    if word == "--" {
      onlyArguments = true
      return next()
    }
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else {
      return .option(word, value: nil)
    }
    return .option(String(word[..<equals]), value: String(word[word.index(after: equals)...]))
  }

  /// The word after an option, whatever it looks like.
  mutating func value() -> String? { words.popFirst() }

  /// Takes out the first `--config FILE` and returns the file.
  mutating func configurationFile() throws(UsageError) -> String? {
    let end = words.firstIndex(of: "--") ?? words.endIndex
    for index in words.indices where index < end {
      if words[index] == "--config" {
        guard index + 1 < words.endIndex else { throw UsageError("--config wants FILE") }
        let file = words[index + 1]
        words.removeSubrange(index...index + 1)
        words = Array(words)[...]
        return file
      }
      if words[index].hasPrefix("--config=") {
        let file = String(words.remove(at: index).dropFirst("--config=".count))
        words = Array(words)[...]
        return file
      }
    }
    return nil
  }
}
