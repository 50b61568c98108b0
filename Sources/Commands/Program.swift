internal import Basics
internal import Glibc

/// A program made of commands.
///
///     Program("prep", "Turn text into token shards", [Encode.self, Count.self]).main()
package struct Program {
  let name: String
  let summary: String
  let commands: [any Command.Type]
  /// What is meant where the first word is an option.
  let fallback: (any Command.Type)?

  package init(
    _ name: String, _ summary: String, _ commands: [any Command.Type], fallback: (any Command.Type)? = nil
  ) {
    self.name = name
    self.summary = summary
    self.commands = commands
    self.fallback = fallback
  }

  /// Runs what the process's own command line asks for and ends the process: 0 done, 1 failed, 2 bad command line.
  package func main() -> Never {
    Interrupt.ignoreSignalsOfWrites()
    let code = run(Array(Swift.CommandLine.arguments.dropFirst()))
    exit(Console.flush() ? code : 1)
  }

  /// - Returns: the exit code.
  package func run(_ words: [String]) -> Int32 {
    do {
      try dispatch(words)
      return 0
    } catch let error as UsageError {
      Console.note("\(name): \(error)\nTry '\(([name] + command(words)).joined(separator: " ")) --help'.")
      return 2
    } catch let error as FileError where error.isClosedPipe && error.path == "standard output" {
      return 0
    } catch {
      Console.note("\(name): \(error)")
      return 1
    }
  }

  /// The name of the command that `words` ask for, where they ask for one.
  private func command(_ words: [String]) -> [String] {
    guard let first = words.first else { return [] }
    if commands.contains(where: { $0.name == first }) { return [first] }
    return first.hasPrefix("-") ? fallback.map { [$0.name] } ?? [] : []
  }

  private func dispatch(_ words: [String]) throws {
    guard let first = words.first else {
      Console.note(Help.page(program: self))
      throw UsageError("a command is missing")
    }
    if let command = commands.first(where: { $0.name == first }) {
      try start(command, Array(words.dropFirst()))
    } else if ["--help", "-h", "help"].contains(first) {
      let named = words.dropFirst().first.flatMap { name in commands.first { $0.name == name } }
      Console.out(named.map { page($0) } ?? Help.page(program: self))
    } else if first.hasPrefix("-"), let fallback {
      try start(fallback, words)
    } else {
      throw UsageError(
        "unknown command '\(first)'\(Spelling.suggestion(for: first, among: commands.map { $0.name }))")
    }
  }

  private func start<C: Command>(_ type: C.Type, _ words: [String]) throws {
    let beforeDashes = words.prefix { $0 != "--" }
    if beforeDashes.contains("--help") || beforeDashes.contains("-h") {
      Console.out(page(type))
      return
    }
    var command = try C.parse(words)
    try command.run()
  }

  private func page<C: Command>(_ type: C.Type) -> String { Help.page(type, program: name) }
}

extension FileError {
  var isClosedPipe: Bool { code == EPIPE }
}
