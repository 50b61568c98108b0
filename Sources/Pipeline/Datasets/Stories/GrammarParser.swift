/// Reads a grammar from text.
///
///     %toy noun ~look                a lexicon: its columns, then what describes its entries
///     ball; drum; wooden horse
///     %look word
///     red; orange
///     %child name gender             a gender gives the columns he, him, his, himself, girl
///     Mia|f; Tom|m
///
///     @lost hero:child toy:toy       a plot: its rule, and its slots with their lexicons
///     :lost                          a rule: each line below it is an alternative
///     {Hero} had {a full toy}. / [Sadly|But then], {he} lost the {toy}. <search>
///
/// `{toy}` is the first column, `{his hero}` another; a single word that is no slot means the hero's column.
/// `{a toy}` puts the article before it, `{full toy}` an adjective that stays the same in a story, `{a full
/// toy}` both. A capital inside the braces gives a capital in the text. `[x|y]` is one or the other; `<rule>`
/// runs a rule, each time with an alternative that the story has not used; ` / ` begins a paragraph. Spaces
/// at the ends of lines mean nothing.
///
/// A mistake in the grammar is a mistake in this program: it traps with the line.
struct GrammarParser {
  private var grammar = Grammar()
  private var literals: [String: Grammar.Text] = [:]
  private var ruleNumbers: [String: Int] = [:]
  private var lexiconNumbers: [String: Int] = [:]
  private var slotNumbers: [String: Int] = [:]
  /// The lexicons that each slot is bound to by some plot: where they share a column, it has one place.
  private var slotLexicons: [Int: Set<Int>] = [:]

  static func parse(_ text: String) -> Grammar {
    var parser = GrammarParser()
    let lines = text.split(separator: "\n").map(trimmed).filter { !$0.isEmpty }
    parser.declare(lines)
    parser.define(lines)
    return parser.grammar
  }

  /// First pass: the names and columns, so that rules and entries can use what stands below them.
  private mutating func declare(_ lines: [Substring]) {
    for line in lines where line.first == "%" { declareLexicon(line.dropFirst()) }
    for line in lines where line.first == ":" { declareRule(String(line.dropFirst())) }
    resolveAdjectives()
    for line in lines where line.first == "@" { declarePlot(line.dropFirst()) }
  }

  private mutating func declareLexicon(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    precondition(lexiconNumbers[words[0]] == nil, "lexicon \(words[0]) is there twice")
    var columns = words.dropFirst().filter { !$0.hasPrefix("~") }
    if let gender = columns.firstIndex(of: "gender") {
      columns.insert(contentsOf: Gender.columns, at: gender + 1)
    }
    lexiconNumbers[words[0]] = grammar.lexicons.count
    grammar.lexicons.append(Grammar.Lexicon(name: line.description, columns: Array(columns), cells: []))
  }

  private mutating func resolveAdjectives() {
    for index in grammar.lexicons.indices {
      let words = grammar.lexicons[index].name.split(separator: " ")
      grammar.lexicons[index].name = String(words[0])
      guard let word = words.first(where: { $0.hasPrefix("~") }) else { continue }
      guard let number = lexiconNumbers[String(word.dropFirst())] else {
        preconditionFailure("there is no lexicon \(word)")
      }
      grammar.lexicons[index].adjectives = number
    }
  }

  private mutating func declareRule(_ name: String) {
    precondition(ruleNumbers[name] == nil, "rule \(name) is there twice")
    ruleNumbers[name] = grammar.rules.count
    grammar.rules.append(Grammar.Rule(name: name, first: 0, count: 0))
  }

  private mutating func declarePlot(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    let bindings = words.dropFirst().map { word in
      let parts = word.split(separator: ":").map(String.init)
      guard parts.count == 2, let lexicon = lexiconNumbers[parts[1]] else {
        preconditionFailure("plot \(words[0]): '\(word)' must be SLOT:LEXICON")
      }
      let slot = slotNumbers[parts[0]] ?? grammar.slots.count
      if slot == grammar.slots.count { grammar.slots.append(parts[0]) }
      slotNumbers[parts[0]] = slot
      slotLexicons[slot, default: []].insert(lexicon)
      return Grammar.Binding(slot: slot, lexicon: lexicon)
    }
    grammar.plots.append(Grammar.Plot(rule: ruleNumber(words[0]), bindings: bindings))
  }

  private func ruleNumber(_ name: String) -> Int {
    guard let number = ruleNumbers[name] else { preconditionFailure("there is no rule \(name)") }
    return number
  }

  /// Second pass: the entries of lexicons and the alternatives of rules.
  private mutating func define(_ lines: [Substring]) {
    var index = 0
    while index < lines.count {
      let head = lines[index]
      let body = lines[(index + 1)...].prefix { !":%@".contains($0.first!) }
      index += 1 + body.count
      switch head.first {
      case "%": addEntries(Array(body), to: head.dropFirst().split(separator: " ")[0])
      case ":": addAlternatives(Array(body), to: String(head.dropFirst()))
      default: precondition(body.isEmpty, "a plot is one line: \(head)")
      }
    }
  }

