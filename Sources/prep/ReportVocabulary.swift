internal import Basics
internal import Commands
internal import Pipeline
internal import Tokenizer

/// How well a tokenizer suits a text, beside another one.
struct ReportVocabulary: ReadingCommand {
  static let name = "bpe-report"
  static let summary = "Show how well a tokenizer suits a text"
  static let example = """
    prep bpe-report corpora/ --tokenizer tokenizer
    prep bpe-report book.txt notes/ --tokenizer tokenizer --compare gpt2 --json
    """
  static var options: [Option<Self>] { corpusOptions + reportOptions + textOptions + otherOptions }

  private static var reportOptions: [Option<Self>] {
    [
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option("--compare", \.other, "T2", "Another tokenizer to show beside it"),
      .option("--examples", \.examples, "N", "How many tokens to name of each kind"),
    ]
  }

  private static var otherOptions: [Option<Self>] {
    [
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--json", \.json, "Print all of it as one JSON object"),
    ]
  }

  var reading = Reading()
  var tokenizer: String?
  var other: String?
  var examples = 8
  var threadCount: Int?
  var json = false

  func run() throws {
    let threads = try threads(threadCount)
    guard examples >= 0 else { throw UsageError("--examples wants 0 or more, not \(examples)") }
    try reading.check()
    Interrupt.install()
    let page = try running { () throws(PipelineError) -> VocabularyPage in
      // What arrives at standard input arrives once.
      var folders = [try TokenizerFolder.resolve(tokenizer)]
      if let other { folders.append(try TokenizerFolder.resolve(other)) }
      let corpus = try corpus(spoolIn: NamelessFile.systemFolder)
      note(corpus)
      var text = try measure(corpus, folders[0].tokenizer.pattern, threads)
      var reports: [VocabularyReport] = []
      for folder in folders {
        if folder.tokenizer.pattern != text.pattern {
          text = try measure(corpus, folder.tokenizer.pattern, threads)
        }
        reports.append(
          try VocabularyReport(text, folder, isCancelled: { Interrupt.isRequested }))
      }
      return VocabularyPage(text, reports, examples: examples)
    }
    if json { Console.out(page.json.text) } else { for line in page.lines { Console.out(line) } }
  }

  private func measure(
    _ corpus: Corpus, _ pattern: Pretokenizer.Pattern, _ threads: Int
  ) throws(PipelineError) -> MeasuredText {
    let counting = Progress("counting", total: corpus.sources.reduce(0) { $0 + $1.byteCount }, unit: "B")
    let text = try MeasuredText(
      corpus, reading.text, pattern: pattern, temporaryFolder: NamelessFile.systemFolder, threads: threads,
      report: { counting.reach($0) },
      isCancelled: { Interrupt.isRequested })
    counting.finish()
    return text
  }
}
