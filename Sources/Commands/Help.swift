/// The page that `--help` prints.
enum Help {
  static func page<C: Command>(_ type: C.Type, program: String) -> String {
    let defaults = C()
    let arguments = C.options.filter { $0.kind == .argument || $0.kind == .arguments }
    let words = arguments.map { $0.isRequired ? $0.spelling : "[\($0.spelling)]" }
    var rows = arguments.map { ($0.spelling, describe($0, defaults)) }
    for option in C.options where option.kind == .option || option.kind == .flag {
      rows.append(("\(option.spelling) \(option.placeholder)", describe(option, defaults)))
    }
    rows.append(("--config FILE", "Take options from a JSON file first: {\"name\": value}"))
    rows.append(("--help", "Print this page"))
    let example = C.example.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    return """
      \(C.summary).

      Usage: \((["\(program) \(C.name)"] + words + ["[OPTIONS]"]).joined(separator: " "))

      \(table(rows))

      Example:
      \(example)

      """
  }

  static func page(program: Program) -> String {
    let rows = program.commands.map { ($0.name, $0.summary) }
    let fallback = program.fallback.map {
      "\nWithout a command's name, `\(program.name)` means `\(program.name) \($0.name)`.\n"
    }
    return """
      \(program.summary).

      Usage: \(program.name) COMMAND [OPTIONS]

      \(table(rows))
      \(fallback ?? "")
      `\(program.name) COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 bad command line.

      """
  }

  private static func describe<C>(_ option: Option<C>, _ defaults: C) -> String {
    var text = option.help
    if !option.choices.isEmpty { text += " (\(option.choices.joined(separator: ", ")))" }
    if option.kind != .flag, let value = option.show(defaults), !value.isEmpty {
      text += " [default: \(value)]"
    }
    return text
  }

  /// Two columns; the second one wraps at 100 characters.
  private static func table(_ rows: [(String, String)]) -> String {
    let width = min(28, (rows.map(\.0.count).max() ?? 0) + 2)
    return rows.map { row -> String in
      let indent = String(repeating: " ", count: width + 2)
      let lines = wrap(row.1, width: 100 - width - 2)
      let first =
        row.0.count < width
        ? "  " + row.0 + String(repeating: " ", count: width - row.0.count) : "  \(row.0)\n\(indent)"
      return first + lines.joined(separator: "\n\(indent)")
    }.joined(separator: "\n")
  }

  private static func wrap(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
