internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// The tokens of a text or a corpus, counted.
struct Count: Command {
  static let name = "count"
  static let summary = "Count the tokens of a text, or of all that `prep encode` would read"
  static let example = """
    prep count book.txt --tokenizer gpt2
    prep count c4.jsonl.gz notes/ --drop-duplicates --json
    """
  /// Those of `prep encode` that decide how a dataset is shared out and written.
  private static let others: Set<String> = [
    "CORPUS...", "--out", "--split", "--val-fraction", "--segment-megabytes", "--codec", "--codec-table",
    "--recipe", "--replace", "--dry-run", "--json",
  ]
  static var options: [Option<Self>] {
    [
      .arguments(
        "CORPUS...", \.encode.reading.corpora,
        "Files and folders of text, patterns, or names in the cache; - for a text from standard input [default: -]"
      )
    ] + Encode.options.filter { !others.contains($0.spelling) }.map { $0.within(\.encode) } + [
      .flag("--json", \.encode.json, "Print tokens, documents and bytes as JSON")
    ]
  }

  /// What to count, as the command that encodes it understands it. Bytes that are not UTF-8 count as they are.
  private var encode = {
    var encode = Encode()
    encode.reading = Reading(fallback: "-", invalid: .keep)
    return encode
  }()

  init() {}

  mutating func run() throws {
    try encode.checkSteps()
    try encode.reading.check()
    if isPipe, !isStream {
      throw UsageError(
        "'\(encode.reading.paths[0])' can only be read once, so that with these options it must be standard input: `prep count - < \(encode.reading.paths[0])`"
      )
    }
    let threads = try threads(encode.threadCount)
    let count = try running { () throws(PipelineError) in
      try isStream ? stream(threads) : corpus(threads)
    }
    for step in count.steps where step.name != "too-long" || step.dropped.documents > 0 {
      Console.note(step.line)
    }
    if encode.json { Console.out(count.json.text) } else { Console.out("\(count.tokens)") }
  }

  /// Whether it is one text that is read from front to back: standard input or a pipe, and nothing is to be done to it.
  private var isStream: Bool {
    let reading = encode.reading
    return reading.list == nil && reading.paths.count == 1 && reading.stdin == Reading().stdin
      && reading.text.encoding == nil && !reading.dropsMark && reading.invalid == .keep
      && encode.steps.isEmpty
      && (reading.paths[0] == "-" || isPipe)
  }

  /// Whether a pipe is named, or another thing that is no file.
  private var isPipe: Bool {
    let paths = encode.reading.paths
    return paths.count == 1 && paths[0] != "-" && Folder.kind(paths[0]) == .other
  }

  private func stream(_ threads: Int) throws(PipelineError) -> CorpusCount {
    var text = TextTokenizer(try TokenizerFolder.resolve(encode.tokenizer).tokenizer)
    text.special = encode.special
    return try text.count(TextInput(encode.reading.paths[0]), threads: threads)
  }

  private func corpus(_ threads: Int) throws(PipelineError) -> CorpusCount {
    Interrupt.install()
    let encoder = try encode.encoder(spoolIn: NamelessFile.systemFolder)
    let bytes = encoder.corpus.sources.reduce(0) { $0 + $1.byteCount }
    let counting = Progress("counting", total: bytes, unit: "B")
    let count = try encoder.count(
      threads: threads, report: { if !$0.isComparing { counting.reach($0.bytes) } },
      isCancelled: { Interrupt.isRequested })
    counting.finish()
    return count
  }
}