  private mutating func addEntries(_ lines: [Substring], to name: Substring) {
    guard let lexicon = lexiconNumbers[String(name)] else {
      preconditionFailure("there is no lexicon \(name)")
    }
    let columns = grammar.lexicons[lexicon].columns
    for entry in lines.flatMap({ $0.split(separator: ";") }).map(trimmed) where !entry.isEmpty {
      var cells = entry.split(separator: "|", omittingEmptySubsequences: false).map(trimmed)
      if let gender = columns.firstIndex(of: "gender") {
        cells.insert(contentsOf: Gender.words(of: cells[gender]), at: gender + 1)
      }
      precondition(cells.count == columns.count, "'\(entry)' must have the columns \(columns)")
      let (first, count) = sequences(cells)
      grammar.lexicons[lexicon].cells += first..<first + count
    }
  }

  private mutating func addAlternatives(_ lines: [Substring], to name: String) {
    precondition((1...64).contains(lines.count), "rule \(name) needs 1 to 64 alternatives")
    let rule = ruleNumber(name)
    let (first, count) = sequences(lines)
    grammar.rules[rule].first = first
    grammar.rules[rule].count = count
  }

  /// Sequences that stand next to one another, as choices and rules need them.
  private mutating func sequences(_ alternatives: [Substring]) -> (first: Int32, count: Int32) {
    let compiled = alternatives.map { instructions($0) }
    let first = Int32(grammar.sequences.count)
    for sequence in compiled {
      let start = Int32(grammar.instructions.count)
      grammar.instructions += sequence
      grammar.sequences.append(start..<Int32(grammar.instructions.count))
    }
    return (first, Int32(compiled.count))
  }

  private mutating func instructions(_ text: Substring) -> [Grammar.Instruction] {
    var result: [Grammar.Instruction] = []
    var plain = ""
    var rest = text
    func flush(_ parser: inout GrammarParser) {
      guard !plain.isEmpty else { return }
      result.append(.text(parser.literal(plain)))
      plain = ""
    }
    while let character = rest.first {
      switch character {
      case "{", "[", "<":
        flush(&self)
        let inner = Self.takeGroup(&rest, of: text)
        switch character {
        case "{": result.append(slot(inner))
        case "<": result.append(call(inner))
        default:
          let (first, count) = sequences(Self.splitAlternatives(inner))
          result.append(.choice(first: first, count: count))
        }
      case " " where rest.hasPrefix(" / "):
        plain += "\n"
        rest = rest.dropFirst(3)
      case " ":
        if plain.last != " " { plain += " " }
        rest = rest.dropFirst()
      default:
        precondition(!"]}>|".contains(character), "a stray \(character) in: \(text)")
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    flush(&self)
    return result
  }

  private static let pairs: [Character: Character] = ["{": "}", "[": "]", "<": ">"]

  /// Takes the bracket at the start of `rest`, and returns what is in it.
  private static func takeGroup(_ rest: inout Substring, of text: Substring) -> Substring {
    let open = rest.first!
    var depth = 0
    for index in rest.indices {
      if rest[index] == open { depth += 1 }
      if rest[index] == pairs[open] { depth -= 1 }
      guard depth == 0 else { continue }
      let inner = rest[rest.index(after: rest.startIndex)..<index]
      rest = rest[rest.index(after: index)...]
      return inner
    }
    preconditionFailure("a \(open) is never closed in: \(text)")
  }

  private static func splitAlternatives(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for index in text.indices {
      switch text[index] {
      case "[": depth += 1
      case "]": depth -= 1
      case "|" where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  private func call(_ name: Substring) -> Grammar.Instruction {
    let (isCapital, name) = Self.lowered(name)
    return .rule(ruleNumber(name), isCapital: isCapital)
  }

  private func slot(_ inner: Substring) -> Grammar.Instruction {
    let (isCapital, text) = Self.lowered(inner)
    var words = text.split(separator: " ").map(String.init)
    if slotNumbers[words[words.count - 1]] == nil { words.append("hero") }
    guard let slot = slotNumbers[words.removeLast()] else { preconditionFailure("no slot in {\(inner)}") }
    let form: Grammar.Form
    switch words {
    case []: form = .column(0)
    case ["a"]: form = .article
    case ["full"]: form = .full
    case ["a", "full"]: form = .articleFull
    default: form = .column(column(words.joined(separator: " "), of: slot, inner))
    }
    return .slot(slot, form, isCapital: isCapital)
  }

  private func column(_ name: String, of slot: Int, _ inner: Substring) -> Int {
    let lexicons = (slotLexicons[slot] ?? []).map { grammar.lexicons[$0] }
    let columns = Set(lexicons.compactMap { $0.columns.firstIndex(of: name) })
    guard columns.count == 1, let column = columns.first else {
      preconditionFailure("{\(inner)}: '\(name)' must be a column, at one place in all lexicons of the slot")
    }
    return column
  }

  private static func lowered(_ text: Substring) -> (isCapital: Bool, text: String) {
    let first = text.prefix(1)
    return (first != first.lowercased(), first.lowercased() + text.dropFirst())
  }

  private mutating func literal(_ text: String) -> Grammar.Text {
    if let known = literals[text] { return known }
    let piece = Grammar.Text(start: Int32(grammar.pool.count), count: Int32(text.utf8.count))
    grammar.pool += Array(text.utf8)
    literals[text] = piece
    return piece
  }
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text
  while text.first == " " { text.removeFirst() }
  while text.last == " " { text.removeLast() }
  return text
}

private enum Gender {
  static let columns = ["he", "him", "his", "himself", "girl"]

  static func words(of gender: Substring) -> [Substring] {
    switch gender {
    case "f": ["she", "her", "her", "herself", "girl"]
    case "m": ["he", "him", "his", "himself", "boy"]
    default: preconditionFailure("a gender is f or m, not '\(gender)'")
    }
  }
}
