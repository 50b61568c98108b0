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
        "Files and folders of text, patterns, or names in the cache; - for a text from standard input")
    ] + Encode.options.filter { !others.contains($0.spelling) }.map { $0.within(\.encode) } + [
      .flag("--json", \.encode.json, "Print tokens, documents and bytes as JSON")
    ]
  }

  /// What to count, as the command that encodes it understands it. Bytes that are not UTF-8 count as they are.
  private var encode = {
    var encode = Encode()
    encode.reading = Reading(corpora: ["-"], invalid: .keep)
    return encode
  }()

  init() {}

  mutating func run() throws {
    try encode.checkSteps()
    try encode.reading.check()
    // A list takes the place of what is read where nobody names anything.
    if encode.reading.list != nil, encode.reading.corpora == ["-"] { encode.reading.corpora = [] }
    let threads = try threads(encode.threadCount)
    let count = try running { () throws(PipelineError) in
      try isStream ? stream(threads) : corpus(threads)
    }
    for step in count.steps where step.name != "too-long" || step.dropped.documents > 0 {
      Console.note(step.line)
    }
    if encode.json { Console.out(count.json.text) } else { Console.out("\(count.tokens)") }
  }

  /// Whether it is one text that can only be read from front to back.
  private var isStream: Bool {
    let reading = encode.reading
    return reading.list == nil && reading.corpora.count == 1 && reading.stdin == Reading().stdin
      && reading.text.encoding == nil && !reading.dropsMark && reading.invalid == .keep
      && (reading.corpora[0] == "-" || Folder.kind(reading.corpora[0]) == .other)
  }

  private func stream(_ threads: Int) throws(PipelineError) -> CorpusCount {
    var text = TextTokenizer(try TokenizerFolder.resolve(encode.tokenizer).tokenizer)
    text.special = encode.special
    return try text.count(TextInput(encode.reading.corpora[0]), threads: threads)
  }

  private func corpus(_ threads: Int) throws(PipelineError) -> CorpusCount {
    Interrupt.install()
    let corpus = try encode.noted(spoolIn: temporaryFolder)
    let bytes = corpus.sources.reduce(0) { $0 + $1.byteCount }
    let counting = Progress("counting", total: bytes, unit: "B")
    let count = try encode.encoder(corpus).count(
      threads: threads, report: { if !$0.isComparing { counting.reach($0.bytes) } },
      isCancelled: { Interrupt.isRequested })
    counting.finish()
    return count
  }
}
