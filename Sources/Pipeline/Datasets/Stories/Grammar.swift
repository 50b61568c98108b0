internal import Basics

/// A grammar ready to write stories: text, words to choose from, and the rules that join them.
///
/// ``GrammarParser`` makes it from plain text and says how that is written. Telling a story binds each slot
/// of its plot to one entry of a lexicon and then runs the plot's instructions; the same random numbers tell
/// the same story.
struct Grammar: Sendable {
  /// A piece of ``pool``.
  struct Text: Sendable {
    var start: Int32
    var count: Int32
  }

  /// Words of one kind. Every entry has the same columns.
  struct Lexicon: Sendable {
    var name: String
    var columns: [String]
    /// Entry by entry, column by column: the sequences that write them.
    var cells: [Int32]
    /// The lexicon whose words describe the entries.
    var adjectives: Int?

    var count: Int { cells.count / columns.count }
  }

  enum Form: Sendable, Equatable {
    case column(Int)
    /// The first column after its adjective: `red ball`.
    case full
    /// The first column after `a` or `an`.
    case article
    /// `a red ball`.
    case articleFull
  }

  enum Instruction: Sendable {
    case text(Text)
    case slot(Int, Form, isCapital: Bool)
    /// One of `count` sequences from the first.
    case choice(first: Int32, count: Int32)
    case rule(Int, isCapital: Bool)
  }

  struct Rule: Sendable {
    var name: String
    var first: Int32
    var count: Int32
  }

  struct Binding: Sendable {
    var slot: Int
    var lexicon: Int
  }

  struct Plot: Sendable {
    var rule: Int
    var bindings: [Binding]
  }

  var pool: [UInt8] = []
  var lexicons: [Lexicon] = []
  var slots: [String] = []
  var instructions: [Instruction] = []
  var sequences: [Range<Int32>] = []
  var rules: [Rule] = []
  var plots: [Plot] = []

  func cell(_ lexicon: Int, entry: Int, column: Int) -> Int {
    let columns = lexicons[lexicon].columns.count
    precondition(column < columns, "a plot uses a column that its lexicon '\(lexicons[lexicon].name)' lacks")
    return Int(lexicons[lexicon].cells[entry * columns + column])
  }
}

/// Tells stories of one grammar, reusing the memory it works in.
struct Storyteller {
  private let grammar: Grammar
  private var random = SplitMix64(seed: 0)
  /// For each slot: its lexicon, its entry, and the entry of the lexicon's adjectives.
  private var bound: [(lexicon: Int, entry: Int, adjective: Int)]
  /// For each rule, a bit for each alternative that the story used.
  private var used: [UInt64]

  init(_ grammar: Grammar) {
    self.grammar = grammar
    bound = Array(repeating: (-1, 0, 0), count: grammar.slots.count)
    used = Array(repeating: 0, count: grammar.rules.count)
  }

  /// Appends the story that the numbers after `seed` tell.
  mutating func tell(seed: UInt64, to text: inout [UInt8]) {
    random.state = seed
    for index in used.indices { used[index] = 0 }
    for index in bound.indices { bound[index].lexicon = -1 }
    let plot = grammar.plots[below(grammar.plots.count)]
    for binding in plot.bindings { bind(binding) }
    run(rule: plot.rule, &text)
  }

  /// A number in `0..<count`, by a rule that no library version changes.
  private mutating func below(_ count: Int) -> Int {
    Int(random.next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Two slots of one lexicon get different entries, and different adjectives.
  private mutating func bind(_ binding: Grammar.Binding) {
    let lexicon = grammar.lexicons[binding.lexicon]
    var entry = below(lexicon.count)
    while bound.contains(where: { $0.lexicon == binding.lexicon && $0.entry == entry }) {
      entry = (entry + 1) % lexicon.count
    }
    var adjective = 0
    if let adjectives = lexicon.adjectives {
      let count = grammar.lexicons[adjectives].count
      adjective = below(count)
      while bound.contains(where: { $0.lexicon == binding.lexicon && $0.adjective == adjective }) {
        adjective = (adjective + 1) % count
      }
    }
    bound[binding.slot] = (binding.lexicon, entry, adjective)
  }

  private mutating func run(rule index: Int, _ text: inout [UInt8]) {
    let rule = grammar.rules[index]
    let choice = unused(index, of: Int(rule.count))
    run(sequence: Int(rule.first) + choice, &text)
  }

  /// One of the alternatives that this story has not used; all count again once each was used.
  private mutating func unused(_ rule: Int, of count: Int) -> Int {
    let all = count == 64 ? UInt64.max : (1 << UInt64(count)) - 1
    if used[rule] == all { used[rule] = 0 }
    var free = all & ~used[rule]
    for _ in 0..<below(free.nonzeroBitCount) { free &= free - 1 }
    used[rule] |= free & (~free &+ 1)
    return free.trailingZeroBitCount
  }

  private mutating func run(sequence: Int, _ text: inout [UInt8]) {
    for index in grammar.sequences[sequence] {
      switch grammar.instructions[Int(index)] {
      case .text(let piece): append(piece, &text)
      case .slot(let slot, let form, let isCapital):
        let start = text.count
        append(slot, form, &text)
        if isCapital { capitalize(start, &text) }
      case .choice(let first, let count): run(sequence: Int(first) + below(Int(count)), &text)
      case .rule(let rule, let isCapital):
        let start = text.count
        run(rule: rule, &text)
        if isCapital { capitalize(start, &text) }
        separateSpeakers(start, &text)
      }
    }
  }

  /// Begins a paragraph at `place`, where somebody speaks and somebody else spoke in the paragraph before
  /// that.
  private func separateSpeakers(_ place: Int, _ text: inout [UInt8]) {
    guard place > 0, place < text.count, text[place] == UInt8(ascii: "\""),
      text[place - 1] == UInt8(ascii: " ")
    else { return }
    var index = place - 1
    while index > 0, text[index] != UInt8(ascii: "\n") {
      index -= 1
      if text[index] == UInt8(ascii: "\"") {
        text[place - 1] = UInt8(ascii: "\n")
        return
      }
    }
  }

  private func append(_ piece: Grammar.Text, _ text: inout [UInt8]) {
    text.append(contentsOf: grammar.pool[Int(piece.start)..<Int(piece.start + piece.count)])
  }

  private mutating func append(_ slot: Int, _ form: Grammar.Form, _ text: inout [UInt8]) {
    let (lexicon, entry, adjective) = bound[slot]
    precondition(lexicon >= 0, "the plot must bind the slot '\(grammar.slots[slot])'")
    let start = text.count
    if form == .full || form == .articleFull, let adjectives = grammar.lexicons[lexicon].adjectives {
      run(sequence: grammar.cell(adjectives, entry: adjective, column: 0), &text)
      text.append(UInt8(ascii: " "))
    }
    var column = 0
    if case .column(let number) = form { column = number }
    run(sequence: grammar.cell(lexicon, entry: entry, column: column), &text)
    if form == .article || form == .articleFull {
      text.insert(contentsOf: Self.vowels.contains(text[start]) ? Self.an : Self.a, at: start)
    }
  }

  private static let vowels = Array("aeiou".utf8)
  private static let a = Array("a ".utf8)
  private static let an = Array("an ".utf8)

  private func capitalize(_ place: Int, _ text: inout [UInt8]) {
    guard place < text.count, text[place] >= UInt8(ascii: "a"), text[place] <= UInt8(ascii: "z") else {
      return
    }
    text[place] -= 32
  }
}
