internal import Basics
internal import Commands
internal import Glibc
internal import Pipeline
internal import Tokenizer

/// How well a tokenizer suits a text, beside another one.
struct ReportVocabulary: Command {
  static let name = "bpe-report"
  static let summary = "Show how well a tokenizer suits a text"
  static let example = """
    prep bpe-report corpora/ --tokenizer tokenizer
    prep bpe-report book.txt notes/ --tokenizer tokenizer --compare gpt2 --json
    """
  static var options: [Option<Self>] {
    [
      .arguments("FILE...", \.corpora, "Files and folders of text, or names in the cache"),
      .option(
        "--tokenizer", \.tokenizer, "T",
        "Folder or cached name of a tokenizer [default: tokenizer, else gpt2]"),
      .option("--compare", \.other, "T2", "Another tokenizer to show beside it"),
      .option("--examples", \.examples, "N", "How many tokens to name of each kind"),
      .option("--text-field", \.textField, "NAME", "Field of a JSON line that holds the text"),
      .option(
        "--invalid", \.invalid, "HOW",
        "What to do about bytes that are not UTF-8: stop, or take them as they are"),
      .option("--threads", \.threadCount, "N", "Threads to use [default: all cores]"),
      .flag("--json", \.json, "Print all of it as one JSON object"),
    ]
  }

  var corpora = ["corpora/"]
  var tokenizer: String?
  var other: String?
  var examples = 8
  var textField = TextOptions().textField
  var invalid = TextOptions().invalid
  var threadCount: Int?
  var json = false

  func run() throws {
    let threads = try threads(threadCount)
    guard examples >= 0 else { throw UsageError("--examples wants 0 or more, not \(examples)") }
    Interrupt.install()
    let page = try running { () throws(PipelineError) -> VocabularyPage in
      note(try Corpus(corpora))
      var folders = [try TokenizerFolder.resolve(tokenizer)]
      if let other { folders.append(try TokenizerFolder.resolve(other)) }
      var text = try measure(folders[0].tokenizer.pattern, threads)
      var reports: [VocabularyReport] = []
      for folder in folders {
        if folder.tokenizer.pattern != text.pattern { text = try measure(folder.tokenizer.pattern, threads) }
        reports.append(
          try VocabularyReport(text, folder, isCancelled: { Interrupt.isRequested }))
      }
      return VocabularyPage(text, reports, examples: examples)
    }
    if json { Console.out(page.json.text) } else { for line in page.lines { Console.out(line) } }
  }

  private static var temporaryFolder: String {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
    return folder.isEmpty ? "/tmp" : folder
  }

  private func measure(
    _ pattern: Pretokenizer.Pattern, _ threads: Int
  ) throws(PipelineError) -> MeasuredText {
    let corpus = try Corpus(corpora)
    var options = TextOptions()
    options.textField = textField
    options.invalid = invalid
    let counting = Progress("counting", total: corpus.sources.reduce(0) { $0 + $1.byteCount }, unit: "B")
    let text = try MeasuredText(
      corpus, options, pattern: pattern, temporaryFolder: Self.temporaryFolder, threads: threads,
      report: { counting.reach($0) },
      isCancelled: { Interrupt.isRequested })
    counting.finish()
    return text
  }
}
