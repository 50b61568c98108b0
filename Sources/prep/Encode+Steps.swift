internal import Basics
internal import Commands
internal import Pipeline

extension StepOptions.NormalForm: OptionValue {}

extension Encode {
  /// The options that ask for steps, in the order in which texts go through them.
  static var stepOptions: [Option<Self>] {
    [
      .flag("--newlines", \.steps.newlines, "Turn CR LF and CR into LF"),
      .option("--normalize", \.steps.normalize, "FORM", "Bring texts into a normal form of Unicode"),
      .flag(
        "--strip-gutenberg", \.steps.stripGutenberg,
        "Take away what Project Gutenberg puts before and behind a book"),
      .option("--min-bytes", \.steps.minBytes, "N", "Leave shorter documents out"),
      .option("--max-bytes", \.steps.maxBytes, "N", "Leave longer documents out"),
      .option("--max-line", \.steps.maxLine, "N", "Leave documents out that have a line of more bytes"),
      .flag("--quality", \.steps.quality, "Leave documents out that Gopher's rules call bad"),
      .option(
        "--decontaminate", \.steps.decontaminate, "FILE",
        "Leave documents out that share words in a row with this evaluation's texts"),
      .option(
        "--decontaminate-words", \.decontaminateWords, "N",
        "How many words in a row are too many [default: \(StepOptions().decontaminateWords)]"),
      .flag("--drop-duplicates", \.steps.dropDuplicates, "Leave documents out that equal an earlier one"),
      .flag(
        "--drop-near-duplicates", \.steps.dropNearDuplicates,
        "Leave documents out that are nearly an earlier one"),
    ]
  }

  mutating func checkSteps() throws(UsageError) {
    let most = StepOptions.longestDocument
    for (name, value, least) in [
      ("--min-bytes", steps.minBytes, 0), ("--max-bytes", steps.maxBytes, 0),
      ("--max-line", steps.maxLine, 1),
    ] {
      guard let value, !(least...most ~= value) else { continue }
      throw UsageError("\(name) wants a number from \(least) to \(most), not \(value)")
    }
    guard steps.decontaminate != "-" else {
      throw UsageError(
        "--decontaminate wants a file, as it is read for each run; write standard input to one")
    }
    guard let words = decontaminateWords else { return }
    guard 1...1_000 ~= words else {
      throw UsageError("--decontaminate-words wants a number from 1 to 1000, not \(words)")
    }
    guard steps.decontaminate != nil else {
      throw UsageError("--decontaminate-words is for --decontaminate, which names the texts to look for")
    }
    steps.decontaminateWords = words
  }
}

extension StepCount {
  /// One line for people.
  var line: String {
    let parts = [("kept", kept), ("changed", changed), ("left out", dropped)].filter { $0.1.documents > 0 }
    let texts = parts.map {
      "\($0.0) \(counted($0.1.documents, "document")) (\(Quantity.text(Double($0.1.bytes), "B")))"
    }
    return "\(name): \(texts.isEmpty ? "nothing came to it" : texts.joined(separator: ", "))"
  }

  var json: JSON {
    func amount(_ amount: Amount) -> JSON {
      ["documents": .integer(amount.documents), "bytes": .integer(amount.bytes)]
    }
    return [
      "name": .string(name), "kept": amount(kept), "changed": amount(changed), "dropped": amount(dropped),
    ]
  }
}
